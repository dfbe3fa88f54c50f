"""What pydantic found wrong with a recipe, as diagnostics: one per mistake, each at its place."""

from collections.abc import Iterator

from pydantic_core import ErrorDetails

from runner.core.diagnostic import Diagnostic
from runner.recipe.layout import known_keys, section_at
from runner.recipe.model import ONE_OF
from runner.source.nearest import did_you_mean, nearest
from runner.source.source import Place, Source


def misfits(source: Source, errors: list[ErrorDetails], empty: set[Place]) -> Iterator[Diagnostic]:
    """Say each thing that is wrong, one per place.

    Args:
        source: The document.
        errors: What validating it gave.
        empty: Places without a value, which are told already.
    """
    mistyped = _mistyped_keys(errors)
    seen: set[Place] = set()
    for error in errors:
        place = _existing(source, tuple(error["loc"]), missing=error["type"] == "missing")
        if place in seen or place in empty or place in mistyped or _is_misplaced_expression(error):
            continue
        seen.add(place)
        yield _diagnostic(source, place, error)


def _is_misplaced_expression(error: ErrorDetails) -> bool:
    """A value that is an expression where none may stand: told where names are checked."""
    return error["type"] not in {"missing", "extra_forbidden"} and "${{" in str(error["input"])[:4]


def _mistyped_keys(errors: list[ErrorDetails]) -> set[Place]:
    """Missing keys that stand there with a mistake in their name: one mistake, one message."""
    missing = {tuple(error["loc"]) for error in errors if error["type"] == "missing"}
    unknown = [tuple(error["loc"]) for error in errors if error["type"] == "extra_forbidden"]
    meant: set[Place] = set()
    for place in unknown:
        near = nearest(str(place[-1]), known_keys(section_at(place[:-1])))
        if near is not None and (*place[:-1], near) in missing:
            meant.add((*place[:-1], near))
    return meant


def _existing(source: Source, place: Place, *, missing: bool) -> Place:
    """Cut what pydantic adds to a place, such as the branch of a union."""
    kept = place[:-1] if missing else place
    while kept and source.node(kept) is None:
        kept = kept[:-1]
    return (*kept, place[-1]) if missing else kept


def _diagnostic(source: Source, place: Place, error: ErrorDetails) -> Diagnostic:
    match error["type"]:
        case "missing":
            owner = f"'{place[-2]}' has" if len(place) > 1 and isinstance(place[-2], str) else "this has"
            span = source.value_span(place[:-1]) if len(place) > 1 else source.root.span
            message = f"{owner if len(place) > 1 else 'the recipe has'} no key '{place[-1]}'"
            return source.diagnostic(span, "missing-key", message, hint=f"add '{place[-1]}: …'")
        case "extra_forbidden":
            return _unknown_key(source, place)
        case "too_short" | "too_long":
            return _wrong_count(source, place, error)
        case kind:
            return _wrong_value(source, place, kind, error)


def _unknown_key(source: Source, place: Place) -> Diagnostic:
    section, key = section_at(place[:-1]), str(place[-1])
    span = source.key_span(place)
    return source.diagnostic(span, "unknown-key", f"unknown key '{key}'", hint=did_you_mean(key, known_keys(section)))


def _wrong_count(source: Source, place: Place, error: ErrorDetails) -> Diagnostic:
    context = error.get("ctx", {})
    few = error["type"] == "too_short"
    wanted = context.get("min_length") if few else context.get("max_length")
    bound = f"at least {wanted} are needed" if few else f"at most {wanted} are allowed"
    message = f"'{place[-1]}' has {context.get('actual_length')} entries, {bound}"
    return source.diagnostic(source.value_span(place), "too-few" if few else "too-many", message)


_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "dict_type": "a mapping of keys",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
    "list_type": "a list",
}


def _wrong_value(source: Source, place: Place, kind: str, error: ErrorDetails) -> Diagnostic:
    context = error.get("ctx", {})
    span, key = source.value_span(place), _named(place)
    if kind in _EXPECTED:
        message = f"{key} must be {_EXPECTED[kind]}, not {_shown(error['input'])}"
        return source.diagnostic(span, "wrong-type", message, hint=_type_hint(place, kind, error["input"]))
    if kind == "literal_error":
        return _wrong_word(source, place, str(context["expected"]), error["input"])
    if kind in {"greater_than_equal", "less_than_equal"}:
        limit = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return source.diagnostic(span, "out-of-range", f"{key} must be {limit}, not {_shown(error['input'])}")
    expected = str(context.get("error", error["msg"]))
    return source.diagnostic(span, "bad-value", f"{key} must be {expected}, not {_shown(error['input'])}")


def _wrong_word(source: Source, place: Place, expected: str, value: object) -> Diagnostic:
    """A value that is none of a few; ``expected`` lists them as pydantic does."""
    span, key = source.value_span(place), _named(place)
    if expected == "True":
        message = f"{key} must be true, not {_shown(value)}"
        return source.diagnostic(span, "bad-value", message, hint="write true, or remove it")
    if value == expected:
        message = f"{key} must be the number {expected}, not the text {_shown(value)}"
        return source.diagnostic(span, "bad-value", message, hint="write it without quotes")
    choices = expected.replace(" or ", ", ").replace("'", "").split(", ")
    if len(choices) == 1:
        return source.diagnostic(span, "bad-value", f"{key} must be {expected}, not {_shown(value)}")
    hint = did_you_mean(str(value), choices)
    return source.diagnostic(span, "bad-value", f"{key} cannot be {_shown(value)}", hint=hint)


def _type_hint(place: Place, kind: str, value: object) -> str:
    if kind == "string_type" and not isinstance(value, dict | list):
        return f'write "{value}"'
    section = section_at(place)
    if isinstance(value, str) and section is not None and "file" in ONE_OF.get(section, ()):
        return f"write {{ file: {value} }}"
    return ""


def _named(place: Place) -> str:
    if not place:
        return "the recipe"
    if isinstance(place[-1], str):
        return f"'{place[-1]}'"
    return f"item {place[-1] + 1} of '{place[-2]}'" if len(place) > 1 else "this"


def _shown(value: object) -> str:
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case bool():
            return "true" if value else "false"
        case _:
            text = str(value)
            return f"'{text if len(text) <= 40 else text[:39] + '…'}'"
