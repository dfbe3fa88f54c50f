"""Run a recipe: plan, refuse what must not be spent, carry out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runner.app.carry_out import Progress, RunDone, carry_out, due_providers
from runner.app.plan import Planned, PlanRequest, make_plan
from runner.app.project import Problems
from runner.app.spending import confirm_spending, refuse_spending
from runner.core.diagnostic import has_errors
from runner.execute.clock import new_run_id
from runner.execute.doors import Policy, Run
from runner.providers.all import refuse_unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What to run.

    Attributes:
        confirm: Asked before money is spent; None where nobody can be asked.
        report: Where the report is written; None for ``reports/NAME`` in the project.
    """

    plan: PlanRequest
    policy: Policy
    progress: Progress
    confirm: Callable[[Planned], bool] | None
    report: Path | None = None


def run_recipe(request: RunRequest) -> RunDone | Problems:
    """Run a recipe.

    Returns:
        How the run ended, or what is wrong with the recipe.

    Raises:
        Refused: a budget or policy does not allow it, nobody confirmed, or a provider is not available.
        UsageError, StoreError: as ``make_plan``.
    """
    planned = make_plan(request.plan)
    if isinstance(planned, Problems):
        return planned
    if has_errors(planned.plan.diagnostics):
        return Problems(planned.plan.diagnostics)
    refuse_spending(planned.plan, planned.project.settings.policy)
    refuse_unavailable(due_providers(planned.plan))
    confirm_spending(planned, request.confirm)
    planned.downloads.write_pins()
    run = Run(run_id=new_run_id(), document=planned.document, recipe_text=planned.recipe.source.text)
    return carry_out(planned.plan, run, request.policy, request.progress, request.report)
