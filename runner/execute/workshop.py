"""The workers of one run: each takes work from the batch until there is none."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey
from runner.core.event import (
    ActionFailed,
    ActionReused,
    ActionSkipped,
    ActionStarted,
    ActionSucceeded,
    Event,
    OutputFailed,
)
from runner.execute.attempt import Bench, Busy, attempt
from runner.execute.batch import Batch, DoAction, WriteOutputs
from runner.execute.clock import now_text
from runner.execute.doors import Order
from runner.execute.inputs import Source
from runner.execute.journal import Journal
from runner.execute.making import Works
from runner.execute.outputs import Press, paths_read, write_one
from runner.execute.schedule import Schedule
from runner.execute.stop import StopSignal
from runner.execute.targets import protect
from runner.plan.plan import Action, Output
from runner.store.leases import LEASE_S, Leases

_BUSY_PAUSE_S = 0.25
_STORE_IS_CLOSED = {"disk-full", "cannot-write"}
"""Failures after which no result can be kept: doing or buying more would be in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What the workers of one run share.

    Attributes:
        outputs: By the action whose result they are.
    """

    batch: Batch
    bench: Bench
    press: Press
    journal: Journal
    outputs: Mapping[ActionKey, Sequence[Output]]


def open_workshop(
    order: Order, results: dict[ActionKey, Artifact], earlier: Sequence[Event], journal: Journal
) -> Workshop:
    """Set up what the workers need.

    Args:
        order: What is to be carried out.
        results: Of the actions that are done already; grows with every result.
        earlier: The events of this run from before, when it is gone on with.
        journal: Of this run.
    """
    store, root = order.doors.store, Path(order.plan.root)
    source = Source(root=root, blobs=store.blobs, pool=order.doors.pool, results=results)
    outputs: dict[ActionKey, list[Output]] = defaultdict(list)
    for output in order.plan.outputs:
        outputs[output.key].append(output)
    return Workshop(
        batch=Batch(
            Schedule(order.plan.actions, results),
            results,
            [key for key in outputs if key in results],
            stop=order.stop,
            on_failure=order.policy.on_failure,
        ),
        bench=Bench(
            works=Works(store=store, source=source, providers=order.doors.providers),
            journal=journal,
            attempts=Counter(event.key for event in earlier if isinstance(event, ActionStarted)),
        ),
        press=Press(
            store=store,
            source=source,
            actions={action.key: action for action in order.plan.actions},
            protected=protect(root, paths_read(order.plan)),
            token=order.run.run_id[-6:],
        ),
        journal=journal,
        outputs=outputs,
    )


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


async def skip(actions: Sequence[Action], reason: str, journal: Journal) -> None:
    """Record that actions will not be started."""
    await journal.record([ActionSkipped(at=now_text(), key=action.key, reason=reason) for action in actions])


async def _work(workshop: Workshop, group: asyncio.TaskGroup) -> None:
    while (work := await workshop.batch.next()) is not None:
        match work:
            case WriteOutputs(key):
                await _write_outputs(key, workshop)
            case DoAction(action):
                await _do(action, workshop, group)
            case never:
                assert_never(never)


async def _do(action: Action, workshop: Workshop, group: asyncio.TaskGroup) -> None:
    outcome = await attempt(action, workshop.bench)
    match outcome:
        case ActionSucceeded() | ActionReused():
            await workshop.batch.succeed(action.key, outcome.artifact)
            await _write_outputs(action.key, workshop)
        case ActionFailed():
            lost = await workshop.batch.fail(action.key)
            if outcome.code in _STORE_IS_CLOSED:
                await workshop.batch.give_up()
            await skip(lost, f"it needs '{action.step}', which failed", workshop.journal)
        case Busy():
            group.create_task(_put_back_later(action.key, workshop.batch))
        case never:
            assert_never(never)


async def _write_outputs(key: ActionKey, workshop: Workshop) -> None:
    for output in workshop.outputs.get(key, ()):
        event = await write_one(output, workshop.batch.results[key], workshop.press)
        await workshop.journal.record([event])
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
