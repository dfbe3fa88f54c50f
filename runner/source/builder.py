"""The parser's events to nodes that know their place, with every mistake on the way."""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import yaml

from runner.core.diagnostic import Diagnostic, Span
from runner.source.scalars import core_value, kind_of
from runner.source.source import Entry, MappingNode, Node, ScalarNode, SequenceNode, Source

MAX_NODES = 100_000
MAX_DEPTH = 64

Event: TypeAlias = Any
"""PyYAML's events: the stubs leave their attributes out."""


class Stop(Exception):
    """Reading cannot go on past here."""


class NodeBuilder:
    """Builds nodes from the parser's events: twice as quick as composing, and nothing is resolved twice.

    Attributes:
        problems: What was wrong so far, in file order.
    """

    def __init__(self, source: Source) -> None:
        self.problems: list[Diagnostic] = []
        self._source = source
        self._anchors: dict[str, Node] = {}
        self._open_anchors: set[str] = set()
        self._nodes = 0

    def node(self, event: Event, events: Iterator[Event], depth: int = 0) -> Node:
        """Build the node that begins with an event, from the events that follow.

        Raises:
            Stop: reading cannot go on past here; ``problems`` says why.
        """
        if depth > MAX_DEPTH:
            self.problem(span_of(event), "too-deep", f"more than {MAX_DEPTH} levels inside one another", "")
            raise Stop
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        self._count(1, event)
        anchor: str | None = event.anchor
        if anchor is not None:
            self._open_anchors.add(anchor)
        node = self._content(event, events, depth)
        if anchor is not None:
            self._open_anchors.discard(anchor)
            self._anchors[anchor] = node
        return node

    def _content(self, event: Event, events: Iterator[Event], depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            self._check_tag(event, "seq")
            return self._sequence(event, events, depth)
        self._check_tag(event, "map")
        return self._mapping(event, events, depth)

    def _sequence(self, start: Event, events: Iterator[Event], depth: int) -> SequenceNode:
        node = SequenceNode(span_of(start), start.start_mark.index)
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            item = self.node(event, events, depth + 1)
            node.items.append(item)
            node.size += item.size
        return node

    def _mapping(self, start: Event, events: Iterator[Event], depth: int) -> MappingNode:
        node = MappingNode(span_of(start), start.start_mark.index)
        merges: list[tuple[Span, Node]] = []
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            node.size += 1 + value.size
            if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.implicit[0]:
                merges.append((key.span, value))
            else:
                self._add(node, key, value)
        for span, merged in merges:
            self._merge(node, span, merged)
        return node

    def _add(self, node: MappingNode, key: Node, value: Node) -> None:
        if not isinstance(key, ScalarNode) or not isinstance(key.value, str):
            shown = f" '{key.value}'" if isinstance(key, ScalarNode) else ""
            self.problem(key.span, "key-not-text", f"the key{shown} is not text", "put the key in quotes")
            return
        if key.value in node.entries:
            first = node.entries[key.value].key_span.line
            self.problem(
                key.span, "repeated-key", f"the key '{key.value}' stands here twice", f"the first is on line {first}"
            )
            return
        if isinstance(value, ScalarNode) and value.value is None:
            self._check_vanished(key, value)
        node.entries[key.value] = Entry(key.span, value)

    def _check_vanished(self, key: ScalarNode, value: ScalarNode) -> None:
        line = self._source.lines[key.span.line - 1]
        rest = line[key.span.column - 1 + key.span.length :]
        lost = re.fullmatch(r"[\"']?\s*:\s+(#\S.*)", rest)
        if lost is not None and value.span.line >= key.span.line:
            span = Span(key.span.line, line.index(lost[1], key.span.column - 1) + 1, len(lost[1]))
            self.problem(
                span, "vanished-value", f"'{lost[1]}' is a comment, so '{key.value}' has no value", f'write "{lost[1]}"'
            )

    def _merge(self, node: MappingNode, span: Span, merged: Node) -> None:
        sources = merged.items if isinstance(merged, SequenceNode) else [merged]
        for source in sources:
            if not isinstance(source, MappingNode):
                self.problem(span, "bad-merge", "'<<' takes a mapping or a list of mappings", "")
                return
            for key, entry in source.entries.items():
                node.entries.setdefault(key, Entry(entry.key_span, entry.node, merged=True))

    def _alias(self, event: Event) -> Node:
        span = span_of(event)
        if event.anchor in self._open_anchors:
            self.problem(span, "recursive-alias", f"'*{event.anchor}' stands inside what it repeats", "")
            raise Stop
        if event.anchor not in self._anchors:
            self.problem(span, "unknown-alias", f"there is no anchor '&{event.anchor}' above", "")
            return ScalarNode(None, span, event.start_mark.index)
        node = self._anchors[event.anchor]
        self._count(node.size, event)
        return node

    def _count(self, nodes: int, event: Event) -> None:
        """Stop where a document grows beyond what a person writes, by itself or by its aliases."""
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            hint = "put long lists into a table: csv or jsonl"
            self.problem(span_of(event), "too-many-nodes", f"the file has more than {MAX_NODES:,} values", hint)
            raise Stop

    def _scalar(self, event: Event) -> ScalarNode:
        span, index = span_of(event), event.start_mark.index
        if event.tag is None or event.tag == "!":
            value = event.value if not event.implicit[0] else core_value(event.value)
            return ScalarNode(value, span, index)
        kind = event.tag.removeprefix("tag:yaml.org,2002:")
        if kind == "str":
            return ScalarNode(event.value, span, index)
        if kind in {"int", "float", "bool", "null"}:
            value = core_value(event.value)
            if kind_of(value) == kind or (kind == "float" and isinstance(value, int)):
                return ScalarNode(value, span, index)
            self.problem(span, "wrong-type", f"'{event.value}' is not of the type '!!{kind}'", "")
            return ScalarNode(None, span, index)
        self._unknown_tag(event)
        return ScalarNode(None, span, index)

    def _check_tag(self, event: Event, expected: str) -> None:
        if event.tag not in {None, "!", f"tag:yaml.org,2002:{expected}"}:
            self._unknown_tag(event)

    def _unknown_tag(self, event: Event) -> None:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        self.problem(
            span_of(event),
            "unknown-tag",
            f"the tag '{tag}' means nothing here",
            "remove it, or put the value in quotes",
        )

    def problem(self, span: Span, code: str, message: str, hint: str) -> None:
        """Note a mistake at a place."""
        self.problems.append(self._source.diagnostic(span, code, message, hint=hint))


def span_of(event: Event) -> Span:
    """Where an event stands; one character where it goes over several lines."""
    start, end = event.start_mark, event.end_mark
    length = end.column - start.column if end.line == start.line else 1
    return Span(start.line + 1, start.column + 1, max(1, length))
