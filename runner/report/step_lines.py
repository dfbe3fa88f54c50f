"""Which lines of a recipe made each of its steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

from runner.source.load import read_source
from runner.source.source import MappingNode, ScalarNode, SequenceNode, Source


@dataclass(frozen=True, slots=True)
class Lines:
    """A part of a text, from a line to another, counted from 1."""

    first: int
    last: int
    text: str


def step_lines(recipe_text: str) -> Mapping[str, Lines]:
    """Find the lines of every step, by its id; nothing where the text is not a recipe that can be read."""
    source = read_source(recipe_text, "recipe")
    steps = source.node(("steps",)) if isinstance(source, Source) else None
    if not isinstance(source, Source) or not isinstance(steps, SequenceNode) or not steps.items:
        return {}
    firsts = [item.span.line for item in steps.items]
    bounds = [*firsts[1:], _line_after(source, firsts[-1])]
    found: dict[str, Lines] = {}
    for item, first, bound in zip(steps.items, firsts, bounds, strict=True):
        step_id = item.entries["id"].node if isinstance(item, MappingNode) and "id" in item.entries else None
        if isinstance(step_id, ScalarNode) and isinstance(step_id.value, str):
            found[step_id.value] = _lines(source, first, max(bound, first + 1))
    return found


def _line_after(source: Source, first: int) -> int:
    """The line of the first top-level key behind a line, or the one behind the text."""
    root = source.root
    keys = [entry.key_span.line for entry in root.entries.values()] if isinstance(root, MappingNode) else []
    return min((line for line in keys if line > first), default=len(source.lines) + 1)


def _lines(source: Source, first: int, bound: int) -> Lines:
    """Cut lines out, without what stands behind the step: empty lines, and comments that belong to what follows."""
    lines = source.lines[first - 1 : bound - 1]
    trailing = sum(1 for _ in takewhile(_says_nothing, reversed(lines[1:])))
    kept = lines[: len(lines) - trailing]
    return Lines(first, first + len(kept) - 1, "\n".join(kept))


def _says_nothing(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")
