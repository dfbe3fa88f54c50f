"""Where the fields of a CSV record stand: what the csv module reads, but does not tell the places of."""

import re
from dataclasses import dataclass

from runner.core.diagnostic import Span

MAX_COLUMNS = 256

_SPACES = re.compile(" *")
_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+("?)')


@dataclass(frozen=True, slots=True)
class Form:
    """How the fields of a file are told apart."""

    delimiter: str
    skips_space: bool


@dataclass(frozen=True, slots=True)
class FieldPlaces:
    """Where the fields of a record stand in its text.

    Attributes:
        starts: Where they begin; of the first ``MAX_COLUMNS`` and one more.
        broken: Where text stands after a closing quote; None where it does not.
    """

    starts: tuple[int, ...]
    broken: int | None


def form_of(header: str) -> Form:
    """Tell the form of a file by its header line alone."""
    bare = re.sub(r'"[^"]*"?', "", header)
    delimiter = max(",;\t", key=bare.count)
    spaced = bare.count(delimiter) > 0 and bare.count(delimiter) == bare.count(delimiter + " ")
    return Form(delimiter, spaced and delimiter != "\t")


def field_places(text: str, form: Form) -> FieldPlaces:
    """Find the fields of a record, up to the first that is broken."""
    starts: list[int] = []
    bare = re.compile(rf"[^{form.delimiter}\r\n]*")
    at = 0
    while len(starts) <= MAX_COLUMNS:
        if form.skips_space:
            at = _end(_SPACES, text, at)
        starts.append(at)
        quoted = _QUOTED.match(text, at)
        at = quoted.end() if quoted is not None else _end(bare, text, at)
        after = text[at : at + 1]
        if quoted is not None and quoted[1] and after not in {"", "\r", "\n", form.delimiter}:
            return FieldPlaces(tuple(starts), at)
        if after != form.delimiter:
            break
        at += 1
    return FieldPlaces(tuple(starts), None)


def span_at(text: str, at: int, line: int) -> Span:
    """Give the place of a character of a record that begins on a line."""
    breaks = [found.end() for found in re.finditer(r"\r\n|\r|\n", text[:at])]
    return Span(line + len(breaks), at - (breaks[-1] if breaks else 0) + 1)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a pattern that also matches nothing ends."""
    found = pattern.match(text, at)
    return found.end() if found is not None else at
