"""``runner report``."""

import os
from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.options import Command


@click.command(cls=Command)
@click.argument("run", required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Where to write it."
)
def command(console: Console, run: str | None, output: Path | None) -> None:
    """Write the HTML report of a run again: of the newest, or of the one whose id begins with RUN."""
    from runner.app.show import report_run

    page = report_run(Path.cwd(), run, output)
    console.result(os.path.relpath(page))
