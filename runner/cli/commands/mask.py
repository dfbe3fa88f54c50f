"""``runner mask``."""

from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.options import Command
from runner.core.errors import ExitCode, UsageError


@click.command(cls=Command)
@click.argument("recipe", type=click.Path(path_type=Path))
@click.argument("cell")
@click.argument("mask")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="PNG")
def command(console: Console, recipe: Path, cell: str, mask: str, output: Path) -> None:
    """Draw one mask of one cell over its photo, to look at before paying."""
    from runner.app.mask import draw_recipe_mask

    drawn = draw_recipe_mask(recipe, cell, mask)
    if not isinstance(drawn, bytes):
        console.diagnostics(drawn.diagnostics)
        raise click.exceptions.Exit(int(ExitCode.FAILED))
    try:
        output.write_bytes(drawn)
    except OSError as error:
        raise UsageError("not-writable", f"cannot write '{output}': {error.strerror}") from error
    console.result(str(output))
