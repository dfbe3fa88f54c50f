"""Buys a result from a provider that charges: at most once, whatever crashes, and so that nothing paid for is lost.

A purchase goes ``claimed → prepared → accepted → finished | failed | in_doubt``; each step is on the disk before the
next is taken.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from runner.core.errors import RunnerError
from runner.core.money import Money
from runner.execute.clock import now_text
from runner.execute.order import Bill, Order
from runner.execute.sending import learn, send_patiently
from runner.execute.stop import Stopping
from runner.execute.till import StoredUploads, Till
from runner.providers.base import Job, JobFailed, NotSubmitted, Prepared, Response
from runner.providers.deadline import clock_stopped
from runner.store.purchases import Purchase


async def buy(order: Order, till: Till, bill: Bill) -> Response:
    """Get what a provider makes of a request: from a job of an earlier time, or from a new one.

    The purchase is finished by whoever keeps the result: ``Store.finish_purchase``. The caller holds the lease of the
    work.

    Raises:
        Refused: a cap does not allow it.
        InDoubt: nobody can say whether it was bought.
        RunnerError: it failed, or its result could not be fetched; what was accepted is collected another time.
    """
    purchase = await till.store.scribe.call(till.store.purchases.claim, order.claim, till.caps)
    ready = None if _is_sent(purchase) else await _prepare(purchase, order, till)
    async with _a_place(order, till):
        job = await (_job(purchase, order, till) if ready is None else _begin(ready, order, till))
        bill.job_id = job.id
        await order.provider.wait(job)
    try:
        response = await order.provider.collect(job)
    except JobFailed as error:
        await _note_charge(error.charged, order, till, bill)
        await till.store.scribe.call(till.store.purchases.fail, order.claim.key, error.message)
        raise
    await _note_charge(response.charged, order, till, bill)
    return response


async def _note_charge(charged: Money, order: Order, till: Till, bill: Bill) -> None:
    note = till.store.purchases.note_charge
    bill.charged += await till.store.scribe.call(note, order.claim.key, charged, now_text())


def _is_sent(purchase: Purchase) -> bool:
    return purchase.job_id is not None or purchase.sent_at is not None


@asynccontextmanager
async def _a_place(order: Order, till: Till) -> AsyncIterator[None]:
    """Wait for a place at a provider that takes only so many jobs at once, which counts for no deadline.

    Raises:
        Stopping: nothing more may be begun by then.
    """
    places = till.places.get(order.claim.provider)
    if places is None:
        yield
        return
    is_full = places.locked()
    with clock_stopped():
        await places.acquire()
    try:
        if is_full and not till.may_start():
            message = f"'{order.claim.purse.step}': the run stopped before it was begun"
            raise Stopping(RunnerError("interrupted", message, hint="runner resume", retryable=True))
        yield
    finally:
        places.release()


async def _job(purchase: Purchase, order: Order, till: Till) -> Job:
    """Give the job of what was sent at an earlier time."""
    if purchase.job_id is not None:
        return Job(purchase.job_id, order.request)
    if purchase.state == "in_doubt" and till.rebuys:
        return await _rebuy(purchase, order, till)
    assert purchase.sent_at is not None  # noqa: S101 - else it would not be one of these
    return await learn(await _written_down(purchase, order, till), purchase.sent_at, order, till)


async def _begin(prepared: Prepared, order: Order, till: Till) -> Job:
    """Buy what was never sent; where an upload turns out to be gone, it is uploaded once more."""
    try:
        return await send_patiently(prepared, order, till)
    except NotSubmitted as error:
        if not error.is_stale:
            raise
    anew = await till.store.scribe.call(till.store.purchases.claim, order.claim, till.caps)
    return await send_patiently(await _prepare(anew, order, till), order, till)


async def _prepare(purchase: Purchase, order: Order, till: Till) -> Prepared:
    """Write down the exact bytes that will be sent."""
    uploads = StoredUploads(order.claim.provider, till.store)
    prepared = await order.provider.prepare(order.request, purchase.idempotency_key, uploads)
    digest = await asyncio.to_thread(till.store.blobs.put, prepared.body)
    await till.store.scribe.call(till.store.purchases.prepare, order.claim.key, digest)
    return prepared


async def _written_down(purchase: Purchase, order: Order, till: Till) -> Prepared:
    """Read the bytes that were sent at an earlier time."""
    assert purchase.request is not None  # noqa: S101 - nothing is sent before it is written down
    body = await asyncio.to_thread(till.store.blobs.read, purchase.request)
    return Prepared(request=order.request, reference=purchase.idempotency_key, body=body)


async def _rebuy(purchase: Purchase, order: Order, till: Till) -> Job:
    """Look for the job once more; where it is not listed, give it up and buy it again, as somebody asked for."""
    assert purchase.sent_at is not None  # noqa: S101 - what is in doubt was sent
    found = await order.provider.find(await _written_down(purchase, order, till), purchase.sent_at)
    if found is not None:
        await till.store.scribe.call(till.store.purchases.accept, order.claim.key, found.id)
        return found
    await till.store.scribe.call(till.store.purchases.buy_again, order.claim.key)
    anew = await till.store.scribe.call(till.store.purchases.claim, order.claim, till.caps)
    return await _begin(await _prepare(anew, order, till), order, till)
