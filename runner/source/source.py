"""A document that was read: nodes that know their place, and diagnostics at these places."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from runner.core.diagnostic import Diagnostic, Severity, Span

Plain: TypeAlias = "str | int | Decimal | bool | list[Plain] | dict[str, Plain] | None"
Place: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from the top of a document to a value in it."""


@dataclass(slots=True)
class ScalarNode:
    """A value of one of the core types."""

    value: str | int | Decimal | bool | None
    span: Span
    index: int
    size: int = 1


@dataclass(slots=True)
class SequenceNode:
    """A list."""

    span: Span
    index: int
    items: "list[Node]" = field(default_factory=list)
    size: int = 1


@dataclass(slots=True)
class Entry:
    """A key of a mapping with its place, and its value."""

    key_span: Span
    node: "Node"
    merged: bool = False


@dataclass(slots=True)
class MappingNode:
    """A mapping with text keys, in file order."""

    span: Span
    index: int
    entries: dict[str, Entry] = field(default_factory=dict)
    size: int = 1


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


@dataclass(frozen=True, slots=True)
class Source:
    """A document that could be read: its text and its nodes."""

    path: str
    text: str
    lines: tuple[str, ...]
    root: Node

    def diagnostic(
        self, span: Span, code: str, message: str, *, hint: str = "", severity: Severity = "error"
    ) -> Diagnostic:
        """Make a diagnostic at a place of this text."""
        line = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        return Diagnostic(
            path=self.path, span=span, code=code, message=message, hint=hint, severity=severity, source=line
        )

    def node(self, place: Place) -> Node | None:
        """Find the value at a place; None where there is none."""
        node: Node | None = self.root
        for step in place:
            if isinstance(node, MappingNode) and isinstance(step, str):
                node = node.entries[step].node if step in node.entries else None
            elif isinstance(node, SequenceNode) and isinstance(step, int):
                node = node.items[step] if step < len(node.items) else None
            else:
                return None
        return node

    def value_span(self, place: Place) -> Span:
        """The span of a value, or of the nearest thing around it that exists."""
        node = self.node(place)
        return node.span if node is not None else self.key_span(place[:-1])

    def key_span(self, place: Place) -> Span:
        """The span of a mapping key; of the value itself for list items and the top."""
        if not place:
            return self.root.span
        parent = self.node(place[:-1])
        if isinstance(parent, MappingNode) and isinstance(place[-1], str) and place[-1] in parent.entries:
            return parent.entries[place[-1]].key_span
        return self.value_span(place)

    def span_in_value(self, place: Place, needle: str, occurrence: int = 0) -> Span:
        """The span of a piece of a value, such as a name inside an expression.

        Args:
            place: Where the value stands.
            needle: The piece, as it is written.
            occurrence: Which of several equal pieces, from 0.
        """
        node = self.node(place)
        if node is None:
            return self.value_span(place)
        at = node.index
        for _ in range(occurrence + 1):
            at = self.text.find(needle, at)
            if at < 0:
                return node.span
            at += len(needle)
        at -= len(needle)
        line = self.text.count("\n", 0, at)
        return Span(line + 1, at - (self.text.rfind("\n", 0, at) + 1) + 1, max(1, len(needle)))


def plain(node: Node) -> Plain:
    """Give a node's value as plain data."""
    match node:
        case ScalarNode():
            return node.value
        case SequenceNode():
            return [plain(item) for item in node.items]
        case MappingNode():
            return {key: plain(entry.node) for key, entry in node.entries.items()}
