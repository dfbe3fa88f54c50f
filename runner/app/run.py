"""Run a recipe: plan, refuse what must not be spent, execute, report."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from runner.app.plan import Planned, PlanRequest, make_plan
from runner.app.project import Problems
from runner.app.report import write_report
from runner.core.diagnostic import has_errors
from runner.core.digest import Json
from runner.core.errors import ExitCode, Refused, UsageError
from runner.core.event import Event
from runner.core.money import ZERO
from runner.execute.clock import new_run_id
from runner.execute.doors import Doors, Policy, Run
from runner.execute.execute import execute
from runner.execute.stop import StopSignal
from runner.plan.document import read_document
from runner.plan.plan import Plan
from runner.providers.all import make_providers, refuse_unavailable
from runner.providers.pool import WorkerPool, available_cores
from runner.report.summary import RunSummary, summarize
from runner.settings import PolicySettings
from runner.store.store import Store, open_store

Listener: TypeAlias = Callable[[Event], None]
Progress: TypeAlias = Callable[[Plan], AbstractContextManager[Listener]]
"""Makes what is told the events of a run while it goes on."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDone:
    """A run that came to an end, for now or for good.

    Attributes:
        report: The report's page.
    """

    exit_code: ExitCode
    summary: RunSummary
    report: Path


def default_jobs() -> int:
    """As many jobs as the process may use cores."""
    return available_cores()


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


def refuse_spending(plan: Plan, policy: PolicySettings) -> None:
    """Refuse a plan that is over a cap, before anything is spent.

    Raises:
        Refused: of the recipe's budget, or of the policy in ``runner.toml``.
    """
    if not plan.quote.budget.ok:
        raise Refused("over-budget", plan.quote.budget.over[0], hint="raise the budget, or select fewer items")
    for action in plan.actions:
        if action.decision != "run" or not action.payable:
            continue
        if not policy.allows_model(action.uses):
            raise Refused("policy", f"the policy in runner.toml does not allow '{action.uses}'")
        if policy.max_action is not None and action.payable > policy.max_action:
            message = (
                f"an action of step '{action.step}' costs {action.payable}, at most {policy.max_action} is allowed"
            )
            raise Refused("policy", message, hint="see [policy] max_action in runner.toml")
    worst = plan.quote.totals.worst_case
    if policy.max_run is not None and worst > policy.max_run:
        message = f"the run may cost {worst}, at most {policy.max_run} is allowed"
        raise Refused("policy", message, hint="see [policy] max_run in runner.toml")


def confirm_spending(planned: Planned, confirm: Callable[[Planned], bool] | None) -> None:
    """Ask before money is spent; nothing is asked where nothing is payable.

    Raises:
        Refused: the answer was no, or nobody can be asked.
    """
    if planned.plan.quote.totals.payable == ZERO:
        return
    if confirm is None:
        message = f"{planned.plan.quote.totals.payable} would be spent and nobody can be asked"
        raise Refused("not-confirmed", message, hint="add --yes")
    if not confirm(planned):
        raise Refused("not-confirmed", "not confirmed; nothing was spent")


def resume_run(
    root: Path, run_id: str | None, policy: Policy, progress: Progress, report: Path | None = None
) -> RunDone:
    """Go on with an interrupted run: what it did is not done again.

    Args:
        root: The project root.
        run_id: Which run, or the beginning of its id; None for the newest that is not finished.
        policy: As for a new run.
        progress: As for a new run.
        report: Where the report is written; None for ``reports/NAME`` in the project.

    Raises:
        UsageError: there is no such run, or nothing to resume.
        Refused: another process carries it out.
    """
    with open_store(root) as store:
        found = find_run(store, run_id) if run_id is not None else _newest_unfinished(store)
        started = store.ledger.started(found)
    if started is None:
        raise UsageError("no-such-run", f"run '{found}' never began")
    plan = replace(read_document(started.plan), root=str(root))
    run = Run(run_id=found, document=started.plan, recipe_text=started.recipe_text)
    return carry_out(plan, run, policy, progress, report)


def find_run(store: Store, text: str) -> str:
    """Find a run by its id or the beginning of it.

    Raises:
        UsageError: there is none, or several begin so.
    """
    found = [row.run_id for row in store.ledger.runs() if row.run_id.startswith(text)]
    if text in found or len(found) == 1:
        return text if text in found else found[0]
    if not found:
        raise UsageError("no-such-run", f"there is no run '{text}'", hint="runner runs lists them")
    raise UsageError("several-runs", f"{len(found)} runs begin with '{text}'", hint=f"such as {found[0]}, {found[1]}")


def _newest_unfinished(store: Store) -> str:
    for row in store.ledger.runs():
        if row.state == "interrupted":
            return row.run_id
    raise UsageError("nothing-to-resume", "no run was interrupted", hint="runner runs lists them")


def carry_out(plan: Plan, run: Run, policy: Policy, progress: Progress, report: Path | None) -> RunDone:
    """Execute a plan and write its report.

    Raises:
        Refused: a provider is not available, or another process carries out the same run.
        StoreError: the state or the report cannot be written.
    """
    root = Path(plan.root)
    with open_store(root) as store:
        with progress(plan) as listener:
            exit_code = asyncio.run(_execute(plan, run, store, policy, listener))
        summary = summarize(store.ledger.events(run.run_id))
        page = write_report(summary, store, root, report or default_report(root, plan))
    return RunDone(exit_code=exit_code, summary=summary, report=page)


def default_report(root: Path, plan: Plan) -> Path:
    """Where a recipe's report stands."""
    return root / (plan.report_dir or f"reports/{plan.recipe.name}")


async def _execute(plan: Plan, run: Run, store: Store, policy: Policy, listener: Listener) -> ExitCode:
    stop = StopSignal()
    with WorkerPool(min(policy.jobs, available_cores())) as pool:
        providers = make_providers(due_providers(plan), pool)
        doors = Doors(store=store, pool=pool, providers=providers, emit=listener)
        with _interrupts(stop):
            return await execute(plan, run=run, doors=doors, policy=policy, stop=stop)


def due_providers(plan: Plan) -> list[str]:
    """The providers that a plan has work for."""
    return sorted({action.provider for action in plan.actions if action.decision in {"run", "collect"}})


@contextmanager
def _interrupts(stop: StopSignal) -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into a stop signal while a run goes on: the first stops gently, the second at once."""
    loop = asyncio.get_running_loop()
    # loop.add_signal_handler does not exist on Windows; a plain handler wakes the loop on all platforms.
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.interrupt)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def document_of(summary: RunSummary) -> dict[str, Json]:
    """The ``runner-run/1`` document of a run."""
    from runner.report.document import run_document

    return run_document(summary)
