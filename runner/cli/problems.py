"""Problems that stop a command, in the format that was asked for."""

from collections.abc import Sequence

from runner.cli.console import Console
from runner.core.diagnostic import Diagnostic


def print_problems(console: Console, diagnostics: Sequence[Diagnostic], format_name: str) -> None:
    """Show problems to a person; with ``json`` also as the one document on stdout."""
    if format_name == "json":
        from runner.cli.render.machine import diagnostics_document

        console.json({"format": "runner-diagnostics/1", "diagnostics": diagnostics_document(diagnostics)})
    console.diagnostics(list(diagnostics))
