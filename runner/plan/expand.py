"""A recipe over its items: every step of every cell with its parameters evaluated, as drafts without keys."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from runner.catalog.card import ModelCard, Parameter
from runner.catalog.catalog import Catalog
from runner.catalog.values import check_value
from runner.plan.check import Providers, choose_provider
from runner.plan.draft import Draft, DraftCell, DraftCheck, DraftOutput, DraftValue, Expansion, MaskUse, as_scalar
from runner.plan.evaluate import Evaluator, Skip, Wrong
from runner.plan.gathered import Inputs, Item
from runner.plan.mask_use import use_mask
from runner.plan.matrix import cell_id, combinations, value_text
from runner.plan.parameters import Parameters
from runner.plan.plan import Scalar
from runner.plan.scope import MaskName, Picture, StepPicture, early_names
from runner.recipe.checks import FORMATS
from runner.recipe.parsed import ParsedCheck, ParsedRecipe, ParsedStep
from runner.recipe.scope import Scope
from runner.recipe.template import Template


def expand(recipe: ParsedRecipe, catalog: Catalog, providers: Providers, inputs: Inputs) -> Expansion:
    """Evaluate a recipe's steps for every item.

    Args:
        recipe: Already checked against the cards.
        catalog: Has the card of every model that the recipe uses.
        providers: Who runs the steps that do not say.
        inputs: The pictures that its inputs name.
    """
    expander = _Expander(recipe, catalog, providers, inputs)
    items = inputs.items if recipe.batch is not None else (None,)
    cells = tuple(
        expander.cell(item, combination)
        for item in items
        for combination in combinations(recipe.matrix, item.key if item is not None else recipe.name)
    )
    return Expansion(cells, tuple(expander.evaluator.problems))


class _Expander:
    """Holds what all cells share while they are expanded one after the other."""

    def __init__(self, recipe: ParsedRecipe, catalog: Catalog, providers: Providers, inputs: Inputs) -> None:
        self._recipe = recipe
        self._batch = recipe.batch
        self._fixed = {**early_names(recipe), "masks": Scope({name: MaskName(name) for name in recipe.masks})}
        self._shared = {name: Picture(image, Picture(image, "").stem) for name, image in inputs.shared.items()}
        self.evaluator = Evaluator(recipe.source)
        default = providers.default(recipe.provider)
        self._steps = [self._prepared(step, catalog.cards[step.uses], default) for step in recipe.steps]
        self._pictures: dict[tuple[str, ...], Scope] = {}

    def _prepared(self, step: ParsedStep, card: ModelCard, default: str) -> "_Step":
        provider = choose_provider(card, step.provider, default)
        parameters = Parameters(step, card, provider, self._recipe.masks, self.evaluator)
        return _Step(step, card, provider, parameters, _is_alike(step))

    def cell(self, item: Item | None, combination: Mapping[str, object]) -> DraftCell:
        names = self._names(item, combination)
        key = item.key if item is not None else self._recipe.name
        drafts: list[Draft] = []
        made: tuple[str, ...] = ()
        skipped: dict[str, str] = {}
        for prepared in self._steps:
            try:
                drafts.append(self._draft(prepared, names, made))
            except Skip as reason:
                skipped[prepared.step.id] = str(reason)
            except Wrong:
                skipped[prepared.step.id] = "its parameters are wrong"
            else:
                made = (*made, prepared.step.id)
        names.pop("steps", None)
        return DraftCell(
            id=cell_id(key, combination),
            item=key,
            matrix={name: value_text(value) for name, value in combination.items()},
            photo=item.image if item is not None else None,
            drafts=tuple(drafts),
            skipped=skipped,
            checks=tuple(self._checks(names, skipped)),
            outputs=tuple(self._outputs(names, skipped)),
        )

    def _names(self, item: Item | None, combination: Mapping[str, object]) -> dict[str, object]:
        matrix = Scope(combination)
        if item is None or self._batch is None:
            return {**self._fixed, "matrix": matrix, "inputs": Scope(self._shared)}
        picture = Picture(item.image, item.key)
        inputs = Scope({**self._shared, self._batch.name: picture})
        names = {**self._fixed, "matrix": matrix, "item": picture, "inputs": inputs}
        if item.row is not None:
            names["row"] = Scope(item.row)
        return names

    def _pictures_of(self, made: tuple[str, ...]) -> Scope:
        """The pictures that expressions may name once some steps are done; the same for most cells."""
        if made not in self._pictures:
            steps = self._recipe.steps
            self._pictures[made] = Scope(
                {step.id: Scope({"image": StepPicture(step.id)} if step.id in made else {}) for step in steps}
            )
        return self._pictures[made]

    def _draft(self, prepared: "_Step", names: dict[str, object], made: tuple[str, ...]) -> Draft:
        """Draft a step once some are made; where nothing else of the cell enters, once for all such cells."""
        draft = prepared.alike.get(made)
        if draft is None:
            names["steps"] = self._pictures_of(made)
            draft = self._drafted(prepared, names)
            if draft.reads is not None:
                prepared.alike[made] = draft
        return draft

    def _drafted(self, prepared: "_Step", names: Mapping[str, object]) -> Draft:
        step = prepared.step
        if not self._applies(step, names):
            raise Skip("'if' is false")
        params = prepared.parameters.draft(names)
        paste_back = self._mask(step.paste_back, names) if step.paste_back is not None else None
        return Draft(
            step=step,
            card=prepared.card,
            provider=prepared.provider,
            params=params,
            paste_back=paste_back,
            reads=_steps_in(params.values()) if prepared.is_alike else None,
        )

    def _applies(self, step: ParsedStep, names: Mapping[str, object]) -> bool:
        if isinstance(step.condition, bool):
            return step.condition
        place = (*step.place, "if")
        value = self.evaluator.template(step.condition, place, names)
        if not isinstance(value, bool):
            message = f"'if' must be true or false, not '{value}'"
            self.evaluator.problem(place, "wrong-type", message, "compare it: ${{ … == … }}")
            raise Wrong
        return value

    def _checks(self, names: Mapping[str, object], skipped: Mapping[str, str]) -> Iterator[DraftCheck]:
        for check in self._recipe.checks:
            if check.step in skipped:
                continue
            try:
                params = {
                    key: self._check_param(check, key, self.evaluator.value(value, ("checks", check.at, key), names))
                    for key, value in check.params.items()
                }
                mask = self._mask(check.mask, names) if check.mask is not None else None
            except (Wrong, Skip):
                continue
            yield DraftCheck(check=check, mask=mask, params=params)

    def _check_param(self, check: ParsedCheck, key: str, value: object) -> Scalar:
        parameter = _CHECK_PARAMETERS.get((check.type, key))
        if parameter is None:
            return as_scalar(value)
        try:
            return as_scalar(check_value(parameter, value))
        except ValueError as error:
            self.evaluator.problem(("checks", check.at, key), "bad-value", f"'{key}' must be {error}")
            raise Wrong from error

    def _outputs(self, names: Mapping[str, object], skipped: Mapping[str, str]) -> Iterator[DraftOutput]:
        for at, output in enumerate(self._recipe.outputs):
            if output.step in skipped:
                continue
            try:
                path = self.evaluator.template(output.path, (*output.place, "path"), names)
            except Wrong:
                continue
            if isinstance(path, str):
                yield DraftOutput(at=at, path=path)
            else:
                hint = "write ….stem or ….key"
                self.evaluator.problem((*output.place, "path"), "wrong-type", "'path' must be text", hint)

    def _mask(self, name: str, names: Mapping[str, object]) -> MaskUse:
        return use_mask(name, self._recipe.masks, names, self.evaluator)


@dataclass(frozen=True, slots=True)
class _Step:
    """A step with what is the same of it in every cell.

    Attributes:
        is_alike: Whether nothing of a cell enters but which steps are made.
        alike: Its drafts by the steps that are made, where it is alike.
    """

    step: ParsedStep
    card: ModelCard
    provider: str
    parameters: Parameters
    is_alike: bool
    alike: dict[tuple[str, ...], Draft] = field(default_factory=dict)


def _steps_in(values: Iterable[DraftValue]) -> tuple[str, ...]:
    return tuple(value.step for value in values if isinstance(value, StepPicture))


def _is_alike(step: ParsedStep) -> bool:
    values = [step.condition, *step.parameters.values()]
    parts = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
    roots = {name[0] for part in parts if isinstance(part, Template) for name in part.names}
    return step.paste_back is None and roots <= _OF_NO_CELL


_OF_NO_CELL = frozenset({"vars", "recipe", "steps"})
"""What names begin with that stand for the same in all cells with the same steps made."""


_CHECK_PARAMETERS = {
    ("color_in_mask", "target"): Parameter(name="target", kind="color"),
    ("max_bytes", "value"): Parameter(name="value", kind="integer", minimum=1),
    ("format", "value"): Parameter(name="value", kind="choice", choices=FORMATS),
}
"""The parameters of checks that may be expressions; the others are checked as they are read."""
