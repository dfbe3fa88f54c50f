"""``runner run``."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.console import Console
from runner.cli.execution import callbacks_of, execution_options, manner_of, meter_of, progress_of, tell_end
from runner.cli.options import Command, format_option, provider_option, select_option
from runner.core.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from runner.app.plan import Planned


@click.command(cls=Command)
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("--yes", "-y", is_flag=True, help="Spend what the plan says without asking.")
@click.option("--budget", metavar="AMOUNT", help="At most this, such as '5 USD'; instead of the recipe's budget.")
@select_option()
@click.option(
    "--redraw",
    multiple=True,
    metavar="CELL",
    help="Ask the models of this cell, or of those in @FILE, for a further result.",
)
@provider_option()
@execution_options
@format_option("text", "json")
def command(
    console: Console,
    recipe: Path,
    yes: bool,
    budget: str | None,
    select: tuple[str, ...],
    redraw: tuple[str, ...],
    provider: str | None,
    jobs: int | None,
    keep_going: bool,
    report: str | None,
    callback_url: str | None,
    callback_port: int | None,
    format_name: str,
) -> None:
    """Run a recipe: plan, ask when money is payable, execute, write outputs and report."""
    from runner.app.carry_out import RunDone
    from runner.app.plan import PlanRequest
    from runner.app.run import RunRequest, run_recipe
    from runner.cli.problems import print_problems

    if recipe.suffix == ".json":
        message = "running a saved plan is not supported yet"
        raise UsageError("not-supported-yet", message, hint="run the recipe; runner show prints the plan")
    done = run_recipe(
        RunRequest(
            plan=PlanRequest(recipe=recipe, provider=provider, select=select, budget=budget, redraw=redraw),
            manner=manner_of(jobs, keep_going, callbacks_of(callback_url, callback_port)),
            progress=progress_of(console),
            confirm=_confirm_by(console, yes),
            tell=console.note,
            meter=meter_of(console),
            report=Path(report) if report is not None else None,
        )
    )
    if not isinstance(done, RunDone):
        print_problems(console, done.diagnostics, format_name)
        raise click.exceptions.Exit(int(ExitCode.FAILED))
    tell_end(console, done, format_name)


def _confirm_by(console: Console, yes: bool) -> "Callable[[Planned], bool] | None":
    if yes:
        return lambda _planned: True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    def ask(planned: "Planned") -> bool:
        from runner.cli.render.plan import plan_text

        plan_id = str(planned.document["plan_id"])
        click.echo(plan_text(planned.plan, plan_id, console.paint(sys.stderr)), err=True)
        return click.confirm(f"spend up to {planned.plan.quote.totals.worst_case}?", err=True)

    return ask
