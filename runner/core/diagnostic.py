"""A problem in what the user wrote: data, with its place; how it looks is decided by who shows it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text: line and column from 1, length in characters."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One mistake, one diagnostic.

    Attributes:
        path: The file, as the user named it.
        code: Stable, in kebab-case; listed in docs/diagnostics.md.
        message: In the user's words, lower case, no full stop, the culprit in single quotes.
        hint: Something to type or to look at; empty when there is none.
        source: The line of text at the place; empty where the problem is not in a text.
    """

    path: str
    span: Span
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    source: str = ""


def flat(diagnostic: Diagnostic) -> dict[str, str | int]:
    """Give a diagnostic as JSON has it: line and column from 1, length in characters, and no line of text."""
    return {
        "path": diagnostic.path,
        "line": diagnostic.span.line,
        "column": diagnostic.span.column,
        "length": diagnostic.span.length,
        "severity": diagnostic.severity,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    }


def in_file_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort by file, then place; problems at one place keep the order they were found in."""
    return sorted(diagnostics, key=lambda problem: (problem.path, problem.span.line, problem.span.column))


def as_warning(problem: Diagnostic) -> Diagnostic:
    """Give a problem that does not stop the work yet."""
    return replace(problem, severity="warning")


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Say whether anything among them stops the work."""
    return any(problem.severity == "error" for problem in diagnostics)
