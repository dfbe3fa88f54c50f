"""The names that expressions and keys read, checked against what the recipe declares."""

from collections.abc import Iterator
from dataclasses import dataclass

from runner.core.diagnostic import Diagnostic, Span
from runner.recipe.grammar import ExpressionError
from runner.recipe.layout import is_known
from runner.recipe.template import Template, parse_template
from runner.source.nearest import did_you_mean
from runner.source.source import MappingNode, Node, Place, ScalarNode, SequenceNode, Source

IMAGE_ATTRIBUTES = ("dir", "height", "key", "name", "path", "stem", "suffix", "width")
"""What expressions may ask of a picture."""

_EARLY = frozenset({"vars", "recipe"})
_ITEM = _EARLY | {"item", "inputs", "matrix", "row"}
_ROOTS: dict[tuple[str, ...], frozenset[str]] = {
    ("inputs", "*", "file"): _EARLY,
    ("inputs", "*", "files", "*"): _EARLY,
    ("inputs", "*", "glob"): _EARLY,
    ("inputs", "*", "exclude", "*"): _EARLY,
    ("inputs", "*", "csv"): _EARLY,
    ("inputs", "*", "jsonl"): _EARLY,
    ("inputs", "*", "url"): _EARLY,
    ("inputs", "*", "image"): _EARLY | {"row"},
    ("inputs", "*", "where"): _EARLY | {"row"},
    ("inputs", "*", "key"): _EARLY | {"item", "row"},
    ("masks", "*", "file"): _ITEM,
    ("masks", "*", "pair"): _ITEM,
    ("steps", "*", "with", "*"): _ITEM | {"masks", "steps"},
    ("steps", "*", "with", "*", "*"): _ITEM,
    ("steps", "*", "if"): _ITEM | {"steps"},
    ("checks", "*", "target"): _ITEM,
    ("checks", "*", "target", "*"): _ITEM,
    ("checks", "*", "value"): _ITEM,
    ("outputs", "*", "path"): _ITEM,
}
"""Where expressions may stand, and which names they may read there."""

_ALL_ROOTS = ("inputs", "item", "masks", "matrix", "recipe", "row", "steps", "vars")


@dataclass(frozen=True, slots=True)
class Declared:
    """The names that a recipe declares."""

    by_root: dict[str, frozenset[str]]
    has_batch: bool
    has_rows: bool


def check_names(source: Source) -> Iterator[Diagnostic]:
    """Report expressions that are not of the language and names that nothing declares; in no order."""
    declared = _declared(source)
    for place, node in _texts(source.root):
        if "${{" in node:
            yield from _check_text(source, place, node, declared)
    yield from _check_keys(source, declared)


def _declared(source: Source) -> Declared:
    inputs = source.node(("inputs",))
    sections = [entry.node for entry in inputs.entries.values()] if isinstance(inputs, MappingNode) else []
    keys = {key for section in sections for key in _keys(section)}
    by_root = {root: frozenset(_keys(source.node((root,)))) for root in ("vars", "inputs", "masks")}
    by_root["steps"] = frozenset(_step_ids(source))
    by_root["matrix"] = frozenset(_keys(source.node(("matrix",)))) - {"include", "exclude"}
    has_rows = not keys.isdisjoint({"csv", "jsonl"})
    return Declared(by_root, has_rows or not keys.isdisjoint({"files", "glob"}), has_rows)


def _keys(node: Node | None) -> list[str]:
    return list(node.entries) if isinstance(node, MappingNode) else []


def _step_ids(source: Source) -> Iterator[str]:
    for at in _indexes(source, ("steps",)):
        node = source.node(("steps", at, "id"))
        if isinstance(node, ScalarNode) and isinstance(node.value, str):
            yield node.value


def _texts(root: Node) -> Iterator[tuple[Place, str]]:
    waiting: list[tuple[Place, Node]] = [((), root)]
    while waiting:
        place, node = waiting.pop()
        match node:
            case ScalarNode(value=str() as text):
                yield place, text
            case SequenceNode(items=items):
                waiting += [((*place, at), item) for at, item in enumerate(items)]
            case MappingNode(entries=entries):
                waiting += [
                    ((*place, key), entry.node) for key, entry in entries.items() if place or not key.startswith("x-")
                ]


def _check_text(source: Source, place: Place, text: str, declared: Declared) -> Iterator[Diagnostic]:
    roots = _allowed_roots(place)
    if roots is None:
        if not is_known(place):
            return
        span = source.span_in_value(place, "${{")
        yield source.diagnostic(
            span, "no-expression-here", f"'{place[-1]}' takes no expression", hint="write the value itself"
        )
        return
    try:
        template = parse_template(text)
    except ExpressionError as error:
        span = source.span_in_value(place, error.culprit) if error.culprit else source.value_span(place)
        yield source.diagnostic(span, error.code, str(error), hint=error.hint)
        return
    if place[-1] in {"if", "where"} and template.whole is None:
        message = f"'{place[-1]}' must be one whole expression"
        yield source.diagnostic(
            source.value_span(place), "bad-value", message, hint=f"write it as {place[-1]}: ${{{{ … }}}}"
        )
    yield from _check_references(source, place, template, roots, declared)


def _check_references(
    source: Source, place: Place, template: Template, roots: frozenset[str], declared: Declared
) -> Iterator[Diagnostic]:
    for name in dict.fromkeys(template.names):
        problem = _reference_problem(name, roots, declared)
        if problem is not None:
            at, code, message, hint = problem
            yield source.diagnostic(_span_of_part(source, place, name, at), code, message, hint=hint)


def _allowed_roots(place: Place) -> frozenset[str] | None:
    for pattern, roots in _ROOTS.items():
        if len(pattern) == len(place) and all(p in {"*", step} for p, step in zip(pattern, place, strict=True)):
            return roots
    return None


_Problem = tuple[int, str, str, str]
"""Which part of the name to point at, code, message, hint."""

_WORDS = {"vars": "variable", "inputs": "input", "masks": "mask", "steps": "step", "matrix": "matrix value"}


def _reference_problem(name: tuple[str, ...], roots: frozenset[str], declared: Declared) -> _Problem | None:
    root, rest = name[0], name[1:]
    if root not in roots:
        return _root_problem(root, roots)
    if root in {"item", "row"}:
        return _item_problem(rest, declared) if root == "item" else _row_problem(rest, declared)
    if root == "recipe":
        return None if rest == ("name",) else (0, "unknown-name", "a recipe has only 'recipe.name'", "")
    if not rest:
        return 0, "unknown-name", f"'{root}' alone is no value", f"name one: {root}.NAME"
    if rest[0] not in declared.by_root[root]:
        return (
            1,
            "unknown-name",
            f"there is no {_WORDS[root]} '{rest[0]}'",
            did_you_mean(rest[0], declared.by_root[root]),
        )
    return _part_problem(root, rest)


def _root_problem(root: str, roots: frozenset[str]) -> _Problem:
    if root not in _ALL_ROOTS:
        return 0, "unknown-name", f"there is no name '{root}'", did_you_mean(root, roots)
    return 0, "unknown-name", f"'{root}' has no value here", f"here there are: {', '.join(sorted(roots))}"


def _row_problem(rest: tuple[str, ...], declared: Declared) -> _Problem | None:
    """Which columns there are is known when the table is read, not here."""
    if not declared.has_rows:
        return 0, "unknown-name", "there is no 'row': no input is a table", "give an input 'csv' or 'jsonl'"
    if len(rest) != 1:
        return 0, "unknown-name", "a row has columns only", "name one: row.NAME"
    return None


def _item_problem(rest: tuple[str, ...], declared: Declared) -> _Problem | None:
    if not declared.has_batch:
        return 0, "unknown-name", "there is no 'item': no input is a batch", "give an input 'glob' or 'files'"
    return _attribute_problem(rest, 1)


def _part_problem(root: str, rest: tuple[str, ...]) -> _Problem | None:
    if root == "inputs":
        return _attribute_problem(rest[1:], 2)
    if root == "steps" and rest[1:] != ("image",):
        return min(2, len(rest)), "unknown-name", f"a step has only 'steps.{rest[0]}.image'", ""
    if root in {"vars", "masks", "matrix"} and len(rest) > 1:
        return 2, "unknown-name", f"a {_WORDS[root]} has no part '{rest[1]}'", ""
    return None


def _attribute_problem(rest: tuple[str, ...], at: int) -> _Problem | None:
    if not rest:
        return None
    if rest[0] not in IMAGE_ATTRIBUTES:
        return at, "unknown-name", f"a picture has no '{rest[0]}'", did_you_mean(rest[0], IMAGE_ATTRIBUTES)
    return None if len(rest) == 1 else (at + 1, "unknown-name", f"'{rest[0]}' has no parts", "")


def _span_of_part(source: Source, place: Place, name: tuple[str, ...], at: int) -> Span:
    """Point at one part of a dotted name; at the value where it is written in another way."""
    before = "".join(f"{part}." for part in name[:at])
    piece = name[min(at, len(name) - 1)]
    whole = source.span_in_value(place, before + piece)
    if whole.length != max(1, len(before + piece)):
        return source.span_in_value(place, piece)
    return Span(whole.line, whole.column + len(before), max(1, len(piece)))


def _check_keys(source: Source, declared: Declared) -> Iterator[Diagnostic]:
    """Names outside expressions: a step's ``paste_back``, an output's ``from``, a budget's ``per_step``."""
    for at in _indexes(source, ("steps",)):
        yield from _check_key(source, ("steps", at, "paste_back"), "mask", declared.by_root["masks"])
    yield from _check_step_names(source, declared.by_root["steps"])
    for at in _indexes(source, ("checks",)):
        yield from _check_key(source, ("checks", at, "mask"), "mask", declared.by_root["masks"])
    for mask in sorted(declared.by_root["masks"]):
        for kind in ("union", "intersect", "subtract"):
            for at in _indexes(source, ("masks", mask, kind)):
                yield from _check_key(source, ("masks", mask, kind, at), "mask", declared.by_root["masks"])
    yield from _check_matrix(source, declared)


def _check_step_names(source: Source, steps: frozenset[str]) -> Iterator[Diagnostic]:
    """Names of steps outside expressions; silent where no step could be read, which is told already."""
    if not steps:
        return
    for at in _indexes(source, ("outputs",)):
        yield from _check_key(source, ("outputs", at, "from"), "step", steps)
    for at in _indexes(source, ("checks",)):
        yield from _check_key(source, ("checks", at, "on"), "step", steps)
    for name in _keys(source.node(("budget", "per_step"))):
        if name not in steps:
            span = source.key_span(("budget", "per_step", name))
            yield source.diagnostic(span, "unknown-name", f"there is no step '{name}'", hint=did_you_mean(name, steps))


def _check_matrix(source: Source, declared: Declared) -> Iterator[Diagnostic]:
    """The names in ``include`` and ``exclude`` are those of the matrix, or ``item.key``."""
    names = declared.by_root["matrix"]
    for kind in ("include", "exclude"):
        for at in _indexes(source, ("matrix", kind)):
            for key in _keys(source.node(("matrix", kind, at))):
                if key != "item.key" and key not in names:
                    hint = did_you_mean(key, {*names, "item.key"})
                    span = source.key_span(("matrix", kind, at, key))
                    yield source.diagnostic(span, "unknown-name", f"there is no matrix value '{key}'", hint=hint)


def _indexes(source: Source, place: Place) -> range:
    node = source.node(place)
    return range(len(node.items) if isinstance(node, SequenceNode) else 0)


def _check_key(source: Source, place: Place, word: str, names: frozenset[str]) -> Iterator[Diagnostic]:
    node = source.node(place)
    if (
        not isinstance(node, ScalarNode)
        or not isinstance(node.value, str)
        or node.value in names
        or "${{" in node.value
    ):
        return
    message = f"there is no {word} '{node.value}'"
    yield source.diagnostic(node.span, "unknown-name", message, hint=did_you_mean(node.value, names))
