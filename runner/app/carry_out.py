"""Carry out a plan: execute it and write its report."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from runner.app.interrupts import interrupts
from runner.app.report import default_report, write_report
from runner.core.errors import ExitCode
from runner.core.event import Event
from runner.execute.doors import Doors, Policy, Run
from runner.execute.execute import execute
from runner.execute.stop import StopSignal
from runner.plan.plan import Plan
from runner.providers.all import make_providers
from runner.providers.pool import WorkerPool, available_cores
from runner.report.summary import RunSummary, summarize
from runner.store.store import Store, open_store

Listener: TypeAlias = Callable[[Event], None]
Progress: TypeAlias = Callable[[Plan], AbstractContextManager[Listener]]
"""Makes what is told the events of a run while it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDone:
    """A run that came to an end, for now or for good.

    Attributes:
        report: The report's page.
    """

    exit_code: ExitCode
    summary: RunSummary
    report: Path


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


def due_providers(plan: Plan) -> list[str]:
    """The providers that a plan has work for."""
    return sorted({action.provider for action in plan.actions if action.decision in {"run", "collect"}})


def default_jobs() -> int:
    """As many jobs as the process may use cores."""
    return available_cores()


async def _execute(plan: Plan, run: Run, store: Store, policy: Policy, listener: Listener) -> ExitCode:
    stop = StopSignal()
    with WorkerPool(min(policy.jobs, available_cores())) as pool:
        providers = make_providers(due_providers(plan), pool)
        doors = Doors(store=store, pool=pool, providers=providers, emit=listener)
        with interrupts(stop):
            return await execute(plan, run=run, doors=doors, policy=policy, stop=stop)
