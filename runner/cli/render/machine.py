"""Diagnostics as JSON data."""

from collections.abc import Sequence

from runner.core.diagnostic import Diagnostic, flat
from runner.core.digest import Json


def diagnostics_document(diagnostics: Sequence[Diagnostic]) -> list[Json]:
    """Write diagnostics as JSON data; lines and columns from 1, lengths in characters."""
    return [{**flat(diagnostic)} for diagnostic in diagnostics]
