"""The shape of a recipe, checked: pydantic's errors as diagnostics, one per mistake, each at its place."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from runner.core.diagnostic import Diagnostic
from runner.recipe import model
from runner.recipe.model import ONE_OF, RecipeDocument
from runner.recipe.nearest import did_you_mean, nearest
from runner.recipe.source import MappingNode, Node, Place, ScalarNode, SequenceNode, Source, plain

_SECTIONS: dict[tuple[str, ...], str] = {
    (): "RecipeDocument",
    ("defaults",): "DefaultsSection",
    ("inputs", "*"): "InputSection",
    ("masks", "*"): "MaskSection",
    ("masks", "*", "shape"): "ShapeSection",
    ("masks", "*", "ops", "*"): "OpSection",
    ("masks", "*", "require"): "RequireSection",
    ("masks", "*", "color"): "ColorSection",
    ("matrix",): "MatrixSection",
    ("steps", "*"): "StepSection",
    ("steps", "*", "retry"): "RetrySection",
    ("steps", "*", "on_check_fail"): "RedrawSection",
    ("defaults", "retry"): "RetrySection",
    ("defaults", "on_check_fail"): "RedrawSection",
    ("checks", "*"): "CheckSection",
    ("gate",): "GateSection",
    ("report",): "ReportSection",
    ("outputs", "*"): "OutputSection",
    ("outputs", "*", "metadata"): "MetadataSection",
    ("budget",): "BudgetSection",
}
"""Which mapping of the document is which section; ``*`` is any name or index."""


def check_structure(source: Source) -> tuple[RecipeDocument | None, list[Diagnostic]]:
    """Check a document against the model.

    Returns:
        The document where its shape is right, and every mistake in its shape.
    """
    if not isinstance(source.root, MappingNode):
        return None, [
            source.diagnostic(source.root.span, "wrong-type", "a recipe is a mapping of keys, such as 'version: 1'")
        ]
    empty = list(_places_without_value(source.root))
    problems = [_no_value(source, place) for place in empty]
    problems += _one_of_problems(source)
    document: RecipeDocument | None = None
    try:
        document = RecipeDocument.model_validate(_without_extensions(source.root))
    except ValidationError as error:
        problems += _from_pydantic(source, error.errors(include_url=False, include_context=True), set(empty))
    return (None if problems else document), problems


def sections(source: Source) -> Iterator[tuple[Place, str, MappingNode]]:
    """Give every section of the document that is there, with its place and the name of its model."""
    for pattern, name in _SECTIONS.items():
        for place, node in _matches(source.root, pattern, ()):
            if isinstance(node, MappingNode):
                yield place, name, node


def known_keys(section: str) -> list[str]:
    """The keys a section may have."""
    fields: type[BaseModel] = getattr(model, section)
    return [field.alias or name for name, field in fields.model_fields.items()]


def is_known(place: Place) -> bool:
    """Whether no key on the way to a place is an unknown one."""
    owners = ((_section_of(place[:at]), step) for at, step in enumerate(place))
    return all(section in {"", "MatrixSection"} or step in known_keys(section) for section, step in owners)


def _matches(node: Node, pattern: tuple[str, ...], place: Place) -> Iterator[tuple[Place, Node]]:
    if not pattern:
        yield place, node
        return
    for step, child in _children(node):
        if pattern[0] in {"*", step}:
            yield from _matches(child, pattern[1:], (*place, step))


def _children(node: Node) -> list[tuple[str | int, Node]]:
    match node:
        case MappingNode():
            return [(key, entry.node) for key, entry in node.entries.items()]
        case SequenceNode():
            return list(enumerate(node.items))
        case ScalarNode():
            return []


def _without_extensions(root: MappingNode) -> dict[str, Any]:
    return {key: plain(entry.node) for key, entry in root.entries.items() if not key.startswith("x-")}


def _places_without_value(root: MappingNode) -> Iterator[Place]:
    """Find keys whose value is missing; list items too."""
    waiting: list[tuple[Place, Node]] = [
        ((key,), entry.node) for key, entry in root.entries.items() if not key.startswith("x-")
    ]
    while waiting:
        place, node = waiting.pop()
        if isinstance(node, ScalarNode) and node.value is None:
            yield place
        waiting += [((*place, step), child) for step, child in _children(node)]


def _no_value(source: Source, place: Place) -> Diagnostic:
    what = f"'{place[-1]}'" if isinstance(place[-1], str) else f"item {place[-1] + 1} of '{place[-2]}'"
    return source.diagnostic(
        source.key_span(place), "no-value", f"{what} has no value", hint="give it one, or remove it"
    )


def _one_of_problems(source: Source) -> Iterator[Diagnostic]:
    for place, section, node in sections(source):
        kinds = ONE_OF.get(section, ())
        present = [kind for kind in node.entries if kind in kinds]
        if len(present) > 1:
            span = node.entries[present[1]].key_span
            message = f"'{present[1]}' and '{present[0]}' exclude each other"
            yield source.diagnostic(span, "conflicting-keys", message, hint=f"keep one of: {', '.join(kinds)}")
        if kinds and not present and not _excused(node, section):
            what = f"'{place[-1]}'" if isinstance(place[-1], str) else f"item {place[-1] + 1} of '{place[-2]}'"
            message = f"{what} does not say what it is"
            yield source.diagnostic(
                source.key_span(place), "missing-key", message, hint=f"add one of: {', '.join(kinds)}"
            )


def _excused(node: MappingNode, section: str) -> bool:
    """Another message covers a missing kind: that of its mistyped name."""
    return any(nearest(key, ONE_OF[section]) for key in node.entries if key not in known_keys(section))


def _from_pydantic(source: Source, errors: list[ErrorDetails], empty: set[Place]) -> Iterator[Diagnostic]:
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
        near = nearest(str(place[-1]), known_keys(_section_of(place[:-1])))
        if near is not None and (*place[:-1], near) in missing:
            meant.add((*place[:-1], near))
    return meant


def _existing(source: Source, place: Place, *, missing: bool) -> Place:
    """Cut what pydantic adds to a place, such as the branch of a union."""
    kept = place[:-1] if missing else place
    while kept and source.node(kept) is None:
        kept = kept[:-1]
    return (*kept, place[-1]) if missing else kept


def _section_of(place: Place) -> str:
    for pattern, name in _SECTIONS.items():
        if len(pattern) == len(place) and all(p in {"*", step} for p, step in zip(pattern, place, strict=True)):
            return name
    return ""


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
    section, key = _section_of(place[:-1]), str(place[-1])
    span = source.key_span(place)
    return source.diagnostic(span, "unknown-key", f"unknown key '{key}'", hint=did_you_mean(key, known_keys(section)))


def _wrong_count(source: Source, place: Place, error: ErrorDetails) -> Diagnostic:
    context = error.get("ctx", {})
    few = error["type"] == "too_short"
    wanted = context.get("min_length") if few else context.get("max_length")
    bound = "at least" if few else "at most"
    message = f"'{place[-1]}' has {context.get('actual_length')} entries, {bound} {wanted} are needed"
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
        return source.diagnostic(span, "wrong-type", message, hint=_quote_hint(kind, error["input"]))
    if kind == "literal_error":
        choices = str(context["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
        message = f"{key} cannot be {_shown(error['input'])}"
        return source.diagnostic(span, "bad-value", message, hint=did_you_mean(str(error["input"]), choices))
    if kind in {"greater_than_equal", "less_than_equal"}:
        limit = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return source.diagnostic(span, "out-of-range", f"{key} must be {limit}, not {_shown(error['input'])}")
    expected = str(context.get("error", error["msg"]))
    return source.diagnostic(span, "bad-value", f"{key} must be {expected}, not {_shown(error['input'])}")


def _quote_hint(kind: str, value: object) -> str:
    return f'write "{value}"' if kind == "string_type" and not isinstance(value, dict | list) else ""


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
