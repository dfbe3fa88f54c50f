"""``runner check``."""

from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.options import Command, format_option
from runner.core.errors import ExitCode


@click.command(cls=Command)
@click.argument("recipes", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RECIPE…")
@format_option("text", "json", "github", "sarif")
def command(console: Console, recipes: tuple[Path, ...], format_name: str) -> None:
    """Read and check recipes; no pixels needed beyond headers."""
    from runner import __version__
    from runner.app.check import check_recipe
    from runner.cli.render.machine import diagnostics_document, diagnostics_github, diagnostics_sarif
    from runner.core.diagnostic import has_errors

    diagnostics = [diagnostic for recipe in recipes for diagnostic in check_recipe(recipe)]
    match format_name:
        case "json":
            console.json(diagnostics_document(diagnostics))
        case "github":
            text = diagnostics_github(diagnostics)
            if text:
                console.result(text)
        case "sarif":
            console.json(diagnostics_sarif(diagnostics, __version__))
        case _:
            console.diagnostics(diagnostics)
            if not diagnostics:
                console.note("no problem found" if len(recipes) == 1 else f"no problem found in {len(recipes)} recipes")
    if has_errors(diagnostics):
        raise click.exceptions.Exit(int(ExitCode.FAILED))
