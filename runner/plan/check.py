"""Steps against the model cards, before any file is looked at: models, parameters, providers."""

from collections.abc import Iterator
from dataclasses import dataclass

from runner.catalog.card import ModelCard, Parameter
from runner.catalog.catalog import Catalog
from runner.catalog.values import check_value, expected_value
from runner.core.diagnostic import Diagnostic, Span
from runner.recipe.grammar import ExpressionError
from runner.recipe.template import Template, parse_template
from runner.source.nearest import did_you_mean, nearest
from runner.source.source import MappingNode, Place, ScalarNode, SequenceNode, Source, plain

LOCAL = "local"
HOSTED = "runflow"
"""The kind of every provider that is not this machine: it speaks Runflow's API."""


@dataclass(frozen=True, slots=True)
class Providers:
    """Who runs the steps that name no provider: the command line first, then the recipe, then the settings.

    Attributes:
        names: All that may be named.
    """

    command_line: str | None
    settings: str
    names: tuple[str, ...] = (LOCAL, HOSTED)

    def default(self, recipe: str | None) -> str:
        """The provider of a step that names none."""
        return self.command_line or recipe or self.settings


def choose_provider(card: ModelCard, step: str | None, default: str) -> str:
    """Choose where a step runs: where it says, else the default; a tool that runs only locally runs locally."""
    if step is None and card.providers == (LOCAL,):
        return LOCAL
    return step or default


def has_model(card: ModelCard, provider: str) -> bool:
    """Say whether a model can run at a provider, as far as its card knows."""
    return provider in card.providers or (provider != LOCAL and HOSTED in card.providers)


def check_models(source: Source, catalog: Catalog, providers: Providers) -> Iterator[Diagnostic]:
    """Report every step that its model's card does not allow; works on a recipe that has other mistakes too."""
    steps = source.node(("steps",))
    places = _Places(providers.default(_text(source, ("defaults", "provider"))), providers.names)
    if "defaults" in _keys(source, ()) and places.default not in places.names:
        yield _unknown_provider(source, ("defaults", "provider"), places.default, places.names)
    for at in range(len(steps.items) if isinstance(steps, SequenceNode) else 0):
        yield from _check_step(source, ("steps", at), catalog, places)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a step runs that does not say, and all that it may say."""

    default: str
    names: tuple[str, ...]


def _check_step(source: Source, place: Place, catalog: Catalog, places: _Places) -> Iterator[Diagnostic]:
    uses = _text(source, (*place, "uses"))
    if uses is None or "${{" in uses:
        return
    card = catalog.card(uses)
    if card is None:
        span = source.value_span((*place, "uses"))
        yield source.diagnostic(span, "unknown-model", f"there is no model '{uses}'", hint=catalog.hint(uses))
        return
    yield from _check_provider(source, place, card, places)
    yield from _check_paste_back(source, place, card)
    yield from _check_parameters(source, (*place, "with"), card)


def _check_provider(source: Source, place: Place, card: ModelCard, places: _Places) -> Iterator[Diagnostic]:
    named = _text(source, (*place, "provider"))
    chosen = choose_provider(card, named, places.default)
    if named is not None and named not in places.names:
        yield _unknown_provider(source, (*place, "provider"), named, places.names)
    elif chosen in places.names and not has_model(card, chosen):
        span = source.value_span((*place, "provider" if named else "uses"))
        message = f"'{card.id}' does not run at the provider '{chosen}'"
        hint = f"providers that have it: {', '.join(card.providers)}"
        yield source.diagnostic(span, "no-engine", message, hint=hint)


def _unknown_provider(source: Source, place: Place, name: str, names: tuple[str, ...]) -> Diagnostic:
    hint = did_you_mean(name, names)
    return source.diagnostic(source.value_span(place), "unknown-provider", f"there is no provider '{name}'", hint=hint)


def _check_paste_back(source: Source, place: Place, card: ModelCard) -> Iterator[Diagnostic]:
    if "paste_back" in _keys(source, place) and card.output_size != "same-as:image":
        span = source.key_span((*place, "paste_back"))
        message = f"'paste_back' needs a result of the picture's own size; '{card.id}' gives another"
        yield source.diagnostic(span, "bad-paste-back", message, hint="remove it")


def _check_parameters(source: Source, place: Place, card: ModelCard) -> Iterator[Diagnostic]:
    given = _keys(source, place)
    known = [parameter.name for parameter in card.parameters]
    mistyped: set[str] = set()
    for name in given:
        parameter = card.parameter(name)
        if parameter is None:
            hint = did_you_mean(name, known)
            mistyped |= {meant for meant in known if hint == f"did you mean '{meant}'?"}
            message = f"'{card.id}' has no parameter '{name}'"
            yield source.diagnostic(source.key_span((*place, name)), "unknown-parameter", message, hint=hint)
        else:
            yield from _check_parameter(source, (*place, name), parameter)
    yield from _missing(source, place, card, {*given, *mistyped})


def _missing(source: Source, place: Place, card: ModelCard, given: set[str]) -> Iterator[Diagnostic]:
    if "with" not in _keys(source, place[:-1]) and any(nearest(key, ["with"]) for key in _keys(source, place[:-1])):
        return  # mistyped, and told so
    owner = place if isinstance(source.node(place), MappingNode) else (*place[:-1], "uses")
    span = source.key_span(owner)
    for parameter in card.parameters:
        if parameter.required and parameter.name not in given:
            hint = f"add '{parameter.name}': {expected_value(parameter)}"
            message = f"'{card.id}' needs the parameter '{parameter.name}'"
            yield source.diagnostic(span, "missing-parameter", message, hint=hint)
    if card.needs_one_of and given.isdisjoint(card.needs_one_of):
        message = f"'{card.id}' needs one of the parameters {', '.join(card.needs_one_of)}"
        yield source.diagnostic(span, "missing-parameter", message, hint=f"add '{card.needs_one_of[0]}'")


def _check_parameter(source: Source, place: Place, parameter: Parameter) -> Iterator[Diagnostic]:
    node = source.node(place)
    if node is None or (isinstance(node, ScalarNode) and node.value is None):
        return
    value = plain(node)
    template = _template(value)
    if template is None and isinstance(value, str) and "${{" in value:
        return  # no expression, and told so where names are checked
    if template is not None and template.expressions:
        yield from _check_expression(source, place, parameter, template)
    elif parameter.kind == "image" and isinstance(value, str):
        return
    elif not (isinstance(value, list) and any("${{" in str(part) for part in value)):
        try:
            check_value(parameter, value)
        except ValueError as error:
            yield source.diagnostic(source.value_span(place), "bad-value", f"'{parameter.name}' must be {error}")


def _template(value: object) -> Template | None:
    if not isinstance(value, str):
        return None
    try:
        return parse_template(value)
    except ExpressionError:
        return None  # told where the names are checked


def _check_expression(source: Source, place: Place, parameter: Parameter, template: Template) -> Iterator[Diagnostic]:
    """A whole name must be of the parameter's kind; anything else is text, seen when it is evaluated."""
    given = _kind_of(template)
    wanted = parameter.kind if parameter.kind in {"image", "mask"} else "value"
    if given in {wanted, "unknown"} or (given == "value" and wanted == "image"):
        return
    words = {"image": "a picture", "mask": "a mask", "value": "a value that is no picture"}
    message = f"'{parameter.name}' must be {expected_value(parameter)}, not {words[given]}"
    hint = "write ${{ masks.NAME }}" if wanted == "mask" else ""
    yield source.diagnostic(_inside(source, place, template), "wrong-type", message, hint=hint)


def _inside(source: Source, place: Place, template: Template) -> Span:
    return source.span_in_value(place, template.expressions[0].text.strip())


def _kind_of(template: Template) -> str:
    whole = template.whole
    if whole is None:
        return "value"
    if len(whole.names) != 1 or whole.text.strip() != ".".join(whole.names[0]):
        return "unknown"
    root, length = whole.names[0][0], len(whole.names[0])
    if (root, length) in {("steps", 3), ("inputs", 2), ("item", 1)}:
        return "image"
    return "mask" if root == "masks" else "value"


def _text(source: Source, place: Place) -> str | None:
    node = source.node(place)
    return node.value if isinstance(node, ScalarNode) and isinstance(node.value, str) else None


def _keys(source: Source, place: Place) -> list[str]:
    node = source.node(place)
    return list(node.entries) if isinstance(node, MappingNode) else []
