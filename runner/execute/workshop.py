"""The workers of one run: each takes work from the batch until there is none."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from runner.catalog.lock_lines import LockedAction
from runner.core.digest import ActionKey
from runner.core.event import ActionFailed, ActionInDoubt, ActionSkipped, OutputFailed
from runner.execute.attempt import Bench, Busy, Done, Stopped, attempt
from runner.execute.batch import Batch, DoAction, LookAt
from runner.execute.cells import Cells
from runner.execute.clock import now_text
from runner.execute.drift import drift_of
from runner.execute.gate import GateKeeper
from runner.execute.journal import Journal
from runner.execute.judging import as_events, judge
from runner.execute.outputs import Press, write_one
from runner.execute.settling import Settled
from runner.execute.stop import StopSignal
from runner.plan.plan import Action, Output, Plan
from runner.store.leases import LEASE_S, Leases
from runner.store.results import Known

_BUSY_PAUSE_S = 0.25
_STORE_IS_CLOSED = {"disk-full", "cannot-write"}
"""Failures after which no result can be kept: doing or buying more would be in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What the workers of one run share.

    Attributes:
        known: The results that were there from the start.
        settled: The cells of which nothing is left to be done.
        rest: The plan without them.
        locked: What the recipe's lock file held before.
    """

    batch: Batch
    bench: Bench
    cells: Cells
    gate: GateKeeper
    press: Press
    journal: Journal
    known: Mapping[ActionKey, Known]
    settled: Settled
    rest: Plan
    locked: Mapping[ActionKey, tuple[LockedAction, ...]]


async def work_in_parallel(workshop: Workshop, jobs: int, stop: StopSignal) -> None:
    """Let workers go through the batch until nothing more may be started and what runs has ended.

    On the second interrupt what runs is cancelled.
    """
    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(_work(workshop, group)) for _ in range(jobs)]
        keepers = [
            group.create_task(_keep_leases(workshop.bench.works.store.leases)),
            group.create_task(_watch(stop, workshop.batch, workers)),
        ]
        await asyncio.wait(workers)
        for keeper in keepers:
            keeper.cancel()


async def lose(actions: Sequence[Action], reason: str, workshop: Workshop) -> None:
    """Record that actions will not be started, and let their cells go on without them."""
    await skip(actions, reason, workshop.journal)
    await _write_outputs(workshop.cells.lose(actions), workshop)


async def skip(actions: Sequence[Action], reason: str, journal: Journal) -> None:
    """Record that actions will not be started."""
    await journal.record([ActionSkipped(at=now_text(), key=action.key, reason=reason) for action in actions])


async def mind_gate(workshop: Workshop) -> None:
    """Close the gate where too few cells passed; let the rest of the batch begin when the canary is over."""
    if workshop.gate.closed is not None:
        return
    closed = workshop.gate.look()
    if closed is not None:
        await workshop.batch.close_gate()
        await workshop.journal.record([closed])
    elif workshop.gate.is_canary_over:
        await workshop.batch.open_all()


async def _work(workshop: Workshop, group: asyncio.TaskGroup) -> None:
    while (work := await workshop.batch.next()) is not None:
        match work:
            case LookAt(action):
                await _accept(action, workshop.known[action.key], workshop)
            case DoAction(action):
                await _do(action, workshop, group)
            case never:
                assert_never(never)


async def _do(action: Action, workshop: Workshop, group: asyncio.TaskGroup) -> None:
    outcome = await attempt(action, workshop.bench)
    match outcome:
        case Done(known):
            await _accept(action, known, workshop)
        case ActionFailed():
            await _reject(action, outcome, workshop)
        case ActionInDoubt():
            await _leave_in_doubt(action, workshop)
        case Busy():
            group.create_task(_put_back_later(action.key, workshop.batch))
        case Stopped():
            pass  # it stays open, and is skipped with the rest of what is left
        case never:
            assert_never(never)


async def _accept(action: Action, known: Known, workshop: Workshop) -> None:
    """Take a result: measure its checks, write what waited for it, let go on what builds upon it."""
    verdicts = await judge(action, known, workshop.bench.studio.judge)
    await workshop.journal.record(drift_of(action, known, workshop.locked.get(action.key, ()), now_text()))
    await workshop.journal.record(as_events(verdicts, action, known.draw, now_text()))
    ready = workshop.cells.succeed(action.key, verdicts)
    if any(verdict.has_failed for verdict in verdicts):
        await workshop.batch.note_failed_check()
    lost = await workshop.batch.succeed(action.key, known.artifact, workshop.cells.is_unwanted)
    await lose(lost, f"it needs '{action.step}', which failed its checks", workshop)
    await _write_outputs(ready, workshop)
    await mind_gate(workshop)


async def _reject(action: Action, failed: ActionFailed, workshop: Workshop) -> None:
    lost = await workshop.batch.fail(action.key)
    if failed.code in _STORE_IS_CLOSED:
        await workshop.batch.give_up()
    await lose(lost, f"it needs '{action.step}', which failed", workshop)
    await _write_outputs(workshop.cells.lose([action]), workshop)
    await mind_gate(workshop)


async def _leave_in_doubt(action: Action, workshop: Workshop) -> None:
    lost = await workshop.batch.doubt(action.key)
    await lose(lost, f"it needs '{action.step}', which is in doubt", workshop)
    await _write_outputs(workshop.cells.lose([action]), workshop)
    await mind_gate(workshop)


async def _write_outputs(outputs: Sequence[Output], workshop: Workshop) -> None:
    for output in outputs:
        event = await write_one(output, workshop.batch.results[output.key], workshop.press, workshop.journal)
        if isinstance(event, OutputFailed):
            await workshop.batch.note_failed_output()


async def _put_back_later(key: ActionKey, batch: Batch) -> None:
    """Look again in a moment whether the same work is done elsewhere; no worker waits for it."""
    await asyncio.sleep(_BUSY_PAUSE_S)
    await batch.put_back(key)


async def _keep_leases(leases: Leases) -> None:
    while True:
        await asyncio.sleep(LEASE_S / 4)
        await asyncio.to_thread(leases.renew)


async def _watch(stop: StopSignal, batch: Batch, workers: Sequence[asyncio.Task[None]]) -> None:
    await stop.wait_requested()
    await batch.wake()
    await stop.wait_forced()
    for worker in workers:
        worker.cancel()
