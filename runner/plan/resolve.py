"""Drafts with their files found: sizes along the chain, and the masks that have to be evaluated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from runner.catalog.card import ModelCard
from runner.core.artifact import Size
from runner.core.diagnostic import Diagnostic
from runner.core.digest import ActionKey
from runner.core.record import record
from runner.images.geometry import Fit, cropped_size, resized_size
from runner.plan.draft import Draft, DraftCell, DraftCheck, DraftOutput, MaskUse
from runner.plan.gathered import FileProblem, WantedFile
from runner.plan.masks import MaskParts, WantedMask, want_mask
from runner.plan.plan import FileSource, InputImage, MaskSource, Scalar, StepSource
from runner.plan.scope import StepPicture
from runner.recipe.order import steps_of_masks
from runner.recipe.parsed import ParsedMask, ParsedRecipe, ParsedStep

FoundFiles: TypeAlias = Mapping[WantedFile, InputImage | FileProblem]


@record()
class SizedStep:
    """The picture of an earlier step, with its size."""

    step: str
    size: Size | None


ResolvedValue: TypeAlias = InputImage | SizedStep | WantedMask | Scalar


@record(kw_only=True)
class ResolvedStep:
    """One step with everything but its masks' rasters known; of one cell, or of all those for which it is the same.

    Attributes:
        masks: Those that it reads, ``paste_back`` last.
    """

    step: ParsedStep
    card: ModelCard
    provider: str
    params: Mapping[str, ResolvedValue]
    paste_back: WantedMask | None
    masks: tuple[WantedMask, ...]
    size: Size | None


@record(kw_only=True)
class ResolvedCheck:
    """A check of one cell with its mask described."""

    draft: DraftCheck
    mask: WantedMask | None


@record(kw_only=True)
class ResolvedCell:
    """One item with its steps."""

    id: str
    item: str
    matrix: Mapping[str, str]
    photo: InputImage | None
    steps: tuple[ResolvedStep, ...]
    skipped: Mapping[str, str]
    checks: tuple[ResolvedCheck, ...]
    outputs: tuple[DraftOutput, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """All cells with their files, and what is wrong with those files."""

    cells: tuple[ResolvedCell, ...]
    diagnostics: tuple[Diagnostic, ...]


def resolve(recipe: ParsedRecipe, cells: tuple[DraftCell, ...], files: FoundFiles) -> Resolution:
    """Put found files into drafts.

    Args:
        recipe: The recipe that was expanded.
        cells: Its drafts.
        files: Every file of ``wanted_files``, or why it cannot be used.
    """
    resolver = _Resolver(recipe, files)
    return Resolution(tuple(resolver.cell(cell) for cell in cells), tuple(resolver.problems))


def wanted_masks(resolution: Resolution) -> Iterator[WantedMask]:
    """The masks to evaluate, each once, in order."""
    of_steps = (mask for cell in resolution.cells for step in cell.steps for mask in step.masks)
    of_checks = (check.mask for cell in resolution.cells for check in cell.checks if check.mask is not None)
    found = {mask.id: mask for masks in (of_steps, of_checks) for mask in masks if not mask.is_late}
    yield from found.values()


class _Skip(Exception):
    """A step does not apply to a cell, or cannot."""


class _Resolver:
    def __init__(self, recipe: ParsedRecipe, files: FoundFiles) -> None:
        self._recipe = recipe
        self._files = files
        self._told: set[tuple[object, ...]] = set()
        self._alike: dict[tuple[Draft, tuple[Size | str | None, ...]], ResolvedStep] = {}
        self.problems: list[Diagnostic] = []

    def cell(self, cell: DraftCell) -> ResolvedCell:
        sizes: dict[str, Size | None] = {}
        skipped = dict(cell.skipped)
        steps: list[ResolvedStep] = []
        for draft in cell.drafts:
            try:
                step = self._step(cell, draft, sizes)
            except _Skip as reason:
                skipped[draft.step.id] = str(reason)
                continue
            sizes[draft.step.id] = step.size
            steps.append(step)
        return ResolvedCell(
            id=cell.id,
            item=cell.item,
            matrix=cell.matrix,
            photo=cell.photo,
            steps=tuple(steps),
            skipped=skipped,
            checks=tuple(self._checks(cell, {step.step.id: step for step in steps}, sizes)) if cell.checks else (),
            outputs=self._outputs(cell, skipped) if skipped else cell.outputs,
        )

    def _outputs(self, cell: DraftCell, skipped: Mapping[str, str]) -> tuple[DraftOutput, ...]:
        return tuple(output for output in cell.outputs if self._recipe.outputs[output.at].step not in skipped)

    def _checks(
        self, cell: DraftCell, steps: Mapping[str, ResolvedStep], sizes: Mapping[str, Size | None]
    ) -> Iterator[ResolvedCheck]:
        for draft in cell.checks:
            step = steps.get(draft.check.step)
            if step is None:
                continue
            try:
                mask = None if draft.mask is None else self._mask(cell, draft.mask, step.params.get("image"), sizes)
            except _Skip as reason:
                place = ("checks", draft.check.at, "mask")
                self._problem(place, FileProblem("no-mask", f"check on '{draft.check.step}': {reason}"))
                continue
            yield ResolvedCheck(draft=draft, mask=mask)

    def _step(self, cell: DraftCell, draft: Draft, sizes: Mapping[str, Size | None]) -> ResolvedStep:
        """Resolve a draft; one that is the same in many cells, once for each size that it is given."""
        if draft.reads is None:
            return self._resolved(cell, draft, sizes)
        given = (draft, tuple([sizes.get(step, step) for step in draft.reads]))
        step = self._alike.get(given)
        if step is None:
            step = self._alike[given] = self._resolved(cell, draft, sizes)
        return step

    def _resolved(self, cell: DraftCell, draft: Draft, sizes: Mapping[str, Size | None]) -> ResolvedStep:
        params: dict[str, ResolvedValue] = {
            name: self._picture(value, sizes) for name, value in draft.params.items() if not isinstance(value, MaskUse)
        }
        image = params.get("image")
        masks: dict[str, WantedMask] = {}
        if len(params) < len(draft.params):
            masks = {
                name: self._mask(cell, value, image, sizes)
                for name, value in draft.params.items()
                if isinstance(value, MaskUse)
            }
            params = {name: masks.get(name) or params[name] for name in draft.params}
        paste_back = None if draft.paste_back is None else self._mask(cell, draft.paste_back, image, sizes)
        return ResolvedStep(
            step=draft.step,
            card=draft.card,
            provider=draft.provider,
            params=params,
            paste_back=paste_back,
            masks=(*masks.values(), paste_back) if paste_back is not None else tuple(masks.values()),
            size=self._result_size(draft, params),
        )

    def _picture(
        self, value: InputImage | WantedFile | StepPicture | Scalar, sizes: Mapping[str, Size | None]
    ) -> InputImage | SizedStep | Scalar:
        match value:
            case StepPicture(step=step):
                if step not in sizes:
                    raise _Skip(f"step '{step}' is skipped")
                return SizedStep(step, sizes[step])
            case WantedFile():
                return self._found(value)
            case _:
                return value

    def _found(self, wanted: WantedFile) -> InputImage:
        found = self._files[wanted]
        if isinstance(found, FileProblem):
            self._problem(wanted.place, found)
            raise _Skip(found.message)
        return found

    def _mask(
        self, cell: DraftCell, use: MaskUse, image: ResolvedValue | None, sizes: Mapping[str, Size | None]
    ) -> WantedMask:
        mask = self._recipe.masks[use.name]
        picture = image if isinstance(image, InputImage | SizedStep) else cell.photo
        files = {name: self._mask_file(self._recipe.masks[name], file) for name, file in use.files.items()}
        own = files.get(use.name)
        target = size_of(picture) if picture is not None else own.artifact.size if own is not None else None
        if target is None:
            message = f"mask '{use.name}' has no picture to be drawn over for '{cell.id}'"
            self._problem(mask.place, FileProblem("no-mask-size", message, "give the step an image, or a mask file"))
            raise _Skip(message)
        parts = MaskParts(files=files, picture=_source_of(picture), steps=self._step_sources(use.name, sizes))
        try:
            return want_mask(use.name, self._recipe.masks, parts, target)
        except ValueError as error:
            self._problem(mask.place, FileProblem("no-mask-size", str(error), "give the step an image"))
            raise _Skip(str(error)) from error

    def _step_sources(self, name: str, sizes: Mapping[str, Size | None]) -> dict[str, StepSource]:
        steps = steps_of_masks([name], self._recipe.masks)
        for step in sorted(steps):
            if step not in sizes:
                raise _Skip(f"step '{step}' is skipped")
        return {step: _late(step) for step in steps}

    def _mask_file(self, mask: ParsedMask, file: WantedFile) -> InputImage | None:
        found = self._files[file]
        if isinstance(found, FileProblem) and found.code == "missing-mask" and mask.missing == "full":
            return None
        if isinstance(found, FileProblem) and found.code == "missing-mask" and mask.missing == "skip":
            raise _Skip(f"there is no mask '{mask.name}' for it")
        return self._found(file)

    def _result_size(self, draft: Draft, params: Mapping[str, ResolvedValue]) -> Size | None:
        try:
            return _result_size(draft.card, params)
        except ValueError as error:
            self._problem(draft.step.place, FileProblem("bad-size", f"step '{draft.step.id}': {error}"))
            raise _Skip(str(error)) from error

    def _problem(self, place: tuple[str | int, ...], problem: FileProblem) -> None:
        if (place, problem.message) in self._told:
            return
        self._told.add((place, problem.message))
        source = self._recipe.source
        span = source.value_span(place) if len(place) > 2 else source.key_span(place)
        self.problems.append(source.diagnostic(span, problem.code, problem.message, hint=problem.hint))


def _source_of(picture: InputImage | SizedStep | None) -> MaskSource | None:
    match picture:
        case InputImage():
            return FileSource(ref=picture.artifact.digest, path=picture.path)
        case SizedStep():
            return _late(picture.step)
        case None:
            return None


def _late(step: str) -> StepSource:
    """A step's result before actions have keys; ``build_plan`` puts the key in."""
    return StepSource(ref=f"step:{step}", key=ActionKey(f"step:{step}"))


def size_of(value: ResolvedValue) -> Size | None:
    """The size of a picture or mask; None where nothing says it."""
    match value:
        case InputImage(artifact=artifact):
            return artifact.size
        case SizedStep(size=size) | WantedMask(size=size):
            return size
        case _:
            return None


def _result_size(card: ModelCard, params: Mapping[str, ResolvedValue]) -> Size | None:
    rule = card.output_size
    if rule.startswith("same-as:"):
        return size_of(params.get(rule.removeprefix("same-as:"), ""))
    size = size_of(params["image"]) if "image" in params else None
    match rule:
        case "resize" if size is not None:
            fit: Fit = params["fit"]  # type: ignore[assignment]  # the card has the same three choices
            return resized_size(size, _whole(params.get("width")), _whole(params.get("height")), fit)
        case "crop" if size is not None:
            rect = params["rect"]
            return cropped_size(size, rect if isinstance(rect, tuple) else ())
        case _:
            return None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
