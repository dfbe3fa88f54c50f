"""Resolved cells to cells of a plan, with their actions, masks, checks and outputs."""

from collections.abc import Iterable, Iterator, Mapping

from runner.core.check import CheckType
from runner.plan.actions import ActionBuilder
from runner.plan.draft import DraftOutput
from runner.plan.mask_image import mask_image
from runner.plan.mask_states import MaskJudge
from runner.plan.masks import WantedMask
from runner.plan.outputs import PlacedOutput, media_type_of, normal_path
from runner.plan.plan import Action, Cell, Check, CheckParam, InputImage, MaskState, Output, StepImage
from runner.plan.resolve import ResolvedCell
from runner.recipe.parsed import ParsedRecipe


class CellBuilder:
    """Builds one cell after the other.

    Attributes:
        masks, checks, outputs: Of the cells so far.
        photos: The pictures that the cells are about, by path.
    """

    def __init__(self, recipe: ParsedRecipe, judge: MaskJudge, actions: ActionBuilder) -> None:
        self._recipe = recipe
        self._judge = judge
        self._actions = actions
        self.masks: list[MaskState] = []
        self.checks: list[Check] = []
        self.outputs: list[PlacedOutput] = []
        self.photos: dict[str, InputImage] = {}

    @property
    def actions(self) -> tuple[Action, ...]:
        """Every action with its cells, each after those that it needs."""
        return self._actions.actions

    def cell(self, cell: ResolvedCell) -> Cell:
        """Add a cell with its actions, masks, checks and outputs."""
        made: dict[str, Action] = {}
        states: dict[str, MaskState] = {}
        for step in cell.steps:
            problems: list[str] = []
            if step.masks:
                problems += [problem for mask in step.masks for problem in self._judged(cell, mask, states)]
                problems += self._judge.leaves_nothing(cell.id, step)
            made[step.step.id] = self._actions.action(cell.id, step, made, problems)
        if cell.checks:
            self.checks += self._checks(cell, made, states)
        self.masks += states.values()
        if cell.photo is not None:
            self.photos[cell.photo.path] = cell.photo
        self.outputs += [self._output(cell, draft, made) for draft in cell.outputs]
        return Cell(
            id=cell.id,
            item=cell.item,
            matrix=cell.matrix,
            photo=cell.photo or _first_photo(made.values()),
            actions={step: action.key for step, action in made.items()},
            skipped=cell.skipped,
        )

    def _judged(self, cell: ResolvedCell, wanted: WantedMask, states: dict[str, MaskState]) -> tuple[str, ...]:
        """Judge a mask once in a cell, and give what is wrong with it."""
        if wanted.name not in states or states[wanted.name].size != wanted.size:
            states[wanted.name] = self._judge.state(cell.id, wanted)
        return states[wanted.name].problems

    def _checks(self, cell: ResolvedCell, made: Mapping[str, Action], states: dict[str, MaskState]) -> Iterator[Check]:
        for resolved in cell.checks:
            check = resolved.draft.check
            params: dict[str, CheckParam] = {**_CHECK_DEFAULTS[check.type], **resolved.draft.params}
            if resolved.mask is not None:
                self._judged(cell, resolved.mask, states)
                params["mask"] = mask_image(resolved.mask, self._judge.facts(resolved.mask), made)
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

    def _output(self, cell: ResolvedCell, draft: DraftOutput, made: Mapping[str, Action]) -> PlacedOutput:
        output = self._recipe.outputs[draft.at]
        path = normal_path(draft.path)
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
        return PlacedOutput(draft.at, written)


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
