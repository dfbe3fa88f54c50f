"""Does one action, from its inputs to a result in the store, and records what came of it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from runner.core.digest import ActionKey
from runner.core.errors import InDoubt, RunnerError
from runner.core.event import ActionFailed, ActionInDoubt, ActionReused, ActionSucceeded
from runner.execute.clock import now_text, since_ms
from runner.execute.drawing import Studio, draw_result
from runner.execute.journal import Journal
from runner.execute.making import Made, Works
from runner.execute.places import RecipeText
from runner.execute.retry import Effort
from runner.execute.stop import Stopping
from runner.plan.plan import Action
from runner.providers.base import NotSubmitted
from runner.store.results import Known


@dataclass(frozen=True, slots=True)
class Done:
    """The result is in the store under the action's key."""

    known: Known


@dataclass(frozen=True, slots=True)
class Busy:
    """The same work is being done, here or by another process; its result will serve as well."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The run stops before the action came to its end; it stays to be done."""


Outcome: TypeAlias = Done | ActionFailed | ActionInDoubt | Busy | Stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What an attempt works with.

    Attributes:
        attempts: How often each action was begun in this run before.
        recipe: Where a parameter that was refused is looked up.
    """

    studio: Studio
    recipe: RecipeText
    attempts: Mapping[ActionKey, int]

    @property
    def works(self) -> Works:
        """What results are made with."""
        return self.studio.trier.works

    @property
    def journal(self) -> Journal:
        """Of this run."""
        return self.studio.trier.journal


async def attempt(action: Action, bench: Bench) -> Outcome:
    """Do an action, unless the same is being done or was just done; what came of it is in the ledger after.

    Raises:
        StoreError: the state cannot be written.
    """
    lease = f"action:{action.raw_key}"  # actions that differ by what they paste share the work that is claimed
    store = bench.works.store
    if not await store.scribe.call(store.leases.claim, lease):
        return Busy()
    try:
        known = (await store.scribe.call(store.lookup, [action.key])).get(action.key)
        if known is None:
            return await _do(action, bench)
        await bench.journal.record([reused(action, known, now_text())])
        return Done(known)
    finally:
        await store.scribe.call(store.leases.release, lease)


def reused(action: Action, known: Known, at: str) -> ActionReused:
    """Say that an earlier result serves."""
    return ActionReused(at=at, key=action.key, artifact=known.artifact, details=known.details)


async def _do(action: Action, bench: Bench) -> Done | ActionFailed | ActionInDoubt | Stopped:
    started_s, effort = time.monotonic(), Effort(before=bench.attempts.get(action.key, 0))
    try:
        made = await draw_result(action, bench.studio, effort)
    except InDoubt as error:
        doubt = _in_doubt(action, error, effort, since_ms(started_s))
        await bench.journal.record([doubt])
        return doubt
    except RunnerError as error:
        failed = _placed(_failed(action, error, effort, since_ms(started_s)), action, error, bench.recipe)
        await bench.journal.record([failed])
        return failed
    except Stopping as stopping:
        if effort.bill.charged:  # what was paid is told, even though the action goes on another time
            await bench.journal.record([_failed(action, stopping.error, effort, since_ms(started_s))])
        return Stopped()
    await bench.journal.record([_succeeded(action, made, effort, since_ms(started_s))])
    return Done(made.known)


def _succeeded(action: Action, made: Made, effort: Effort, duration_ms: int) -> ActionSucceeded:
    return ActionSucceeded(
        at=now_text(),
        key=action.key,
        artifact=made.known.artifact,
        duration_ms=duration_ms,
        attempts=effort.attempts,
        charged=effort.bill.charged,
        job_id=effort.bill.job_id,
        raw=made.raw,
        details=made.known.details,
        notes=made.known.notes,
        phases=made.phases,
    )


def _in_doubt(action: Action, error: InDoubt, effort: Effort, duration_ms: int) -> ActionInDoubt:
    return ActionInDoubt(
        at=now_text(),
        key=action.key,
        message=error.message,
        hint=error.hint,
        reserved=action.list_price,
        duration_ms=duration_ms,
        attempts=effort.attempts,
    )


def _placed(failed: ActionFailed, action: Action, error: RunnerError, recipe: RecipeText) -> ActionFailed:
    """Say where in the recipe the parameter stands that a provider found wrong."""
    parameter = error.parameter if isinstance(error, NotSubmitted) else ""
    place = recipe.place_of(action.step, parameter) if parameter else ""
    return replace(failed, hint=f"look at {place}") if place else failed


def _failed(action: Action, error: RunnerError, effort: Effort, duration_ms: int) -> ActionFailed:
    return ActionFailed(
        at=now_text(),
        key=action.key,
        code=error.code,
        message=error.message,
        hint=error.hint,
        retryable=error.retryable,
        duration_ms=duration_ms,
        attempts=effort.attempts,
        charged=effort.bill.charged,
        job_id=effort.bill.job_id,
    )
