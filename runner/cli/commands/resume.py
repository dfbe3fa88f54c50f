"""``runner resume``."""

from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.execution import execution_options, policy_of, progress_of, tell_end
from runner.cli.options import Command, format_option


@click.command(cls=Command)
@click.argument("run", required=False)
@execution_options
@format_option("text", "json")
def command(
    console: Console, run: str | None, jobs: int | None, keep_going: bool, report: str | None, format_name: str
) -> None:
    """Go on with an interrupted run: the newest, or the one whose id begins with RUN."""
    from runner.app.resume import resume_run
    from runner.settings import find_root

    policy, progress = policy_of(jobs, keep_going), progress_of(console)
    folder = Path(report) if report is not None else None
    done = resume_run(find_root(Path.cwd()), run, policy, progress, folder)
    tell_end(console, done, format_name)
