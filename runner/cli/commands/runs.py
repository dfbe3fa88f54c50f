"""``runner runs``."""

import sys
from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.options import Command, format_option


@click.command(cls=Command)
@format_option("text", "json")
def command(console: Console, format_name: str) -> None:
    """List the runs of the project here, the newest first, with state, cells and money."""
    from runner.app.show import list_runs
    from runner.cli.render.runs import run_line, runs_document, runs_text

    lines = [run_line(summary, row.state) for row, summary in list_runs(Path.cwd())]
    if format_name == "json":
        console.json(runs_document(lines))
    else:
        console.result(runs_text(lines, console.paint(sys.stdout)))
