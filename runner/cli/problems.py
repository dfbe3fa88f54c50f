"""Problems that stop a command, in the format that was asked for."""

from collections.abc import Sequence
from pathlib import Path

from runner.cli.console import Console
from runner.core.diagnostic import Diagnostic


def print_problems(
    console: Console, diagnostics: Sequence[Diagnostic], format_name: str, recipe: Path = Path()
) -> None:
    """Show problems to a person; in the other formats also as the one result on stdout.

    Args:
        console: Where.
        diagnostics: At least one.
        format_name: What was asked for.
        recipe: What they are of, as the user named it.
    """
    match format_name:
        case "json":
            from runner.cli.render.machine import diagnostics_document

            console.json({"format": "runner-diagnostics/1", "diagnostics": diagnostics_document(diagnostics)})
        case "markdown":
            from runner.cli.render.markdown import problems_markdown

            console.result(problems_markdown(str(recipe), diagnostics))
        case "github":
            from runner.cli.places import placed
            from runner.cli.render.github import diagnostics_github

            console.result(diagnostics_github(placed(diagnostics, recipe)))
            return
    console.diagnostics(list(diagnostics))
