"""``runner check``."""

from pathlib import Path

import click

from runner.app.collector import without_collector
from runner.cli.console import Console
from runner.cli.options import Command, format_option
from runner.core.diagnostic import Diagnostic, has_errors
from runner.core.errors import ExitCode


@click.command(cls=Command)
@click.argument("recipes", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RECIPE…")
@format_option("text", "json", "github", "sarif")
@without_collector()
def command(console: Console, recipes: tuple[Path, ...], format_name: str) -> None:
    """Read and check recipes; no pixels needed beyond headers."""
    from runner.app.check import check_recipe

    found = [(recipe, check_recipe(recipe)) for recipe in recipes]
    diagnostics = [diagnostic for _, of_recipe in found for diagnostic in of_recipe]
    match format_name:
        case "json":
            from runner.cli.render.machine import diagnostics_document

            console.json(diagnostics_document(diagnostics))
        case "github":
            from runner.cli.render.github import diagnostics_github

            text = diagnostics_github(_in_repository(found))
            if text:
                console.result(text)
        case "sarif":
            from runner import __version__
            from runner.cli.meanings import read_meanings
            from runner.cli.render.sarif import diagnostics_sarif

            console.json(diagnostics_sarif(_in_repository(found), __version__, read_meanings()))
        case _:
            console.diagnostics(diagnostics)
            if not diagnostics:
                console.note("no problem found" if len(recipes) == 1 else f"no problem found in {len(recipes)} recipes")
    if has_errors(diagnostics):
        raise click.exceptions.Exit(int(ExitCode.FAILED))


def _in_repository(found: list[tuple[Path, list[Diagnostic]]]) -> list[Diagnostic]:
    """The problems of each recipe, for those who do not stand where the command does."""
    from runner.cli.places import placed

    return [diagnostic for recipe, of_recipe in found for diagnostic in placed(of_recipe, recipe)]
