"""A manifest: its rows, and its text with the place of every problem in it."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from runner.core.diagnostic import Diagnostic, Span

ColumnType = Literal["text", "int", "number", "bool"]
ManifestValue: TypeAlias = str | int | Decimal | bool | None

MAX_BYTES = 16 * 1024 * 1024
MAX_LINE_LENGTH = 1_000_000
MAX_ROWS = 200_000
MAX_VALUES = 2_000_000
MAX_PROBLEMS = 10_000
"""Problems after which reading stops: a file of another kind has one in every line."""

_AS_UTF8 = "save it as UTF-8"
_UTF_16_OR_32 = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what ``${{ row.… }}`` means for an item.

    Attributes:
        values: By column. An empty field is empty text, and None where the column has another type.
        line: Where the row begins, from 1.
    """

    values: Mapping[str, ManifestValue]
    line: int


@dataclass(frozen=True, slots=True)
class ManifestText:
    """A manifest's lines with their line breaks, and the problems found in them so far."""

    path: str
    lines: Sequence[str]
    problems: list[Diagnostic] = field(default_factory=list)

    @property
    def is_hopeless(self) -> bool:
        """Whether so much is wrong that reading on helps nobody."""
        return len(self.problems) >= MAX_PROBLEMS

    def report_problem(self, span: Span, code: str, message: str, hint: str = "") -> None:
        """Add a problem."""
        self.problems.append(self.diagnostic(span, code, message, hint))

    def report_hopeless(self, line: int) -> None:
        """Add that reading stopped at a line."""
        message = f"reading stopped here, after {MAX_PROBLEMS:,} problems"
        self.report_problem(Span(line, 1), "too-many-problems", message, "is this the right file?")

    def span(self, line: int, needle: str) -> Span:
        """Find a piece of a line, such as a row's value; the begin of the line where it is not spelled like that."""
        at = self.lines[line - 1].find(needle) if needle and line <= len(self.lines) else -1
        return Span(line, at + 1, len(needle)) if at >= 0 else Span(line, 1)

    def diagnostic(self, span: Span, code: str, message: str, hint: str = "") -> Diagnostic:
        """Make a diagnostic at a place of this text."""
        source = self.lines[span.line - 1].rstrip("\r\n") if span.line <= len(self.lines) else ""
        return Diagnostic(path=self.path, span=span, code=code, message=message, hint=hint, source=source)


def decode_manifest(content: bytes, path: str) -> str | list[Diagnostic]:
    """Decode a manifest file: UTF-8, with or without a byte order mark.

    Args:
        content: The file's bytes; reading ``MAX_BYTES + 1`` of them is enough.
        path: The file as the user named it, for the diagnostics.

    Returns:
        The text without the mark, or why the file is refused.
    """
    problem = _refused(content, path)
    return content.decode("utf-8-sig") if problem is None else [problem]


def split_manifest(text: str, path: str) -> ManifestText:
    """Split a text at line feeds and carriage returns alone, as the csv module does, and drop a byte order mark.

    A line longer than ``MAX_LINE_LENGTH`` is a problem.
    """
    manifest = ManifestText(path, io.StringIO(text.removeprefix(_BOM), newline="").readlines())
    for line, content in enumerate(manifest.lines, 1):
        if len(content) > MAX_LINE_LENGTH:
            problem = Diagnostic(
                path=path,
                span=Span(line, 1),
                code="line-too-long",
                message=f"this line is longer than {MAX_LINE_LENGTH:,} characters",
                hint="is this the right file?",
            )
            manifest.problems.append(problem)
    return manifest


def is_too_many(manifest: ManifestText, rows: int, values: int, line: int) -> bool:
    """Say whether there are more rows or values than one file may have, and report it."""
    if rows <= MAX_ROWS and values <= MAX_VALUES:
        return False
    counts = f"{MAX_ROWS:,} rows or {MAX_VALUES:,} values"
    manifest.report_problem(
        Span(line, 1), "too-large", f"more than {counts} in one file", "split it into several files"
    )
    return True


def cut(value: str) -> str:
    """Shorten a value of the file for a message."""
    return value if len(value) <= 40 else value[:39] + "…"


def _refused(content: bytes, path: str) -> Diagnostic | None:
    if len(content) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024**2} MiB"
        hint = "split it into several files"
        return Diagnostic(path=path, span=Span(1, 1), code="too-large", message=message, hint=hint)
    if content.startswith(_UTF_16_OR_32):
        message = "the file is UTF-16 or UTF-32, not UTF-8"
        return Diagnostic(path=path, span=Span(1, 1), code="not-utf-8", message=message, hint=_AS_UTF8)
    if b"\0" in content:
        place, message = _place(content, content.index(b"\0")), "there is a zero byte in the file"
        return Diagnostic(path=path, span=place, code="not-text", message=message, hint=_AS_UTF8)
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
        message = f"the byte 0x{content[at]:02x} is not UTF-8"
        return Diagnostic(path=path, span=_place(content, at), code="not-utf-8", message=message, hint=_AS_UTF8)
    return None


def _place(content: bytes, at: int) -> Span:
    """Find line and column of a byte, of which everything before is UTF-8."""
    before = content[:at].decode("utf-8-sig", errors="replace")
    breaks = [found.end() for found in re.finditer(r"\r\n|\r|\n", before)]
    return Span(len(breaks) + 1, len(before) - (breaks[-1] if breaks else 0) + 1)
