"""One attempt at one action: from its inputs to a result in the store."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from runner.core.digest import ActionKey
from runner.core.errors import RunnerError
from runner.core.event import ActionFailed, ActionReused, ActionStarted, ActionSucceeded
from runner.execute.clock import now_text, since_ms
from runner.execute.journal import Journal
from runner.execute.making import Bill, Works, make
from runner.plan.plan import Action
from runner.store.results import Known


@dataclass(frozen=True, slots=True)
class Busy:
    """The same work is being done, here or by another process; its result will serve as well."""


Outcome: TypeAlias = ActionSucceeded | ActionReused | ActionFailed | Busy


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What an attempt works with.

    Attributes:
        attempts: How often each action was begun in this run before.
    """

    works: Works
    journal: Journal
    attempts: Mapping[ActionKey, int]


async def attempt(action: Action, bench: Bench) -> Outcome:
    """Do an action, unless the same is being done or was just done; what came of it is in the ledger after.

    Raises:
        StoreError: the state cannot be written.
    """
    lease = f"action:{action.raw_key}"  # actions that differ by what they paste share the work that is claimed
    if not await asyncio.to_thread(bench.works.store.leases.claim, lease):
        return Busy()
    try:
        known = (await asyncio.to_thread(bench.works.store.lookup, [action.key])).get(action.key)
        outcome = await _do(action, bench) if known is None else reused(action, known)
        await bench.journal.record([outcome])
    finally:
        await asyncio.to_thread(bench.works.store.leases.release, lease)
    return outcome


def reused(action: Action, known: Known) -> ActionReused:
    """Say that an earlier result serves."""
    return ActionReused(at=now_text(), key=action.key, artifact=known.artifact, details=known.details)


async def _do(action: Action, bench: Bench) -> ActionSucceeded | ActionFailed:
    number = bench.attempts.get(action.key, 0) + 1
    await bench.journal.record([ActionStarted(at=now_text(), key=action.key, attempt=number)])
    started_s, bill = time.monotonic(), Bill()
    try:
        made = await make(action, bench.works, bill)
    except RunnerError as error:
        return _failed(action, error, bill, since_ms(started_s))
    return ActionSucceeded(
        at=now_text(),
        key=action.key,
        artifact=made.known.artifact,
        duration_ms=since_ms(started_s),
        attempts=1,
        charged=bill.charged,
        job_id=bill.job_id,
        raw=made.raw,
        details=made.known.details,
        notes=made.known.notes,
    )


def _failed(action: Action, error: RunnerError, bill: Bill, duration_ms: int) -> ActionFailed:
    return ActionFailed(
        at=now_text(),
        key=action.key,
        code=error.code,
        message=error.message,
        hint=error.hint,
        retryable=error.retryable,
        duration_ms=duration_ms,
        attempts=1,
        charged=bill.charged,
        job_id=bill.job_id,
    )
