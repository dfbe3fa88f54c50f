"""Diagnostics as JSON data."""

from collections.abc import Sequence

from runner.core.diagnostic import Diagnostic
from runner.core.digest import Json


def diagnostics_document(diagnostics: Sequence[Diagnostic]) -> list[Json]:
    """Write diagnostics as JSON data; lines and columns from 1, lengths in characters."""
    return [
        {
            "path": diagnostic.path,
            "line": diagnostic.span.line,
            "column": diagnostic.span.column,
            "length": diagnostic.span.length,
            "severity": diagnostic.severity,
            "code": diagnostic.code,
            "message": diagnostic.message,
            "hint": diagnostic.hint,
        }
        for diagnostic in diagnostics
    ]
