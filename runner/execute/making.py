"""Makes the result of one action, and keeps it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from runner.core.artifact import Artifact, Size
from runner.core.digest import ActionKey, Json
from runner.core.errors import RunnerError
from runner.core.money import ZERO, Money
from runner.execute.clock import now_text, since_ms
from runner.execute.inputs import Source, draw, gather
from runner.execute.pixels import describe, paste
from runner.plan.plan import Action
from runner.providers.base import Picture, Provider, Request
from runner.store.results import Known
from runner.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """What results are made with."""

    store: Store
    source: Source
    providers: Mapping[str, Provider]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A result that is not kept yet; ``name`` is the photo's, for messages."""

    key: ActionKey
    name: str
    content: bytes
    details: dict[str, Json]
    notes: tuple[str, ...]
    duration_ms: int


async def make(action: Action, works: Works, bill: Bill) -> Made:
    """Get the provider's result, now or from an earlier time, and restore the original outside the mask.

    Args:
        action: What it needs is done.
        works: What it is made with.
        bill: Is filled in on the way.

    Raises:
        RunnerError: an input changed, the provider failed, or the result cannot be kept.
    """
    request = await gather(action, works.source)
    raw = await _raw_result(action, request, works, bill)
    if action.paste_back is None:
        return Made(known=raw, raw=None)
    started_s = time.monotonic()
    original = _original_of(request)
    mask = await draw(action.paste_back, works.source)
    content = await asyncio.to_thread(works.store.blobs.read, raw.artifact.digest)
    pasted = await works.source.pool.run(paste, original, content, mask)
    fresh = Fresh(
        key=action.key,
        name=original.name,
        content=pasted,
        details=raw.details,
        notes=raw.notes,
        duration_ms=raw.duration_ms + since_ms(started_s),
    )
    return Made(known=await _keep(fresh, action.output_size, works.store), raw=raw.artifact)


async def _raw_result(action: Action, request: Request, works: Works, bill: Bill) -> Known:
    earlier = (await asyncio.to_thread(works.store.lookup, [action.raw_key])).get(action.raw_key)
    if earlier is not None:
        return earlier
    started_s = time.monotonic()
    provider = works.providers[action.provider]
    job = await provider.submit(request)
    bill.job_id = job.id
    response = await provider.collect(job)
    bill.charged = response.charged
    fresh = Fresh(
        key=action.raw_key,
        name=request.name,
        content=response.content,
        details=dict(response.details),
        notes=response.notes,
        duration_ms=since_ms(started_s),
    )
    return await _keep(fresh, action.output_size, works.store)


async def _keep(fresh: Fresh, expected: Size | None, store: Store) -> Known:
    """Keep a result: first its bytes, then the row that refers to them."""
    artifact = await asyncio.to_thread(describe, fresh.content, fresh.name)
    known = Known(
        artifact=artifact,
        details=fresh.details,
        notes=tuple(dict.fromkeys((*fresh.notes, *_size_note(artifact.size, expected)))),
        duration_ms=fresh.duration_ms,
        made_at=now_text(),
    )
    await asyncio.to_thread(store.blobs.put, fresh.content)
    await asyncio.to_thread(store.results.keep, fresh.key, known)
    return known


def _size_note(size: Size, expected: Size | None) -> tuple[str, ...]:
    if expected is None or size == expected:
        return ()
    return (f"the result is {size} px, the plan expected {expected} px",)


def _original_of(request: Request) -> Picture:
    """Give the picture that a request edits: its ``image``, or else its first."""
    for picture in (request.images.get("image"), *request.images.values()):
        if picture is not None:
            return picture
    raise RunnerError("no-image", f"{request.model}: paste_back needs an image to restore from")
