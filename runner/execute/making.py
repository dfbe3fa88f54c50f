"""Makes one draw of an action, and keeps it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from runner.core.artifact import Artifact, Size
from runner.core.digest import ActionKey, Json
from runner.core.errors import ProviderError, RunnerError
from runner.core.event import Phases
from runner.execute.buying import buy
from runner.execute.clock import now_text, since_ms
from runner.execute.draws import Place
from runner.execute.inputs import Source, draw, gather
from runner.execute.order import Bill
from runner.execute.pixels import describe, paste
from runner.execute.till import Till, order_of
from runner.plan.plan import Action
from runner.providers.base import Picture, Prepared, Provider, Request, Response
from runner.providers.deadline import DeadlinePassed, limited
from runner.store.results import REPORTED_REVISION, Known
from runner.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """What results are made with."""

    store: Store
    source: Source
    providers: Mapping[str, Provider]
    till: Till


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A result in the store, and the provider's own where it was pasted.

    Attributes:
        phases: Where the time went; None where it was there already, or nobody says.
    """

    known: Known
    raw: Artifact | None
    phases: Phases | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A result that is not kept yet.

    Attributes:
        name: Of the photo, for messages.
        is_bought: Whether there is a purchase that ends with it.
    """

    key: ActionKey
    draw: int
    name: str
    content: bytes
    details: dict[str, Json]
    notes: tuple[str, ...]
    duration_ms: int
    is_bought: bool = False


async def make(action: Action, place: Place, works: Works, bill: Bill) -> Made:
    """Get the provider's result, now or from an earlier time, and restore the original outside the mask.

    Args:
        action: What it needs is done.
        place: Where the result is kept.
        works: What it is made with.
        bill: Is filled in on the way.

    Raises:
        RunnerError: an input changed, the provider failed or took too long, the budget does not allow it, or the
            result cannot be kept.
    """
    request = replace(await gather(action, works.source), key=place.raw_key)
    made = await _raw_result(action, place, request, works, bill)
    if action.paste_back is None:
        return made
    raw = made.known
    started_s = time.monotonic()
    original = _original_of(request)
    mask = await draw(action.paste_back, works.source)
    content = await asyncio.to_thread(works.store.blobs.read, raw.artifact.digest)
    pasted = await works.source.pool.run(paste, original, content, mask)
    fresh = Fresh(
        key=place.key,
        draw=place.draw,
        name=original.name,
        content=pasted,
        details=raw.details,
        notes=raw.notes,
        duration_ms=raw.duration_ms + since_ms(started_s),
    )
    known = await _keep(fresh, action.output_size, works.store)
    return Made(known=known, raw=raw.artifact, phases=made.phases)


async def _raw_result(action: Action, place: Place, request: Request, works: Works, bill: Bill) -> Made:
    if place.raw_key != action.key:  # under its own key, it was looked for when the work was claimed
        earlier = (await works.store.scribe.call(works.store.lookup, [place.raw_key])).get(place.raw_key)
        if earlier is not None:
            return Made(known=earlier, raw=None)
    started_s = time.monotonic()
    response = await _get(action, place, request, works, bill)
    phases = _phases(response, since_ms(started_s))
    fresh = Fresh(
        key=place.raw_key,
        draw=place.draw,
        name=request.name,
        content=response.content,
        details=_details(response),
        notes=response.notes,
        duration_ms=since_ms(started_s),
        is_bought=works.providers[action.provider].charges,
    )
    return Made(known=await _keep(fresh, action.output_size, works.store), raw=None, phases=phases)


def _phases(response: Response, whole_ms: int) -> Phases | None:
    """Split the time of an attempt; what the provider's clock says is never taken for more than passed here."""
    if response.run_ms is None:
        return None
    download_ms = min(response.download_ms, whole_ms)
    run_ms = min(response.run_ms, whole_ms - download_ms)
    return Phases(queue_ms=whole_ms - download_ms - run_ms, run_ms=run_ms, download_ms=download_ms)


def _details(response: Response) -> dict[str, Json]:
    reported: dict[str, Json] = {REPORTED_REVISION: response.revision} if response.revision else {}
    return {**response.details, **reported}


async def _get(action: Action, place: Place, request: Request, works: Works, bill: Bill) -> Response:
    provider = works.providers[action.provider]
    try:
        async with limited(None if action.timeout_s is None else float(action.timeout_s)):
            if provider.charges:
                return await buy(order_of(action, place, request, provider, works.till), works.till, bill)
            job = await provider.submit(Prepared(request=request, reference=place.raw_key))
            bill.job_id = job.id
            return await provider.collect(job)
    except DeadlinePassed as error:
        raise _too_slow(action, request) from error


def _too_slow(action: Action, request: Request) -> ProviderError:
    return ProviderError(
        "timeout",
        f"{request.name}: '{action.step}' took longer than {action.timeout_s} s",
        hint="raise the step's timeout",
        retryable=True,
    )


async def _keep(fresh: Fresh, expected: Size | None, store: Store) -> Known:
    """Keep a result: first its bytes, then the row that refers to them."""
    artifact = await asyncio.to_thread(_put, fresh, store)
    known = Known(
        artifact=artifact,
        details=fresh.details,
        notes=tuple(dict.fromkeys((*fresh.notes, *_size_note(artifact.size, expected)))),
        duration_ms=fresh.duration_ms,
        made_at=now_text(),
        draw=fresh.draw,
    )
    keep = store.finish_purchase if fresh.is_bought else store.results.keep
    await store.scribe.call(keep, fresh.key, known)
    return known


def _put(fresh: Fresh, store: Store) -> Artifact:
    """Say what a result is, and put its bytes into the store."""
    artifact = describe(fresh.content, fresh.name)
    store.blobs.put(fresh.content, artifact.digest)
    return artifact


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
