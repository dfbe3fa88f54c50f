"""``runner run``."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.console import Console
from runner.cli.execution import callbacks_of, execution_options, manner_of, meter_of, progress_of, tell_end
from runner.cli.options import Command, format_option, frozen_option, provider_option, select_option
from runner.core.errors import UsageError

if TYPE_CHECKING:
    from runner.app.plan import Planned


@click.command(cls=Command)
@click.argument("what", metavar="RECIPE|PLAN.json", type=click.Path(path_type=Path))
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
@frozen_option()
@execution_options
@format_option("text", "json")
def command(
    console: Console,
    what: Path,
    yes: bool,
    budget: str | None,
    select: tuple[str, ...],
    redraw: tuple[str, ...],
    provider: str | None,
    frozen: bool,
    jobs: int | None,
    keep_going: bool,
    report: str | None,
    callback_url: str | None,
    callback_port: int | None,
    format_name: str,
) -> None:
    """Run a recipe, or apply a saved plan: ask when money is payable, execute, write outputs, lock file and report."""
    from runner.app.carry_out import RunDone
    from runner.app.plan import PlanRequest
    from runner.app.run import How, RunRequest, run_recipe
    from runner.cli.problems import print_problems

    how = How(
        manner=manner_of(jobs, keep_going, callbacks_of(callback_url, callback_port)),
        progress=progress_of(console),
        confirm=_confirm_by(console, yes),
        warn=console.diagnostics,
        tell=console.note,
        meter=meter_of(console),
        report=Path(report) if report is not None else None,
    )
    if what.suffix == ".json":
        _refuse_changes(budget=budget, select=select, redraw=redraw, provider=provider)
        from runner.app.apply import ApplyRequest, apply_plan

        done = apply_plan(ApplyRequest(path=what, how=how, frozen=frozen))
    else:
        plan = PlanRequest(recipe=what, provider=provider, select=select, budget=budget, redraw=redraw, frozen=frozen)
        done = run_recipe(RunRequest(plan=plan, how=how))
    if not isinstance(done, RunDone):
        print_problems(console, done.diagnostics, format_name)
        raise click.exceptions.Exit(int(done.exit_code))
    tell_end(console, done, format_name)


def _refuse_changes(**options: object) -> None:
    """Refuse options that would make another plan of a saved one."""
    given = [f"--{name}" for name, value in options.items() if value]
    if given:
        message = f"a saved plan is applied as it is written, without {', '.join(given)}"
        raise UsageError("fixed-plan", message, hint="plan the recipe with it, or run the recipe")


def _confirm_by(console: Console, yes: bool) -> "Callable[[Planned], bool] | None":
    if yes:
        return lambda _planned: True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    def ask(planned: "Planned") -> bool:
        from runner.cli.render.plan import plan_text

        plan_id = planned.plan_id
        click.echo(plan_text(planned.plan, plan_id, console.paint(sys.stderr)), err=True)
        return click.confirm(f"spend up to {planned.plan.quote.totals.worst_case}?", err=True)

    return ask
