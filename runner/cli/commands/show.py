"""``runner show``."""

import sys
from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.options import Command, format_option


@click.command(cls=Command)
@click.argument("what", metavar="PLAN.json|RUN", required=False)
@format_option("text", "json")
def command(console: Console, what: str | None, format_name: str) -> None:
    """Print a saved plan, however old, or a run: the newest where none is named."""
    if what is not None and what.endswith(".json"):
        _show_plan(console, Path(what), format_name)
    else:
        _show_run(console, what, format_name)


def _show_plan(console: Console, path: Path, format_name: str) -> None:
    from runner.app.plan_file import read_saved_plan
    from runner.app.show import state_of_plan
    from runner.cli.render.plan import saved_plan_text

    saved = read_saved_plan(path)
    state = state_of_plan(saved, Path.cwd())
    if format_name == "json":
        console.note(state)
        console.json(saved.document)
    else:
        console.result(saved_plan_text(saved.plan, saved.id, saved.saved_at, state, console.paint(sys.stdout)))


def _show_run(console: Console, run: str | None, format_name: str) -> None:
    from runner.app.show import read_run
    from runner.cli.render.runs import run_text
    from runner.report.closing import closing_of
    from runner.report.document import run_document

    summary = read_run(Path.cwd(), run)
    if format_name == "json":
        console.json(run_document(summary))
    else:
        console.result(run_text(closing_of(summary), console.paint(sys.stdout)))
