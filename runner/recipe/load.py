"""YAML text to a ``Source``: nothing silently lost, every problem at its place."""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import yaml

from runner.core.diagnostic import Diagnostic, Span
from runner.recipe.scalars import core_value, kind_of
from runner.recipe.source import Entry, MappingNode, Node, ScalarNode, SequenceNode, Source

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML built without libyaml: slower, the same events
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]  # both give the same event stream

MAX_BYTES = 16 * 1024 * 1024
MAX_NODES = 100_000
MAX_DEPTH = 64

_Event: TypeAlias = Any
"""PyYAML's events: the stubs leave their attributes out."""


def read_source(text: str, path: str) -> Source | list[Diagnostic]:
    """Read one YAML document.

    Args:
        text: The file's text.
        path: The file as the user named it, for the diagnostics.

    Returns:
        The document, or every reason why it cannot be read, in file order.
    """
    return _Builder(text, path).read()


class _Builder:
    """Builds nodes from the parser's events: twice as quick as composing, and nothing is resolved twice."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._source = Source(path, text, tuple(text.splitlines()), ScalarNode(None, Span(1, 1), 0))
        self._anchors: dict[str, Node] = {}
        self._open_anchors: set[str] = set()
        self._problems: list[Diagnostic] = []
        self._nodes = 0

    def read(self) -> Source | list[Diagnostic]:
        try:
            node = self._document()
        except yaml.YAMLError as error:
            return [*self._problems, self._syntax_error(error)]
        except _Stop:
            return self._problems
        if node is None and not self._problems:
            self._problem(Span(1, 1), "empty-recipe", "the file holds nothing", "start with 'version: 1'")
        if self._problems or node is None:
            return self._problems
        return Source(self._source.path, self._text, self._source.lines, node)

    def _document(self) -> Node | None:
        loader = _Loader(self._text)
        try:
            events = self._events(loader)
            root: Node | None = None
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    if root is not None:
                        self._problem(
                            _span(event),
                            "several-documents",
                            "a second document begins here",
                            "keep one recipe per file",
                        )
                        return root
                    root = self._node(next(events), events, 0)
            return root
        finally:
            loader.dispose()

    @staticmethod
    def _events(loader: Any) -> Iterator[_Event]:
        while loader.check_event():
            event: _Event = loader.get_event()
            yield event

    def _node(self, event: _Event, events: Iterator[_Event], depth: int) -> Node:
        if depth > MAX_DEPTH:
            self._problem(_span(event), "too-deep", f"more than {MAX_DEPTH} levels inside one another", "")
            raise _Stop
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

    def _content(self, event: _Event, events: Iterator[_Event], depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            self._check_tag(event, "seq")
            return self._sequence(event, events, depth)
        self._check_tag(event, "map")
        return self._mapping(event, events, depth)

    def _sequence(self, start: _Event, events: Iterator[_Event], depth: int) -> SequenceNode:
        node = SequenceNode(_span(start), start.start_mark.index)
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            item = self._node(event, events, depth + 1)
            node.items.append(item)
            node.size += item.size
        return node

    def _mapping(self, start: _Event, events: Iterator[_Event], depth: int) -> MappingNode:
        node = MappingNode(_span(start), start.start_mark.index)
        merges: list[tuple[Span, Node]] = []
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
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
            self._problem(key.span, "key-not-text", f"the key{shown} is not text", "put the key in quotes")
            return
        if key.value in node.entries:
            first = node.entries[key.value].key_span.line
            self._problem(
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
            self._problem(
                span, "vanished-value", f"'{lost[1]}' is a comment, so '{key.value}' has no value", f'write "{lost[1]}"'
            )

    def _merge(self, node: MappingNode, span: Span, merged: Node) -> None:
        sources = merged.items if isinstance(merged, SequenceNode) else [merged]
        for source in sources:
            if not isinstance(source, MappingNode):
                self._problem(span, "bad-merge", "'<<' takes a mapping or a list of mappings", "")
                return
            for key, entry in source.entries.items():
                node.entries.setdefault(key, Entry(entry.key_span, entry.node, merged=True))

    def _alias(self, event: _Event) -> Node:
        span = _span(event)
        if event.anchor in self._open_anchors:
            self._problem(span, "recursive-alias", f"'*{event.anchor}' stands inside what it repeats", "")
            raise _Stop
        if event.anchor not in self._anchors:
            self._problem(span, "unknown-alias", f"there is no anchor '&{event.anchor}' above", "")
            return ScalarNode(None, span, event.start_mark.index)
        node = self._anchors[event.anchor]
        self._count(node.size, event)
        return node

    def _count(self, nodes: int, event: _Event) -> None:
        """Stop where a document grows beyond what a person writes, by itself or by its aliases."""
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            hint = "put long lists into a table: csv or jsonl"
            self._problem(_span(event), "too-many-nodes", f"the recipe has more than {MAX_NODES:,} values", hint)
            raise _Stop

    def _scalar(self, event: _Event) -> ScalarNode:
        span, index = _span(event), event.start_mark.index
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
            self._problem(span, "wrong-type", f"'{event.value}' is not of the type '!!{kind}'", "")
            return ScalarNode(None, span, index)
        self._unknown_tag(event)
        return ScalarNode(None, span, index)

    def _check_tag(self, event: _Event, expected: str) -> None:
        if event.tag not in {None, "!", f"tag:yaml.org,2002:{expected}"}:
            self._unknown_tag(event)

    def _unknown_tag(self, event: _Event) -> None:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        self._problem(
            _span(event), "unknown-tag", f"the tag '{tag}' means nothing here", "remove it, or put the value in quotes"
        )

    def _problem(self, span: Span, code: str, message: str, hint: str) -> None:
        self._problems.append(self._source.diagnostic(span, code, message, hint=hint))

    def _syntax_error(self, error: yaml.YAMLError) -> Diagnostic:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        said = getattr(error, "problem", None) or str(getattr(error, "reason", "not readable"))
        span = Span(mark.line + 1, mark.column + 1) if mark is not None else Span(1, 1)
        return self._source.diagnostic(span, "yaml-syntax", f"not YAML: {said}", hint=_syntax_hint(self._source, span))


class _Stop(Exception):
    """Reading cannot go on past here."""


def _span(event: _Event) -> Span:
    start, end = event.start_mark, event.end_mark
    length = end.column - start.column if end.line == start.line else 1
    return Span(start.line + 1, start.column + 1, max(1, length))


def _syntax_hint(source: Source, span: Span) -> str:
    lines = source.lines[: span.line]
    if any("\t" in line[: len(line) - len(line.lstrip())] for line in lines[-2:]):
        return "indent with spaces, not tabs"
    if lines and "${{" in lines[-1]:
        return 'inside { } and [ ], put an expression in quotes: "${{ … }}"'
    return "the mistake is often on the line before: a missing colon, quote or indent"
