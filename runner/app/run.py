"""Run a recipe: plan, refuse what must not be spent, carry out."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runner.app.carry_out import Assignment, Progress, RunDone, carry_out
from runner.app.connect import due_providers, make_connections
from runner.app.lock_file import LockUpdate, write_lock_file
from runner.app.manner import Manner, policy_of
from runner.app.plan import Planned, PlanRequest
from runner.app.project import Problems
from runner.app.ready import Tell, make_ready_plan
from runner.app.spending import confirm_spending, policy_problems, refuse_over_budget
from runner.app.transfer import Meter
from runner.catalog.lock import EMPTY_LOCK, with_urls
from runner.core.diagnostic import Diagnostic, has_errors
from runner.core.errors import ExitCode
from runner.execute.clock import new_run_id
from runner.execute.doors import Run
from runner.plan.locking import Scope
from runner.settings import ask_keyring


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a run goes about its work, and who is told and asked.

    Attributes:
        confirm: Asked before money is spent; None where nobody can be asked.
        warn: Is given the plan's warnings, before anybody is asked.
        tell: Told what a person should know of the cache remote.
        meter: Shows how results come from there and go there.
        report: Where the report is written; None for ``reports/NAME`` in the project.
    """

    manner: Manner
    progress: Progress
    confirm: Callable[[Planned], bool] | None
    warn: Callable[[tuple[Diagnostic, ...]], None]
    tell: Tell
    meter: Meter
    report: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What to run."""

    plan: PlanRequest
    how: How


def run_recipe(request: RunRequest) -> RunDone | Problems:
    """Run a recipe.

    Returns:
        How the run ended, or what is wrong with the recipe, or which rules of the project it breaks.

    Raises:
        Refused: a budget does not allow it, a key is missing, nobody confirmed, or a provider cannot be bought from.
        UsageError, StoreError: as ``make_plan``.
    """
    planned = make_ready_plan(request.plan, request.how.tell, request.how.meter)
    if isinstance(planned, Problems):
        return planned
    if has_errors(planned.plan.diagnostics):
        return Problems(planned.plan.diagnostics)
    refuse_over_budget(planned.plan)
    if broken := policy_problems(planned):
        return Problems(broken, ExitCode.REFUSED)
    request.how.warn(planned.plan.diagnostics)
    scope = Scope(is_selection=bool(request.plan.select), is_one_of_providers=request.plan.provider is not None)
    return carry_out(assign(planned, request.how, lock=None if request.plan.frozen else scope))


def assign(planned: Planned, how: How, *, lock: Scope | None, saved_plan: str = "") -> Assignment:
    """Say what is to be carried out, when somebody agreed.

    Args:
        planned: What is carried out; nothing forbids it.
        how: It is gone about.
        lock: What the run stands for in the lock file; None when frozen: that stays as it is, and nothing is sent away.
        saved_plan: Names the saved plan that is applied.

    Raises:
        Refused: a key is missing, or nobody confirmed.
        UsageError: the lock file cannot be written.
    """
    plan, project, pins = planned.plan, planned.project, planned.downloads.pins
    due, callbacks = due_providers(plan), how.manner.callbacks
    connections = make_connections(due, project.settings, os.environ, ask_keyring, callbacks)
    confirm_spending(planned, how.confirm)
    locked = planned.lock or EMPTY_LOCK
    if pins and lock is not None:  # now, so that a crash does not lose what the run was made with
        write_lock_file(planned.lock_path, with_urls(locked, pins))
    return Assignment(
        plan=plan,
        run=Run(
            run_id=new_run_id(),
            document=planned.written,
            recipe_text=planned.recipe.source.text,
            saved_plan=saved_plan,
            locked=locked.actions,
        ),
        policy=policy_of(how.manner, due, project.settings),
        cards=project.catalog.cards,
        connections=connections,
        callbacks=callbacks,
        progress=how.progress,
        report=how.report,
        remote=None if lock is None else project.settings.cache.remote,
        meter=how.meter,
        lock=None if lock is None else LockUpdate(path=planned.lock_path, scope=lock, pins=pins),
    )
