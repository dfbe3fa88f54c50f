"""Does one action, from its inputs to a result in the store, and records what came of it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from runner.core.digest import ActionKey
from runner.core.errors import InDoubt, RunnerError
from runner.core.event import ActionEvent, ActionFailed, ActionInDoubt, ActionReused, ActionSucceeded
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
from runner.store.store import Store


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
    claimed = await store.scribe.call(_claim, lease, action.key, store)
    if claimed is None:
        return Busy()
    release = partial(store.leases.release, lease)
    try:
        ended = await _do(action, bench) if claimed.known is None else _found(action, claimed.known)
    except BaseException:
        await store.scribe.call(release)
        raise
    if ended.event is None:
        await store.scribe.call(release)
    else:
        await bench.journal.record([ended.event], release)
    return ended.outcome


@dataclass(frozen=True, slots=True)
class _Claimed:
    """Work that is claimed, and its result where that is there already."""

    known: Known | None


@dataclass(frozen=True, slots=True)
class _Ended:
    """What came of an action, and what is to be told of it."""

    outcome: Outcome
    event: ActionEvent | None


def _claim(lease: str, key: ActionKey, store: Store) -> _Claimed | None:
    """Claim work; None where the same is being done."""
    return _Claimed(store.lookup([key]).get(key)) if store.leases.claim(lease) else None


def _found(action: Action, known: Known) -> _Ended:
    return _Ended(Done(known), reused(action, known, now_text()))


def reused(action: Action, known: Known, at: str) -> ActionReused:
    """Say that an earlier result serves."""
    return ActionReused(at=at, key=action.key, artifact=known.artifact, details=known.details)


async def _do(action: Action, bench: Bench) -> _Ended:
    started_s, effort = time.monotonic(), Effort(before=bench.attempts.get(action.key, 0))
    try:
        made = await draw_result(action, bench.studio, effort)
    except InDoubt as error:
        doubt = _in_doubt(action, error, effort, since_ms(started_s))
        return _Ended(doubt, doubt)
    except RunnerError as error:
        failed = _placed(_failed(action, error, effort, since_ms(started_s)), action, error, bench.recipe)
        return _Ended(failed, failed)
    except Stopping as stopping:
        # What was paid is told, even though the action goes on another time.
        told = _failed(action, stopping.error, effort, since_ms(started_s)) if effort.bill.charged else None
        return _Ended(Stopped(), told)
    return _Ended(Done(made.known), _succeeded(action, made, effort, since_ms(started_s)))


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
