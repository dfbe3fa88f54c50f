"""A card's YAML text to plain data and the places of its keys and values.

A card is small and plain: YAML 1.2 core types, no anchors, aliases, tags or second document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

import yaml

from runner.core.diagnostic import Diagnostic, Span

MAX_CHARACTERS = 256 * 1024
MAX_DEPTH = 12

Plain: TypeAlias = "str | int | Decimal | bool | list[Plain] | dict[str, Plain] | None"
Place: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from the top of a document to a value in it."""

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(slots=True)
class Document:
    """A document that could be read: its data, and where each key and value stands."""

    path: str
    lines: tuple[str, ...]
    content: Plain = None
    key_spans: dict[Place, Span] = field(default_factory=dict)
    value_spans: dict[Place, Span] = field(default_factory=dict)

    def key_span(self, place: Place) -> Span:
        """The span of a key; of a list item itself; of the nearest thing around it that exists."""
        if place in self.key_spans:
            return self.key_spans[place]
        return self.value_span(place)

    def value_span(self, place: Place) -> Span:
        """The span of a value, or of the nearest thing around it that exists."""
        while place and place not in self.value_spans:
            place = place[:-1]
        return self.value_spans.get(place, Span(1, 1))

    def diagnostic(self, span: Span, code: str, message: str, hint: str = "") -> Diagnostic:
        """Make an error at a place of this text."""
        line = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        return Diagnostic(path=self.path, span=span, code=code, message=message, hint=hint, source=line)


def read_document(text: str, path: str) -> Document | list[Diagnostic]:
    """Read one YAML document.

    Args:
        text: The file's text.
        path: The file as the user named it, for the diagnostics.

    Returns:
        The document, or why it cannot be read.
    """
    document = Document(path, tuple(text.splitlines()))
    try:
        _read(text, document)
    except _Unreadable as problem:
        return [document.diagnostic(problem.span, problem.code, problem.message, problem.hint)]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        span = Span(mark.line + 1, mark.column + 1) if mark is not None else Span(1, 1)
        return [document.diagnostic(span, "yaml-syntax", f"not YAML: {getattr(error, 'problem', None) or error}")]
    return document


class _Unreadable(Exception):
    """The text goes beyond what a card may be; never leaves this module: it becomes a diagnostic."""

    def __init__(self, span: Span, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.span, self.code, self.message, self.hint = span, code, message, hint


def _read(text: str, document: Document) -> None:
    if len(text) > MAX_CHARACTERS:
        raise _Unreadable(Span(1, 1), "too-large", f"a model card of more than {MAX_CHARACTERS // 1024} KiB")
    events = yaml.parse(text, Loader=yaml.SafeLoader)
    seen = False
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if seen:
                raise _Unreadable(
                    _span(event), "several-documents", "a second document begins here", "one card per file"
                )
            seen = True
            document.content = _node(next(events), events, document, ())
    if document.content is None:
        raise _Unreadable(Span(1, 1), "empty-card", "the file holds nothing", "start with 'id: OWNER/MODEL'")


def _node(event: yaml.Event, events: Iterator[yaml.Event], document: Document, place: Place) -> Plain:
    _refuse_extras(event, place)
    document.value_spans[place] = _span(event)
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, document, place)
    return _mapping(events, document, place)


def _refuse_extras(event: yaml.Event, place: Place) -> None:
    if len(place) > MAX_DEPTH:
        raise _Unreadable(_span(event), "too-deep", f"more than {MAX_DEPTH} levels inside one another")
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        raise _Unreadable(_span(event), "no-anchors", "a model card has no anchors or aliases", "write the value out")
    if getattr(event, "tag", None) not in {None, "!"}:
        raise _Unreadable(_span(event), "unknown-tag", "a model card has no tags", "put the value in quotes")


def _sequence(events: Iterator[yaml.Event], document: Document, place: Place) -> list[Plain]:
    items: list[Plain] = []
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        items.append(_node(event, events, document, (*place, len(items))))
    return items


def _mapping(events: Iterator[yaml.Event], document: Document, place: Place) -> dict[str, Plain]:
    entries: dict[str, Plain] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        key = _key(event)
        if key in entries:
            first = document.key_spans[(*place, key)].line
            message = f"the key '{key}' stands here twice"
            raise _Unreadable(_span(event), "repeated-key", message, f"the first is on line {first}")
        document.key_spans[(*place, key)] = _span(event)
        entries[key] = _node(next(events), events, document, (*place, key))
    return entries


def _key(event: yaml.Event) -> str:
    key = _scalar(event) if isinstance(event, yaml.ScalarEvent) else None
    if not isinstance(key, str):
        raise _Unreadable(_span(event), "key-not-text", "a key that is not text", "put the key in quotes")
    return key


def _scalar(event: yaml.ScalarEvent) -> str | int | Decimal | bool | None:
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= 64 and _INT.fullmatch(text):
        return int(text)
    return Decimal(text) if len(text) <= 64 and _DECIMAL.fullmatch(text) else text


def _span(event: yaml.Event) -> Span:
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:
        raise TypeError("an event of the parser without a place")
    length = end.column - start.column if end.line == start.line else 1
    return Span(start.line + 1, start.column + 1, max(1, length))
