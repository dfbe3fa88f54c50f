"""Resolved cells to a plan: every action once, with its key, its price and its outputs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from types import MappingProxyType

from runner.catalog.card import ModelCard
from runner.core.artifact import MaskFacts
from runner.core.check import CheckType
from runner.core.diagnostic import Diagnostic
from runner.core.digest import ActionKey, Digest, Json, digest_json
from runner.core.money import ZERO, Money
from runner.plan.gathered import FileProblem
from runner.plan.keys import action_key, pasted_key, redrawn_key
from runner.plan.masks import WantedMask, mask_problems
from runner.plan.outputs import PlacedOutput, check_outputs, check_report, media_type_of
from runner.plan.plan import (
    EMPTY_QUOTE,
    Action,
    Cell,
    Check,
    CheckParam,
    Gate,
    InputImage,
    MaskImage,
    MaskSource,
    MaskState,
    Output,
    ParamValue,
    Plan,
    RecipeName,
    StepImage,
    StepSource,
)
from runner.plan.price import list_price
from runner.plan.resolve import Resolution, ResolvedCell, ResolvedStep, ResolvedValue, SizedStep, masks_of
from runner.recipe.parsed import ParsedRecipe

NO_DRAWS: Mapping[ActionKey, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where a plan is made: the root (absolute), the recipe's path as the user named it, and who runs what.

    Attributes:
        revisions: Of the local engines, by model id; they enter the keys of local work.
    """

    root: str
    recipe_path: str
    provider: str
    revisions: Mapping[str, str]


def build_plan(
    recipe: ParsedRecipe,
    resolution: Resolution,
    masks: Mapping[Digest, MaskFacts | FileProblem],
    setting: Setting,
    draws: Mapping[ActionKey, int] = NO_DRAWS,
) -> Plan:
    """Give every action its key.

    Args:
        recipe: The recipe that was resolved.
        resolution: Its cells.
        masks: Every mask of ``wanted_masks`` by its id, evaluated, or why it cannot be.
        setting: What is the same for the whole plan.
        draws: Which draw is wanted of the work of a key; 0 where it is not named.

    Returns:
        A plan in which everything is to run; ``decide`` says what is known. Its diagnostics are those of the
        resolution and of this step; an action with a bad mask is blocked.
    """
    builder = _Builder(recipe, masks, setting, draws)
    cells = tuple(builder.cell(cell) for cell in resolution.cells)
    problems = (
        *resolution.diagnostics,
        *builder.problems,
        *check_report(recipe),
        *check_outputs(recipe, builder.outputs, builder.inputs),
    )
    actions = tuple(replace(action, cells=tuple(builder.cells_of[action.key])) for action in builder.actions.values())
    return Plan(
        recipe=RecipeName(path=setting.recipe_path, name=recipe.name, digest=recipe.digest),
        root=setting.root,
        provider=setting.provider,
        cells=cells,
        actions=actions,
        masks=tuple(builder.masks),
        outputs=tuple(placed.output for placed in builder.outputs),
        checks=tuple(builder.checks),
        report_dir=recipe.report_dir or "",
        gate=None if recipe.gate is None else Gate(canary=recipe.gate.canary, min_pass_rate=recipe.gate.min_pass_rate),
        quote=EMPTY_QUOTE,
        diagnostics=tuple(dict.fromkeys(problems)),
    )


class _Builder:
    """Collects what cells have in common while they are gone through."""

    def __init__(
        self,
        recipe: ParsedRecipe,
        masks: Mapping[Digest, MaskFacts | FileProblem],
        setting: Setting,
        draws: Mapping[ActionKey, int],
    ) -> None:
        self._recipe = recipe
        self._draws = draws
        self._facts = masks
        self._setting = setting
        self.actions: dict[ActionKey, Action] = {}
        self.cells_of: dict[ActionKey, list[str]] = {}
        self.masks: list[MaskState] = []
        self.checks: list[Check] = []
        self.outputs: list[PlacedOutput] = []
        self.problems: list[Diagnostic] = []
        self.inputs: dict[str, InputImage] = {}

    def cell(self, cell: ResolvedCell) -> Cell:
        made: dict[str, Action] = {}
        states: dict[str, MaskState] = {}
        for step in cell.steps:
            problems = [problem for mask in masks_of(step) for problem in self._mask_state(cell, mask, states)]
            made[step.step.id] = self._action(step, made, problems)
            self.cells_of.setdefault(made[step.step.id].key, []).append(cell.id)
        self.checks += self._checks(cell, made, states)
        self.masks += states.values()
        if cell.photo is not None:
            self.inputs[cell.photo.path] = cell.photo
        self.outputs += self._outputs(cell, made)
        return Cell(
            id=cell.id,
            item=cell.item,
            matrix=cell.matrix,
            photo=cell.photo or _first_photo(made.values()),
            actions={step: action.key for step, action in made.items()},
            skipped=cell.skipped,
        )

    def _mask_state(self, cell: ResolvedCell, wanted: WantedMask, states: dict[str, MaskState]) -> tuple[str, ...]:
        if wanted.name in states and states[wanted.name].size == wanted.size:
            return states[wanted.name].problems
        if wanted.is_late:
            states[wanted.name] = MaskState(name=wanted.name, cell=cell.id, size=wanted.size, area=None, problems=())
            return ()
        mask = self._recipe.masks[wanted.name]
        facts = self._facts[wanted.id]
        if isinstance(facts, FileProblem):
            problems: tuple[str, ...] = (facts.message,)
            self._mask_problem(wanted, facts.code, facts.message, facts.hint)
        else:
            problems = tuple(mask_problems(mask.require, wanted, facts))
            for problem in problems:
                file = f" ({wanted.file.path})" if wanted.file is not None else ""
                message = f"mask '{wanted.name}' for '{cell.id}'{file} {problem}"
                self._mask_problem(wanted, "bad-mask", message, f"look at it: {self._look(cell, wanted)}")
        area = None if isinstance(facts, FileProblem) else facts.area
        states[wanted.name] = MaskState(name=wanted.name, cell=cell.id, size=wanted.size, area=area, problems=problems)
        return problems

    def _look(self, cell: ResolvedCell, wanted: WantedMask) -> str:
        return f"runner mask {self._setting.recipe_path} {cell.id} {wanted.name} -o mask.png"

    def _mask_problem(self, wanted: WantedMask, code: str, message: str, hint: str) -> None:
        source = self._recipe.source
        span = source.key_span(self._recipe.masks[wanted.name].place)
        self.problems.append(source.diagnostic(span, code, message, hint=hint))

    def _action(self, step: ResolvedStep, made: Mapping[str, Action], problems: list[str]) -> Action:
        params = {name: self._value(value, made) for name, value in step.params.items()}
        revision = self._revision(step.card, step.provider)
        raw_key = action_key(step.card.id, revision, step.provider, params)
        draw = self._draws.get(raw_key, 0)
        if draw:
            raw_key = redrawn_key(raw_key, draw)
        pasted = None if step.paste_back is None else self._mask_image(step.paste_back, made)
        key = raw_key if pasted is None else pasted_key(raw_key, pasted)
        if key in self.actions:
            return self.actions[key]
        needs = tuple(dict.fromkeys(_needed([*params.values(), pasted])))
        action = Action(
            key=key,
            raw_key=raw_key,
            step=step.step.id,
            uses=step.card.id,
            provider=step.provider,
            revision=revision,
            cells=(),
            params=params,
            paste_back=pasted,
            needs=needs,
            output_size=step.size,
            list_price=self._price(step),
            decision="blocked" if problems else "run",
            reason=problems[0] if problems else "",
            attempts=step.step.attempts,
            timeout_s=step.step.timeout_s,
            redraws=step.step.redraws,
            draw=draw,
        )
        self.actions[key] = action
        self.inputs.update({value.path: value for value in params.values() if isinstance(value, InputImage)})
        return action

    def _revision(self, card: ModelCard, provider: str) -> str:
        return self._setting.revisions.get(card.id, card.revision) if provider == "local" else card.revision

    def _price(self, step: ResolvedStep) -> Money:
        try:
            return list_price(step.card, step.size)
        except ValueError as error:
            source = self._recipe.source
            span = source.value_span((*step.step.place, "uses"))
            hint = "give the model's card a price per request"
            self.problems.append(source.diagnostic(span, "unknown-price", str(error), hint=hint))
            return ZERO

    def _value(self, value: ResolvedValue, made: Mapping[str, Action]) -> ParamValue:
        match value:
            case SizedStep(step=step, size=size):
                return StepImage(step=step, key=made[step].key, size=size)
            case WantedMask():
                return self._mask_image(value, made)
            case _:
                return value

    def _mask_image(self, wanted: WantedMask, made: Mapping[str, Action]) -> MaskImage:
        keys = {f"step:{step}": str(action.key) for step, action in made.items()}
        spec = _with_keys(dict(wanted.spec), keys)
        facts = self._facts.get(wanted.id)
        identity: dict[str, Json] = {"spec": spec, "size": [wanted.size.width_px, wanted.size.height_px]}
        described = digest_json("mask/2", identity)
        return MaskImage(
            name=wanted.name,
            digest=facts.digest if isinstance(facts, MaskFacts) else described,
            size=wanted.size,
            area=facts.area if isinstance(facts, MaskFacts) else 0.0,
            path=wanted.file.path if wanted.file is not None else None,
            spec=spec,
            sources=tuple(_keyed(source, keys) for source in wanted.sources),
        )

    def _checks(self, cell: ResolvedCell, made: Mapping[str, Action], states: dict[str, MaskState]) -> Iterator[Check]:
        for resolved in cell.checks:
            check = resolved.draft.check
            params: dict[str, CheckParam] = {**_CHECK_DEFAULTS[check.type], **resolved.draft.params}
            if resolved.mask is not None:
                self._mask_state(cell, resolved.mask, states)
                params["mask"] = self._mask_image(resolved.mask, made)
            yield Check(
                at=check.at,
                cell=cell.id,
                step=check.step,
                key=made[check.step].key,
                type=check.type,
                measure=check.measure,
                severity=check.severity,
                on_fail=check.on_fail,
                params=params,
            )

    def _outputs(self, cell: ResolvedCell, made: Mapping[str, Action]) -> Iterator[PlacedOutput]:
        for draft in cell.outputs:
            output = self._recipe.outputs[draft.at]
            path = str(PurePosixPath(draft.path))
            written = Output(
                cell=cell.id,
                path=path,
                step=output.step,
                key=made[output.step].key,
                source=cell.photo or _photo_of(made[output.step], made),
                media_type=media_type_of(output.format, path),
                quality=output.quality,
                keep=output.keep,
                mark=output.mark,
            )
            yield PlacedOutput(draft.at, written)


def _needed(values: Iterable[ParamValue | None]) -> Iterator[ActionKey]:
    """The actions that values are results of, or that their masks are made from."""
    for value in values:
        if isinstance(value, StepImage):
            yield value.key
        elif isinstance(value, MaskImage):
            yield from (source.key for source in value.sources if isinstance(source, StepSource))


def _with_keys(spec: dict[str, Json], keys: Mapping[str, str]) -> dict[str, Json]:
    """Put the keys of actions in the place of the names of steps, in the parts of a mask too."""
    named: dict[str, Json] = dict(spec)
    ref, of = named.get("ref"), named.get("of")
    if isinstance(ref, str) and ref in keys:
        named["ref"] = keys[ref]
    if isinstance(of, list):
        named["of"] = [_with_keys(part, keys) if isinstance(part, dict) else part for part in of]
    return named


def _keyed(source: MaskSource, keys: Mapping[str, str]) -> MaskSource:
    if isinstance(source, StepSource):
        key = ActionKey(keys[source.ref])
        return StepSource(ref=key, key=key)
    return source


_CHECK_DEFAULTS: dict[CheckType, dict[str, CheckParam]] = {
    "outside_mask_unchanged": {"tolerance": -1},
    "inside_mask_changed": {"tolerance": -1},
    "color_in_mask": {},
    "same_size": {},
    "not_blank": {"min_contrast": "2"},
    "ssim": {"where": "everywhere"},
    "max_bytes": {},
    "format": {},
}
"""What a check does when the recipe does not say; a tolerance of -1 is by the result's format."""


def _first_photo(actions: Iterable[Action]) -> InputImage | None:
    """The picture that a recipe without a batch begins with."""
    images = (action.params.get("image") for action in actions)
    return next((image for image in images if isinstance(image, InputImage)), None)


def _photo_of(action: Action, made: Mapping[str, Action]) -> InputImage | None:
    """The input picture at the head of a chain of edits."""
    image = action.params.get("image")
    while isinstance(image, StepImage):
        image = made[image.step].params.get("image")
    return image if isinstance(image, InputImage) else None
