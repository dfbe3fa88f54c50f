"""Where the tables and keys of a TOML text stand: the parser of the standard library keeps no places."""

import re

from runner.core.diagnostic import Span
from runner.source.source import Place


def key_spans(lines: list[str]) -> dict[Place, Span]:
    """Find the tables and keys of a valid TOML text; only what is written on a line of its own."""
    spans: dict[Place, Span] = {}
    table: Place = ()
    for number, line in enumerate(lines, start=1):
        header = re.match(r"\s*\[+\s*([^\[\]#]+?)\s*\]", line)
        key = re.match(r"\s*([\w.\"' -]+?)\s*=", line)
        if header:
            table = _dotted(header[1])
            _note(spans, table, Span(number, header.start(1) + 1, len(header[1])))
        elif key:
            _note(spans, (*table, *_dotted(key[1])), Span(number, key.start(1) + 1, len(key[1])))
    return spans


def _dotted(text: str) -> Place:
    return tuple(part.strip().strip("\"'") for part in text.split("."))


def _note(spans: dict[Place, Span], place: Place, span: Span) -> None:
    """Keep the first place of a key, and of the tables around it."""
    for length in range(1, len(place) + 1):
        spans.setdefault(place[:length], span)
