"""``runner plan``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.console import Console
from runner.cli.options import Command, format_option, frozen_option, provider_option, select_option
from runner.core.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from runner.app.plan import Planned


@click.command(cls=Command)
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Save the plan as JSON.")
@format_option("text", "json", "markdown")
@click.option("--exit-code", "with_exit_code", is_flag=True, help="End with 10 where there is work to do.")
@click.option("--explain", metavar="CELL", help="Show one cell's chain, and why each step is done or not.")
@select_option()
@provider_option()
@frozen_option()
def command(
    console: Console,
    recipe: Path,
    output: Path | None,
    format_name: str,
    with_exit_code: bool,
    explain: str | None,
    select: tuple[str, ...],
    provider: str | None,
    frozen: bool,
) -> None:
    """The dry run: say what a recipe will do and cost. Spends nothing, changes nothing."""
    from runner.app.plan import Planned, PlanRequest, make_plan
    from runner.app.plan_file import write_saved_plan
    from runner.app.spending import policy_problems
    from runner.cli.problems import print_problems
    from runner.core.diagnostic import as_warning, has_errors

    planned = make_plan(PlanRequest(recipe=recipe, provider=provider, select=select, frozen=frozen))
    if not isinstance(planned, Planned):
        print_problems(console, planned.diagnostics, format_name)
        raise click.exceptions.Exit(int(planned.exit_code))
    console.diagnostics((*planned.plan.diagnostics, *(as_warning(rule) for rule in policy_problems(planned))))
    _print(console, planned, format_name, explain)
    if output is not None:
        write_saved_plan(output, planned.document)
        console.note(f"saved {output}: {planned.document['plan_id']}")
    if has_errors(planned.plan.diagnostics):
        raise click.exceptions.Exit(int(ExitCode.FAILED))
    if with_exit_code and planned.plan.quote.totals.due:
        raise click.exceptions.Exit(int(ExitCode.WORK_TO_DO))


def _print(console: Console, planned: "Planned", format_name: str, explain: str | None) -> None:
    from runner.cli.render.markdown import plan_markdown
    from runner.cli.render.plan import explain_text, plan_text

    plan_id = str(planned.document["plan_id"])
    if explain is not None:
        try:
            console.result(explain_text(planned.plan, explain))
        except KeyError as error:
            from runner.source.nearest import did_you_mean

            hint = did_you_mean(explain, [cell.id for cell in planned.plan.cells])
            raise UsageError("no-such-cell", f"there is no cell '{explain}'", hint=hint) from error
    elif format_name == "json":
        console.json(planned.document)
    elif format_name == "markdown":
        console.result(plan_markdown(planned.plan, plan_id))
    else:
        console.result(plan_text(planned.plan, plan_id, console.paint(sys.stdout)))
