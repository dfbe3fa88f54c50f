"""Carry out a plan: execute it and write its report."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from runner.app.collector import without_collector
from runner.app.connect import Callbacks, due_providers
from runner.app.interrupts import interrupts
from runner.app.lock_file import LockUpdate, write_results
from runner.app.outbox import Outbox, sending
from runner.app.standing import default_report, lock_made_from, made_from, report_files
from runner.app.transfer import Meter
from runner.catalog.card import ModelCard
from runner.core.digest import Digest
from runner.core.errors import ExitCode
from runner.core.event import Event
from runner.core.money import Money
from runner.execute.doors import Doors, Policy, Run
from runner.execute.execute import execute
from runner.execute.stop import StopSignal
from runner.plan.plan import Plan
from runner.providers.all import Means, open_providers
from runner.providers.base import Provider
from runner.providers.cores import available_cores
from runner.providers.pool import WorkerPool
from runner.providers.shelf import KEPT_BYTES
from runner.report.closing import Closing, Course, closing_of
from runner.store.store import Store, open_store

if TYPE_CHECKING:
    from runner.providers.runflow import Connection

Listener: TypeAlias = Callable[[Event], None]
Progress: TypeAlias = Callable[[Plan], AbstractContextManager[Listener]]
"""Makes what is told the events of a run while it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A plan to be carried out, and with what.

    Attributes:
        cards: The catalog's, by id.
        connections: How the hosted providers of the plan are reached.
        callbacks: How they report the end of a job; None where they are only asked.
        report: Where the report is written; None for ``reports/NAME`` in the project.
        remote: The cache remote that results are sent to; None for none.
        meter: Shows how they go there, when the run waits for nothing else.
        lock: What is written into the recipe's lock file; None where it stays as it is.
    """

    plan: Plan
    run: Run
    policy: Policy
    cards: Mapping[str, ModelCard]
    connections: "Mapping[str, Connection]"
    callbacks: Callbacks | None
    progress: Progress
    report: Path | None
    remote: str | None
    meter: Meter
    lock: LockUpdate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDone:
    """A run that came to an end, for now or for good.

    Attributes:
        report: The report's page.
        is_report_kept: Whether it is that of an earlier run, which did what this one found done.
        root: Of the project.
        warning: Why results of it are not in the cache remote; empty where all are, or there is none.
    """

    exit_code: ExitCode
    closing: Closing
    report: Path
    is_report_kept: bool
    root: Path
    warning: str = ""


def carry_out(assignment: Assignment) -> RunDone:
    """Execute a plan, and write its report and lock file where they do not stand there already.

    Raises:
        Refused: a provider cannot be bought from, another process carries out the same run, or applied the same saved
            plan; nothing was done.
        StoreError: the state, the report or the lock file cannot be written.
    """
    root, course = Path(assignment.plan.root), Course()
    with open_store(root) as store, sending(assignment.remote, assignment.plan, store) as outbox:
        with nullcontext() if due_providers(assignment.plan) else without_collector():
            exit_code = asyncio.run(_execute(assignment, store, outbox, course))
        with without_collector():
            done = _conclude(assignment, exit_code, course, store)
        is_over = exit_code != ExitCode.INTERRUPTED
        warning = outbox.close(assignment.meter) if is_over else outbox.give_up()
    return replace(done, warning=warning)


def _conclude(assignment: Assignment, exit_code: ExitCode, course: Course, store: Store) -> RunDone:
    """Write the report and the lock file; what was written from the same before, and was not touched, is right."""
    plan, root, products = assignment.plan, Path(assignment.plan.root), store.products
    folder = _report_folder(assignment)
    source = made_from(plan, course.results)
    is_kept = not course.has_changed and products.are_right(report_files(folder), source)
    closing = course.closing(plan) if is_kept else _report(assignment, folder, store)
    if not is_kept and exit_code == ExitCode.DONE:
        products.note(report_files(folder), source)
    if assignment.lock is not None:
        _write_lock(assignment.lock, assignment, source, store)
    return RunDone(
        exit_code=exit_code, closing=closing, report=folder / "index.html", is_report_kept=is_kept, root=root
    )


def _report(assignment: Assignment, folder: Path, store: Store) -> Closing:
    from runner.app.report import write_report
    from runner.report.summary import summarize

    summary = summarize(store.ledger.events(assignment.run.run_id))
    write_report(summary, store, Path(assignment.plan.root), folder)
    return closing_of(summary)


def _write_lock(update: LockUpdate, assignment: Assignment, source: Digest, store: Store) -> None:
    how = lock_made_from(source, update)
    if not store.products.are_right([update.path], how):
        write_results(update, assignment.plan, assignment.cards, store)
        store.products.note([update.path], how)


async def _execute(assignment: Assignment, store: Store, outbox: Outbox, course: Course) -> ExitCode:
    plan, policy, stop = assignment.plan, assignment.policy, StopSignal()
    with WorkerPool(min(policy.jobs, available_cores()), KEPT_BYTES) as pool:
        means = Means(
            pool=pool,
            cards=assignment.cards,
            connections=assignment.connections,
            callback_port=assignment.callbacks.port if assignment.callbacks else None,
        )
        async with open_providers(due_providers(plan), means) as providers:
            for name, provider in providers.items():
                await _look_ahead(name, provider, plan, store)
            with assignment.progress(plan) as listener, interrupts(stop):
                async with _drawing(assignment, outbox.after(listener), pool, store) as tell:

                    def emit(event: Event) -> None:
                        course.add(event)
                        tell(event)

                    doors = Doors(store=store, pool=pool, providers=providers, emit=emit)
                    return await execute(plan, run=assignment.run, doors=doors, policy=policy, stop=stop)


@asynccontextmanager
async def _drawing(
    assignment: Assignment, listener: Listener, pool: WorkerPool, store: Store
) -> AsyncIterator[Listener]:
    """Have pictures of the report drawn as they are made, where anything is to be made."""
    if not due_providers(assignment.plan):
        yield listener
        return
    from runner.app.draw_ahead import drawing_ahead

    async with drawing_ahead(assignment.plan, pool, store.blobs, _report_folder(assignment)) as ahead:
        yield ahead.after(listener)


def _report_folder(assignment: Assignment) -> Path:
    return assignment.report or default_report(Path(assignment.plan.root), assignment.plan)


async def _look_ahead(name: str, provider: Provider, plan: Plan, store: Store) -> None:
    """Look whether a provider can be bought from, before anything is uploaded.

    What the store knows by now is not bought; what was sent before is collected, and paid already, or may be.
    """
    due = [action for action in plan.actions if action.provider == name and action.decision in {"run", "collect"}]
    done = store.held(key for action in due for key in (action.raw_key, action.key)).keys()
    undone = [action for action in due if done.isdisjoint({action.key, action.raw_key})]
    if not undone:
        return
    sent = {key for key, one in store.purchases.find(action.raw_key for action in undone).items() if one.progress}
    left = [action for action in undone if action.raw_key not in sent]
    payable = Money.total([action.list_price for action in left])
    await provider.preflight(sorted({action.uses for action in left}), payable)
