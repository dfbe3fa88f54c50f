"""Drafts with their files found: sizes along the chain, and the masks that have to be evaluated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from runner.catalog.card import ModelCard
from runner.core.artifact import Size
from runner.core.diagnostic import Diagnostic
from runner.plan.expand import Draft, DraftCell, DraftOutput, DraftValue, MaskUse
from runner.plan.gathered import FileProblem, WantedFile
from runner.plan.masks import WantedMask, want_mask
from runner.plan.plan import InputImage, Scalar
from runner.plan.scope import StepPicture
from runner.recipe.parse import ParsedRecipe, ParsedStep

FoundFiles: TypeAlias = Mapping[WantedFile, InputImage | FileProblem]


@dataclass(frozen=True, slots=True)
class SizedStep:
    """The picture of an earlier step, with its size."""

    step: str
    size: Size | None


ResolvedValue: TypeAlias = InputImage | SizedStep | WantedMask | Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedStep:
    """One step of one cell, with everything but its masks' rasters known."""

    step: ParsedStep
    card: ModelCard
    provider: str
    params: Mapping[str, ResolvedValue]
    paste_back: WantedMask | None
    size: Size | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedCell:
    """One item with its steps."""

    id: str
    photo: InputImage | None
    steps: tuple[ResolvedStep, ...]
    skipped: Mapping[str, str]
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
    found = {mask.id: mask for cell in resolution.cells for step in cell.steps for mask in masks_of(step)}
    yield from found.values()


def masks_of(step: ResolvedStep) -> Iterator[WantedMask]:
    """The masks that a step reads, ``paste_back`` last."""
    yield from (value for value in step.params.values() if isinstance(value, WantedMask))
    if step.paste_back is not None:
        yield step.paste_back


class _Skip(Exception):
    """A step does not apply to a cell, or cannot."""


class _Resolver:
    def __init__(self, recipe: ParsedRecipe, files: FoundFiles) -> None:
        self._recipe = recipe
        self._files = files
        self._told: set[tuple[object, ...]] = set()
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
        outputs = tuple(output for output in cell.outputs if self._recipe.outputs[output.at].step not in skipped)
        return ResolvedCell(id=cell.id, photo=cell.photo, steps=tuple(steps), skipped=skipped, outputs=outputs)

    def _step(self, cell: DraftCell, draft: Draft, sizes: Mapping[str, Size | None]) -> ResolvedStep:
        pictures = {
            name: self._picture(value, sizes) for name, value in draft.params.items() if not isinstance(value, MaskUse)
        }
        target = _target_size(pictures, cell)
        params: dict[str, ResolvedValue] = {
            name: self._mask(cell, value, target) if isinstance(value, MaskUse) else pictures[name]
            for name, value in draft.params.items()
        }
        paste_back = self._mask(cell, draft.paste_back, target) if draft.paste_back is not None else None
        return ResolvedStep(
            step=draft.step,
            card=draft.card,
            provider=draft.provider,
            params=params,
            paste_back=paste_back,
            size=self._result_size(draft, params),
        )

    def _picture(self, value: DraftValue, sizes: Mapping[str, Size | None]) -> InputImage | SizedStep | Scalar:
        match value:
            case StepPicture(step=step):
                if step not in sizes:
                    raise _Skip(f"step '{step}' is skipped")
                return SizedStep(step, sizes[step])
            case WantedFile():
                return self._found(value)
            case MaskUse():
                raise TypeError("a mask is no picture")
            case _:
                return value

    def _found(self, wanted: WantedFile) -> InputImage:
        found = self._files[wanted]
        if isinstance(found, FileProblem):
            self._problem(wanted.place, found)
            raise _Skip(found.message)
        return found

    def _mask(self, cell: DraftCell, use: MaskUse, size: Size | None) -> WantedMask:
        mask = self._recipe.masks[use.name]
        file = self._mask_file(use)
        target = size if size is not None else file.artifact.size if file is not None else None
        if target is None:
            message = f"mask '{use.name}' has no picture to be drawn over for '{cell.id}'"
            self._problem(mask.place, FileProblem("no-mask-size", message, "give the step an image, or a mask file"))
            raise _Skip(message)
        return want_mask(mask, file, target)

    def _mask_file(self, use: MaskUse) -> InputImage | None:
        if use.file is None:
            return None
        mask = self._recipe.masks[use.name]
        found = self._files[use.file]
        if isinstance(found, FileProblem) and found.code == "missing-mask" and mask.missing == "full":
            return None
        if isinstance(found, FileProblem) and found.code == "missing-mask" and mask.missing == "skip":
            raise _Skip(f"there is no mask '{use.name}' for it")
        return self._found(use.file)

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


def _target_size(pictures: Mapping[str, InputImage | SizedStep | Scalar], cell: DraftCell) -> Size | None:
    """The size that a step's masks have: that of its ``image``; without one, of the cell's own picture."""
    image = pictures.get("image")
    if isinstance(image, InputImage | SizedStep):
        return size_of(image)
    return cell.photo.artifact.size if cell.photo is not None else None


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
    from runner.images.geometry import Fit, cropped_size, resized_size

    size = size_of(params["image"]) if "image" in params else None
    match card.output_size:
        case "resize" if size is not None:
            fit: Fit = params["fit"]  # type: ignore[assignment]  # the card has the same three choices
            return resized_size(size, _whole(params.get("width")), _whole(params.get("height")), fit)
        case "crop" if size is not None:
            rect = params["rect"]
            return cropped_size(size, rect if isinstance(rect, tuple) else ())
        case rule if rule.startswith("same-as:"):
            return size_of(params.get(rule.removeprefix("same-as:"), ""))
        case _:
            return None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
