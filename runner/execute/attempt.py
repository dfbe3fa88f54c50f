"""One attempt at one action: from its inputs to a result in the store."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, Json
from runner.core.errors import RunnerError
from runner.core.event import ActionFailed, ActionReused, ActionStarted, ActionSucceeded
from runner.core.money import ZERO, Money
from runner.execute.clock import now_text
from runner.execute.inputs import Source, draw, gather
from runner.execute.journal import Journal
from runner.execute.pixels import describe, paste
from runner.plan.plan import Action
from runner.providers.base import Picture, Provider, Request, Response
from runner.store.results import Known
from runner.store.store import Store


@dataclass(frozen=True, slots=True)
class Busy:
    """Another process works on the same action; its result will serve us as well."""


Outcome: TypeAlias = ActionSucceeded | ActionReused | ActionFailed | Busy


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What an attempt works with.

    Attributes:
        attempts: How often each action was begun in this run before.
    """

    store: Store
    source: Source
    journal: Journal
    providers: Mapping[str, Provider]
    attempts: Mapping[ActionKey, int]


@dataclass(slots=True)
class Bill:
    """What an attempt has come to so far, also when it fails later on."""

    job_id: str | None = None
    charged: Money = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A result in the store, and the provider's own where it was pasted."""

    known: Known
    raw: Artifact | None


async def attempt(action: Action, bench: Bench) -> Outcome:
    """Do an action, unless another process does it or has just done it; what came of it is in the ledger after.

    Raises:
        StoreError: the state cannot be written.
    """
    lease = f"action:{action.key}"
    if not await asyncio.to_thread(bench.store.leases.claim, lease):
        return Busy()
    try:
        known = (await asyncio.to_thread(bench.store.lookup, [action.key])).get(action.key)
        outcome = await _do(action, bench) if known is None else reused(action, known)
        await bench.journal.record([outcome])
    finally:
        await asyncio.to_thread(bench.store.leases.release, lease)
    return outcome


def reused(action: Action, known: Known) -> ActionReused:
    """Say that an earlier result serves."""
    return ActionReused(at=now_text(), key=action.key, artifact=known.artifact, details=known.details)


async def _do(action: Action, bench: Bench) -> ActionSucceeded | ActionFailed:
    number = bench.attempts.get(action.key, 0) + 1
    await bench.journal.record([ActionStarted(at=now_text(), key=action.key, attempt=number)])
    started_s, bill = time.monotonic(), Bill()
    try:
        made = await _make(action, bench, bill)
    except RunnerError as error:
        return _failed(action, error, bill, _since_ms(started_s))
    return ActionSucceeded(
        at=now_text(),
        key=action.key,
        artifact=made.known.artifact,
        duration_ms=_since_ms(started_s),
        attempts=1,
        charged=bill.charged,
        job_id=bill.job_id,
        raw=made.raw,
        details=made.known.details,
        notes=made.known.notes,
    )


async def _make(action: Action, bench: Bench, bill: Bill) -> Made:
    """Get the provider's result, now or from an earlier time, and restore the original outside the mask."""
    request = await gather(action, bench.source)
    raw = await _raw_result(action, request, bench, bill)
    if action.paste_back is None:
        return Made(known=raw, raw=None)
    started_s = time.monotonic()
    original = original_of(request)
    mask = await draw(action.paste_back, bench.source)
    content = await asyncio.to_thread(bench.store.blobs.read, raw.artifact.digest)
    pasted = await bench.source.pool.run(paste, original, content, mask)
    response = Response(content=pasted, media_type="image/png", details=raw.details, notes=raw.notes)
    known = await _keep(action.key, response, original.name, bench.store, _since_ms(started_s) + raw.duration_ms)
    return Made(known=known, raw=raw.artifact)


async def _raw_result(action: Action, request: Request, bench: Bench, bill: Bill) -> Known:
    earlier = (await asyncio.to_thread(bench.store.lookup, [action.raw_key])).get(action.raw_key)
    if earlier is not None:
        return earlier
    started_s = time.monotonic()
    provider = bench.providers[action.provider]
    job = await provider.submit(request)
    bill.job_id = job.id
    response = await provider.collect(job)
    bill.charged = response.charged
    return await _keep(action.raw_key, response, request.name, bench.store, _since_ms(started_s))


async def _keep(key: ActionKey, response: Response, name: str, store: Store, duration_ms: int) -> Known:
    """Keep a result: first its bytes, then the row that refers to them."""
    artifact = await asyncio.to_thread(describe, response.content, name)
    details: dict[str, Json] = dict(response.details)
    known = Known(artifact=artifact, details=details, notes=response.notes, duration_ms=duration_ms, made_at=now_text())
    await asyncio.to_thread(store.blobs.put, response.content)
    await asyncio.to_thread(store.results.keep, key, known)
    return known


def original_of(request: Request) -> Picture:
    """Give the picture that a request edits: its ``image``, or else its first.

    Raises:
        RunnerError: it has none.
    """
    for picture in (request.images.get("image"), *request.images.values()):
        if picture is not None:
            return picture
    raise RunnerError("no-image", f"{request.model}: paste_back needs an image to restore from")


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


def _since_ms(started_s: float) -> int:
    return round((time.monotonic() - started_s) * 1000)
