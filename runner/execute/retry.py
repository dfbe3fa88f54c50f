"""Tries again what may succeed when tried again."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from runner.core.errors import RunnerError
from runner.core.event import ActionStarted, AttemptFailed
from runner.execute.clock import now_text, since_ms
from runner.execute.draws import Place
from runner.execute.journal import Journal
from runner.execute.making import Made, Works, make
from runner.execute.order import Bill
from runner.execute.stop import Stopping, StopSignal
from runner.plan.plan import Action

_LONGEST_PAUSE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How to try again.

    Attributes:
        first_pause_s: Before the second attempt; the next are twice as long each, to 30 s.
        may_start: Whether anything may be started still.
    """

    first_pause_s: float
    stop: StopSignal
    may_start: Callable[[], bool]


@dataclass(slots=True)
class Effort:
    """What was done for an action so far.

    Attributes:
        before: How often it was begun in this run before.
        attempts: How often it was begun now.
    """

    before: int
    attempts: int = 0
    bill: Bill = field(default_factory=Bill)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trier:
    """What an action is tried with."""

    works: Works
    journal: Journal
    patience: Patience


async def make_patiently(action: Action, place: Place, trier: Trier, effort: Effort) -> Made:
    """Make one draw, in as many attempts as the action has where a failure says that trying again can help.

    Raises:
        RunnerError: the last attempt failed, or one that cannot be helped.
        Stopping: nothing more may be started.
    """
    for number in range(1, action.attempts + 1):
        effort.attempts += 1
        started_s, attempt = time.monotonic(), effort.before + effort.attempts
        await trier.journal.record([ActionStarted(at=now_text(), key=action.key, attempt=attempt)])
        try:
            return await make(action, place, trier.works, effort.bill)
        except RunnerError as error:
            if not error.retryable or number == action.attempts:
                raise
            await trier.journal.record([_failed(action, attempt, error, since_ms(started_s), effort.bill)])
            await _pause(number, error, trier.patience)
    raise ValueError(f"'{action.step}' has no attempts")


def _failed(action: Action, attempt: int, error: RunnerError, duration_ms: int, bill: Bill) -> AttemptFailed:
    return AttemptFailed(
        at=now_text(),
        key=action.key,
        attempt=attempt,
        code=error.code,
        message=error.message,
        hint=error.hint,
        duration_ms=duration_ms,
        job_id=bill.job_id,
    )


async def _pause(number: int, error: RunnerError, patience: Patience) -> None:
    """Wait a random part of a time that doubles, so that clients that failed together do not come back together."""
    most_s = min(patience.first_pause_s * 2 ** (number - 1), _LONGEST_PAUSE_S)
    pause_s = random.uniform(most_s / 2, most_s)  # noqa: S311 - spreads out clients, keeps no secret
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(patience.stop.wait_requested(), pause_s)
    if not patience.may_start():
        raise Stopping(error)
