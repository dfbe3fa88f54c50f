"""``runner plan``."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.app.collector import without_collector
from runner.cli.console import Console
from runner.cli.options import Command, format_option, frozen_option, provider_option, select_option
from runner.core.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from runner.app.plan import Planned
    from runner.core.diagnostic import Diagnostic
    from runner.core.digest import Json


@click.command(cls=Command)
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Save the plan as JSON.")
@format_option("text", "json", "markdown", "github")
@click.option("--exit-code", "with_exit_code", is_flag=True, help="End with 10 where there is work to do.")
@click.option("--explain", metavar="CELL", help="Show one cell's chain, and why each step is done or not.")
@click.option("--against", metavar="REF", help="Say what is different from a ref of git, or from a saved plan.")
@select_option()
@provider_option()
@frozen_option()
@without_collector()
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
    against: str | None,
) -> None:
    """The dry run: say what a recipe will do and cost. Spends nothing, changes nothing."""
    from runner.app.plan import Planned, PlanRequest, make_plan
    from runner.app.spending import policy_problems
    from runner.cli.problems import print_problems
    from runner.core.diagnostic import as_warning, has_errors

    request = PlanRequest(recipe=recipe, provider=provider, select=select, against=against, frozen=frozen)
    planned = make_plan(request)
    if not isinstance(planned, Planned):
        print_problems(console, planned.diagnostics, format_name, recipe)
        raise click.exceptions.Exit(int(planned.exit_code))
    broken = [as_warning(rule) for rule in policy_problems(planned)]
    if format_name != "github":  # whose annotations say the same
        console.diagnostics([*planned.plan.diagnostics, *broken])
    for note in planned.shared.notes:
        console.note(f"warning: {note}")
    _print(console, planned, broken, format_name, explain)
    if output is not None:
        from runner.app.plan_file import write_saved_plan

        write_saved_plan(output, planned.document)
        console.note(f"saved {output}: {planned.plan_id}")
    if has_errors(planned.plan.diagnostics):
        raise click.exceptions.Exit(int(ExitCode.FAILED))
    if with_exit_code and planned.plan.quote.totals.due:
        raise click.exceptions.Exit(int(ExitCode.WORK_TO_DO))


def _print(
    console: Console, planned: "Planned", broken: "list[Diagnostic]", format_name: str, explain: str | None
) -> None:
    if explain is not None:
        _explain(console, planned, explain)
        return
    match format_name:
        case "json":
            console.json(_document(planned))
        case "markdown":
            from runner.cli.render.markdown import plan_markdown

            console.result(plan_markdown(planned.plan, planned.plan_id, _refusal(broken), planned.against))
        case "github":
            _print_annotations(console, planned, broken)
        case _:
            from runner.cli.render.plan import plan_text

            console.result(plan_text(planned.plan, planned.plan_id, console.paint(sys.stdout), planned.against))


def _explain(console: Console, planned: "Planned", cell: str) -> None:
    from runner.cli.render.plan import explain_text
    from runner.source.nearest import did_you_mean

    try:
        console.result(explain_text(planned.plan, cell))
    except KeyError as error:
        hint = did_you_mean(cell, [cell.id for cell in planned.plan.cells])
        raise UsageError("no-such-cell", f"there is no cell '{cell}'", hint=hint) from error


def _print_annotations(console: Console, planned: "Planned", broken: "list[Diagnostic]") -> None:
    from runner.cli.places import from_repository, placed
    from runner.cli.render.github import plan_github

    plan, recipe = planned.plan, planned.project.root / planned.plan.recipe.path
    shown = replace(plan, diagnostics=tuple(placed((*plan.diagnostics, *broken), recipe)))
    console.result(plan_github(shown, from_repository(recipe), _refusal(broken), planned.against))


def _document(planned: "Planned") -> "dict[str, Json]":
    from runner.plan.document import against_document

    document, against = planned.document, planned.against
    return document if against is None else {**document, "against": against_document(against)}


def _refusal(broken: "list[Diagnostic]") -> str:
    return broken[0].message if broken else ""
