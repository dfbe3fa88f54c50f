"""``runner resume``."""

from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.execution import callbacks_of, execution_options, manner_of, meter_of, progress_of, tell_end
from runner.cli.options import Command, format_option
from runner.core.errors import ExitCode


@click.command(cls=Command)
@click.argument("run", required=False)
@execution_options
@click.option("--rebuy-in-doubt", is_flag=True, help="Buy once more what may have been bought already.")
@format_option("text", "json")
def command(
    console: Console,
    run: str | None,
    jobs: int | None,
    keep_going: bool,
    report: str | None,
    callback_url: str | None,
    callback_port: int | None,
    rebuy_in_doubt: bool,
    format_name: str,
) -> None:
    """Go on with an interrupted run: the newest, or the one whose id begins with RUN."""
    from runner.app.carry_out import RunDone
    from runner.app.resume import ResumeRequest, resume_run
    from runner.cli.problems import print_problems
    from runner.settings import find_root

    done = resume_run(
        ResumeRequest(
            root=find_root(Path.cwd()),
            run_id=run,
            manner=manner_of(
                jobs, keep_going, callbacks_of(callback_url, callback_port), rebuy_in_doubt=rebuy_in_doubt
            ),
            progress=progress_of(console),
            tell=console.note,
            meter=meter_of(console),
            report=Path(report) if report is not None else None,
        )
    )
    if not isinstance(done, RunDone):
        print_problems(console, done.diagnostics, format_name)
        raise click.exceptions.Exit(int(ExitCode.FAILED))
    tell_end(console, done, format_name)
