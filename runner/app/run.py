"""Run a recipe: plan, refuse what must not be spent, carry out."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runner.app.carry_out import Assignment, Progress, RunDone, carry_out
from runner.app.connect import due_providers, make_connections
from runner.app.manner import Manner, policy_of
from runner.app.plan import Planned, PlanRequest
from runner.app.project import Problems
from runner.app.ready import Tell, make_ready_plan
from runner.app.spending import confirm_spending, refuse_spending, spent_this_month
from runner.app.transfer import Meter
from runner.core.diagnostic import has_errors
from runner.execute.clock import new_run_id
from runner.execute.doors import Run
from runner.settings import ask_keyring


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What to run.

    Attributes:
        confirm: Asked before money is spent; None where nobody can be asked.
        tell: Told what a person should know of the cache remote.
        meter: Shows how results come from there and go there.
        report: Where the report is written; None for ``reports/NAME`` in the project.
    """

    plan: PlanRequest
    manner: Manner
    progress: Progress
    confirm: Callable[[Planned], bool] | None
    tell: Tell
    meter: Meter
    report: Path | None = None


def run_recipe(request: RunRequest) -> RunDone | Problems:
    """Run a recipe.

    Returns:
        How the run ended, or what is wrong with the recipe.

    Raises:
        Refused: a budget or policy does not allow it, a key is missing, nobody confirmed, or a provider cannot be
            bought from.
        UsageError, StoreError: as ``make_plan``.
    """
    planned = make_ready_plan(request.plan, request.tell, request.meter)
    if isinstance(planned, Problems):
        return planned
    if has_errors(planned.plan.diagnostics):
        return Problems(planned.plan.diagnostics)
    return carry_out(_assignment(planned, request))


def _assignment(planned: Planned, request: RunRequest) -> Assignment:
    """Say what is to be carried out, when nothing forbids it and somebody agreed."""
    plan, project = planned.plan, planned.project
    refuse_spending(plan, project.settings.policy, spent_this_month(project.root))
    connections = make_connections(
        due_providers(plan), project.settings, os.environ, ask_keyring, request.manner.callbacks
    )
    confirm_spending(planned, request.confirm)
    planned.downloads.write_pins()
    return Assignment(
        plan=plan,
        run=Run(run_id=new_run_id(), document=planned.document, recipe_text=planned.recipe.source.text),
        policy=policy_of(request.manner, due_providers(plan), project.settings),
        cards=project.catalog.cards,
        connections=connections,
        callbacks=request.manner.callbacks,
        progress=request.progress,
        report=request.report,
        remote=project.settings.cache.remote,
        meter=request.meter,
    )
