"""A recipe over its items: every step of every cell with its parameters evaluated, as drafts without keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from runner.catalog.card import ModelCard, Parameter
from runner.catalog.catalog import Catalog
from runner.catalog.values import check_value, expected_value
from runner.core.diagnostic import Diagnostic
from runner.plan.check import Providers, choose_provider
from runner.plan.derive import derive_parameters
from runner.plan.gathered import Inputs, Item, WantedFile
from runner.plan.matrix import cell_id, combinations, value_text
from runner.plan.plan import InputImage, Scalar
from runner.plan.scope import MaskName, Picture, Scope, StepPicture, early_names, names_of
from runner.recipe.checks import FORMATS
from runner.recipe.expression import ExpressionError, Template, Undefined
from runner.recipe.nearest import did_you_mean
from runner.recipe.parsed import ParsedCheck, ParsedMask, ParsedRecipe, ParsedStep, ParsedValue
from runner.recipe.source import Place


@dataclass(frozen=True, slots=True)
class MaskUse:
    """A mask as a cell uses it; ``files`` are the paths that its parts' expressions gave, by mask name."""

    name: str
    files: Mapping[str, WantedFile]


DraftValue: TypeAlias = InputImage | WantedFile | StepPicture | MaskUse | Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One step of one cell, before files and masks are looked at."""

    step: ParsedStep
    card: ModelCard
    provider: str
    params: Mapping[str, DraftValue]
    paste_back: MaskUse | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCheck:
    """A check of a cell with its parameters evaluated."""

    check: ParsedCheck
    mask: MaskUse | None
    params: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOutput:
    """A file that a cell writes."""

    at: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCell:
    """One item with its drafts in the order of the chain; ``skipped`` gives a reason per step that does not apply."""

    id: str
    item: str
    matrix: Mapping[str, str]
    photo: InputImage | None
    drafts: tuple[Draft, ...]
    skipped: Mapping[str, str]
    checks: tuple[DraftCheck, ...]
    outputs: tuple[DraftOutput, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """All cells, and what went wrong in them."""

    cells: tuple[DraftCell, ...]
    diagnostics: tuple[Diagnostic, ...]


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
    return Expansion(cells, tuple(expander.problems))


def wanted_files(cells: tuple[DraftCell, ...]) -> Iterator[WantedFile]:
    """The files that drafts name by path, each once, in order."""
    yield from dict.fromkeys(file for cell in cells for file in _files(cell))


def _files(cell: DraftCell) -> Iterator[WantedFile]:
    values = [value for draft in cell.drafts for value in (*draft.params.values(), draft.paste_back)]
    for value in (*values, *(check.mask for check in cell.checks)):
        if isinstance(value, WantedFile):
            yield value
        elif isinstance(value, MaskUse):
            yield from value.files.values()


class _Skip(Exception):
    """A step does not apply to a cell."""


class _Wrong(Exception):
    """A value does not fit; the diagnostic is noted."""


class _Expander:
    """Holds what all cells share while they are expanded one after the other."""

    def __init__(self, recipe: ParsedRecipe, catalog: Catalog, providers: Providers, inputs: Inputs) -> None:
        self._recipe = recipe
        self._catalog = catalog
        self._default = providers.default(recipe.provider)
        self._inputs = inputs
        self._fixed = {**early_names(recipe), "masks": Scope({name: MaskName(name) for name in recipe.masks})}
        self._shared = {name: Picture(image, Picture(image, "").stem) for name, image in inputs.shared.items()}
        self._seen: set[tuple[Place, str]] = set()
        self.problems: list[Diagnostic] = []

    def cell(self, item: Item | None, combination: Mapping[str, object]) -> DraftCell:
        names = {**self._names(item), "matrix": Scope(combination)}
        key = item.key if item is not None else self._recipe.name
        drafts: list[Draft] = []
        skipped: dict[str, str] = {}
        for step in self._recipe.steps:
            made = {draft.step.id for draft in drafts}
            steps = Scope(
                {s.id: Scope({"image": StepPicture(s.id)} if s.id in made else {}) for s in self._recipe.steps}
            )
            try:
                drafts.append(self._draft(step, {**names, "steps": steps}))
            except _Skip as reason:
                skipped[step.id] = str(reason)
            except _Wrong:
                skipped[step.id] = "its parameters are wrong"
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

    def _names(self, item: Item | None) -> dict[str, object]:
        if item is None or self._recipe.batch is None:
            return {**self._fixed, "inputs": Scope(self._shared)}
        picture = Picture(item.image, item.key)
        inputs = Scope({**self._shared, self._recipe.batch.name: picture})
        row = {} if item.row is None else {"row": Scope(item.row)}
        return {**self._fixed, **row, "item": picture, "inputs": inputs}

    def _draft(self, step: ParsedStep, names: Mapping[str, object]) -> Draft:
        if not self._applies(step, names):
            raise _Skip("'if' is false")
        card = self._catalog.cards[step.uses]
        provider = choose_provider(card, step.provider, self._default)
        params: dict[str, DraftValue] = {}
        for name, value in step.parameters.items():
            parameter = card.parameter(name)
            if parameter is not None:
                self._give(params, step, parameter, value, names)
        for parameter in card.parameters:
            if parameter.default is not None:
                params.setdefault(parameter.name, _scalar(parameter.default))
        paste_back = None
        if step.paste_back is not None:
            paste_back = self._mask(step.paste_back, names)
        return Draft(
            step=step,
            card=card,
            provider=provider,
            params=self._derived(step, provider, params),
            paste_back=paste_back,
        )

    def _give(
        self,
        params: dict[str, DraftValue],
        step: ParsedStep,
        parameter: Parameter,
        value: ParsedValue,
        names: Mapping[str, object],
    ) -> None:
        """Add a parameter; one that is not required counts as left out where its expression gives no text."""
        evaluated = self._evaluated(value, (*step.place, "with", parameter.name), names)
        if evaluated == "" and isinstance(value, Template) and value.expressions and not parameter.required:
            return
        params[parameter.name] = self._value(step, parameter, evaluated, names)

    def _derived(self, step: ParsedStep, provider: str, params: dict[str, DraftValue]) -> Mapping[str, DraftValue]:
        try:
            return derive_parameters(step.uses, provider, params)
        except ValueError as error:
            at = (*step.place, "with", "eye_color")
            message, _, hint = str(error).partition("\n")
            self._problem(at, "unknown-color", message, hint)
            raise _Wrong from error

    def _applies(self, step: ParsedStep, names: Mapping[str, object]) -> bool:
        if isinstance(step.condition, bool):
            return step.condition
        place = (*step.place, "if")
        value = self._evaluate(step.condition, place, names)
        if not isinstance(value, bool):
            self._problem(
                place, "wrong-type", f"'if' must be true or false, not '{value}'", "compare it: ${{ … == … }}"
            )
            raise _Wrong
        return value

    def _value(
        self, step: ParsedStep, parameter: Parameter, evaluated: object, names: Mapping[str, object]
    ) -> DraftValue:
        place: Place = (*step.place, "with", parameter.name)
        match evaluated, parameter.kind:
            case Picture(), "image":
                return evaluated.image
            case StepPicture(), "image":
                return evaluated
            case str(), "image":
                return WantedFile(kind="picture", path=evaluated, place=place)
            case MaskName(), "mask":
                return self._mask(evaluated.name, names)
            case ((Picture() | StepPicture() | MaskName()), _):
                self._problem(place, "wrong-type", f"'{parameter.name}' must be {expected_value(parameter)}", "")
                raise _Wrong
            case _:
                return self._scalar_value(parameter, evaluated, place)

    def _scalar_value(self, parameter: Parameter, value: object, place: Place) -> Scalar:
        try:
            return _scalar(check_value(parameter, value))
        except ValueError as error:
            shown = f", not '{value}'" if isinstance(value, str | int | Decimal) else ""
            self._problem(place, "bad-value", f"'{parameter.name}' must be {error}{shown}", "")
            raise _Wrong from error

    def _evaluated(self, value: ParsedValue, place: Place, names: Mapping[str, object]) -> object:
        if isinstance(value, Template):
            return self._evaluate(value, place, names)
        if isinstance(value, tuple):
            return tuple(
                self._evaluate(part, (*place, at), names) if isinstance(part, Template) else part
                for at, part in enumerate(value)
            )
        return value

    def _evaluate(self, template: Template, place: Place, names: Mapping[str, object]) -> object:
        if not template.expressions:
            return template.text
        try:
            value = template.evaluate(names)
        except ExpressionError as error:
            self._missing_column(template, place, names)
            self._problem(place, error.code, str(error), error.hint)
            raise _Wrong from error
        if not isinstance(value, Undefined):
            return value
        absent = next((name[1] for name in template.names if name[0] == "steps"), None)
        if absent is not None:
            raise _Skip(f"step '{absent}' is skipped")
        self._missing_column(template, place, names)
        self._problem(place, "unknown-name", f"'{value.name}' has no value here", "give it one: | default(…)")
        raise _Wrong

    def _missing_column(self, template: Template, place: Place, names: Mapping[str, object]) -> None:
        """Say which column of the table is not there, where that is what is wrong."""
        row = names.get("row")
        columns = names_of(row) if isinstance(row, Scope) else []
        for name in template.names:
            if name[0] == "row" and name[1] not in columns:
                hint = did_you_mean(name[1], columns)
                self._problem(place, "unknown-name", f"there is no column '{name[1]}'", hint)
                raise _Wrong

    def _mask(self, name: str, names: Mapping[str, object]) -> MaskUse:
        waiting, files = [name], dict[str, WantedFile]()
        while waiting:
            mask = self._recipe.masks[waiting.pop()]
            waiting += mask.members
            if mask.path is not None:
                files[mask.name] = self._mask_file(mask, mask.path, names)
        return MaskUse(name, files)

    def _mask_file(self, mask: ParsedMask, template: Template, names: Mapping[str, object]) -> WantedFile:
        at = (*mask.place, mask.kind)
        path = self._evaluate(template, at, names)
        if not isinstance(path, str):
            self._problem(at, "wrong-type", f"the path of mask '{mask.name}' must be text", "")
            raise _Wrong
        return WantedFile(kind="mask", path=path, place=at)

    def _checks(self, names: Mapping[str, object], skipped: Mapping[str, str]) -> Iterator[DraftCheck]:
        for check in self._recipe.checks:
            if check.step in skipped:
                continue
            try:
                params = {
                    key: self._check_param(check, key, self._evaluated(value, ("checks", check.at, key), names))
                    for key, value in check.params.items()
                }
                mask = self._mask(check.mask, names) if check.mask is not None else None
            except (_Wrong, _Skip):
                continue
            yield DraftCheck(check=check, mask=mask, params=params)

    def _check_param(self, check: ParsedCheck, key: str, value: object) -> Scalar:
        parameter = _CHECK_PARAMETERS.get((check.type, key))
        if parameter is None:
            return _scalar(value)
        try:
            return _scalar(check_value(parameter, value))
        except ValueError as error:
            self._problem(("checks", check.at, key), "bad-value", f"'{key}' must be {error}, not '{value}'", "")
            raise _Wrong from error

    def _outputs(self, names: Mapping[str, object], skipped: Mapping[str, str]) -> Iterator[DraftOutput]:
        for at, output in enumerate(self._recipe.outputs):
            if output.step in skipped:
                continue
            try:
                path = self._evaluate(output.path, (*output.place, "path"), names)
            except _Wrong:
                continue
            if isinstance(path, str):
                yield DraftOutput(at=at, path=path)
            else:
                self._problem((*output.place, "path"), "wrong-type", "'path' must be text", "write ….stem or ….key")

    def _problem(self, place: Place, code: str, message: str, hint: str) -> None:
        """Note a problem once, however many cells have it."""
        if (place, message) in self._seen:
            return
        self._seen.add((place, message))
        source = self._recipe.source
        self.problems.append(source.diagnostic(source.value_span(place), code, message, hint=hint))


_CHECK_PARAMETERS = {
    ("color_in_mask", "target"): Parameter(name="target", kind="color"),
    ("max_bytes", "value"): Parameter(name="value", kind="integer", minimum=1),
    ("format", "value"): Parameter(name="value", kind="choice", choices=FORMATS),
}
"""The parameters of checks that may be expressions; the others are checked as they are read."""


def _scalar(value: object) -> Scalar:
    """Numbers that are not whole become text: equal values have equal keys."""
    match value:
        case Decimal():
            return str(value)
        case tuple() | list():
            return tuple(str(part) if isinstance(part, Decimal) else part for part in value)
        case str() | int() | bool():
            return value
        case _:
            raise TypeError(f"no scalar: {value!r}")
