"""Buys a result from a provider that charges: at most once, whatever crashes, and so that nothing paid for is lost.

A purchase goes ``claimed → prepared → accepted → finished | failed | in_doubt``; each step is on the disk before the
next is taken. A request that got no answer is sent again only where the provider is known to create one job for one
reference; otherwise its job is looked for, and where it is not listed, nobody can say, and nothing is bought again.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from runner.core.digest import Digest
from runner.core.errors import InDoubt, ProviderError
from runner.core.money import ZERO, Money
from runner.execute.clock import month_now, now_text
from runner.execute.draws import Place
from runner.execute.stop import Stopping
from runner.plan.plan import Action
from runner.providers.base import AnswerUnknown, Job, JobFailed, NotSubmitted, Prepared, Provider, Request, Response
from runner.store.purchases import Claim, Purchase
from runner.store.store import Store
from runner.store.wallet import Caps, Purse


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """What purchases of one run are made with.

    Attributes:
        items: The item of each cell, by the cell's id.
        rebuys: Whether what is in doubt may be bought again.
        pauses_s: Before each further try to learn what became of a request without an answer.
        busy_pauses_s: Before each further sending of a request that the provider had no time for; of each a random
            part is waited, and what the provider asks for besides.
        may_start: Whether anything may be begun still.
    """

    store: Store
    caps: Caps
    run_id: str
    items: Mapping[str, str]
    rebuys: bool = False
    pauses_s: tuple[float, ...] = (1.0, 2.0, 4.0)
    busy_pauses_s: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)
    may_start: Callable[[], bool] = lambda: True


@dataclass(slots=True)
class Bill:
    """What an action has come to so far, also when it fails later on.

    Attributes:
        job_id: Of the latest job.
        charged: Over all jobs.
    """

    job_id: str | None = None
    charged: Money = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing to buy: the work, where it counts, and from whom."""

    claim: Claim
    request: Request
    provider: Provider


def order_of(action: Action, place: Place, request: Request, provider: Provider, till: Till) -> Order:
    """Say what is bought for one draw of an action, and what it counts under."""
    purse = Purse(
        run_id=till.run_id,
        step=action.step,
        draw=place.draw,
        items=tuple(dict.fromkeys(till.items[cell] for cell in action.cells if cell in till.items)),
        month=month_now(),
    )
    claim = Claim(key=place.raw_key, action=action.key, provider=action.provider, purse=purse, price=action.list_price)
    return Order(claim=claim, request=request, provider=provider)


async def buy(order: Order, till: Till, bill: Bill) -> Response:
    """Get what a provider makes of a request: from a job of an earlier time, or from a new one.

    The purchase is finished by whoever keeps the result: ``Store.finish_purchase``. The caller holds the lease of the
    work.

    Raises:
        Refused: a cap does not allow it.
        InDoubt: nobody can say whether it was bought.
        RunnerError: it failed, or its result could not be fetched; what was accepted is collected another time.
    """
    purchase = await asyncio.to_thread(till.store.purchases.claim, order.claim, till.caps)
    job = await _job(purchase, order, till)
    bill.job_id = job.id
    try:
        response = await order.provider.collect(job)
    except JobFailed as error:
        await _note_charge(error.charged, order, till, bill)
        await asyncio.to_thread(till.store.purchases.fail, order.claim.key, error.message)
        raise
    await _note_charge(response.charged, order, till, bill)
    return response


async def _note_charge(charged: Money, order: Order, till: Till, bill: Bill) -> None:
    note = till.store.purchases.note_charge
    bill.charged += await asyncio.to_thread(note, order.claim.key, charged, now_text())


async def _job(purchase: Purchase, order: Order, till: Till) -> Job:
    if purchase.job_id is not None:
        return Job(purchase.job_id, order.request)
    if purchase.sent_at is None:
        return await _begin(purchase, order, till)
    if purchase.state == "in_doubt" and till.rebuys:
        return await _rebuy(purchase, order, till)
    return await _learn(await _written_down(purchase, order, till), purchase.sent_at, order, till)


async def _begin(purchase: Purchase, order: Order, till: Till) -> Job:
    """Buy what was never sent; where an upload turns out to be gone, it is uploaded once more."""
    try:
        return await _send_patiently(await _prepare(purchase, order, till), order, till)
    except NotSubmitted as error:
        if not error.is_stale:
            raise
    anew = await asyncio.to_thread(till.store.purchases.claim, order.claim, till.caps)
    return await _send_patiently(await _prepare(anew, order, till), order, till)


async def _prepare(purchase: Purchase, order: Order, till: Till) -> Prepared:
    """Write down the exact bytes that will be sent."""
    uploads = StoredUploads(order.claim.provider, till.store)
    prepared = await order.provider.prepare(order.request, purchase.idempotency_key, uploads)
    digest = await asyncio.to_thread(till.store.blobs.put, prepared.body)
    await asyncio.to_thread(till.store.purchases.prepare, order.claim.key, digest)
    return prepared


async def _written_down(purchase: Purchase, order: Order, till: Till) -> Prepared:
    """Read the bytes that were sent at an earlier time."""
    assert purchase.request is not None  # noqa: S101 - nothing is sent before it is written down
    body = await asyncio.to_thread(till.store.blobs.read, purchase.request)
    return Prepared(request=order.request, reference=purchase.idempotency_key, body=body)


async def _send_patiently(prepared: Prepared, order: Order, till: Till) -> Job:
    """Send a request; where it is certain that the provider had no time for it, the same bytes again after a pause.

    Raises:
        Stopping: nothing more may be begun.
    """
    for pause_s in till.busy_pauses_s:
        try:
            return await _send(prepared, order, till)
        except NotSubmitted as error:
            if error.is_stale or not error.retryable:
                raise
            await asyncio.sleep(random.uniform(pause_s / 2, pause_s))  # noqa: S311 - spreads out clients, keeps no secret
            if not till.may_start():
                raise Stopping(error) from error
    return await _send(prepared, order, till)


async def _send(prepared: Prepared, order: Order, till: Till) -> Job:
    """Send a request once, none of which were sent before, or none taken."""
    purchases, key = till.store.purchases, order.claim.key
    await order.provider.turn()
    at = now_text()
    await asyncio.to_thread(purchases.send, key, at)
    try:
        job = await order.provider.submit(prepared)
    except NotSubmitted as error:
        if error.retryable:
            await asyncio.to_thread(purchases.recall, key)
        else:
            await asyncio.to_thread(purchases.fail, key, error.message)
        raise
    except AnswerUnknown as error:
        await asyncio.to_thread(purchases.doubt, key, error.message)
        return await _learn(prepared, at, order, till, error)
    await asyncio.to_thread(purchases.accept, key, job.id)
    return job


async def _learn(
    prepared: Prepared, sent_at: str, order: Order, till: Till, unknown: AnswerUnknown | None = None
) -> Job:
    """Find out what became of a request that got no answer; ``unknown`` says why, where it was sent just now.

    Raises:
        InDoubt: nobody can say.
    """
    reason, conflicts = "the provider does not list it", unknown is not None and unknown.is_conflict
    for pause_s in till.pauses_s:
        await asyncio.sleep(pause_s)
        try:
            job = await _once_more(prepared, sent_at, order.provider, conflicts=conflicts)
        except ProviderError as error:
            reason, conflicts = error.message, conflicts or (isinstance(error, AnswerUnknown) and error.is_conflict)
            continue
        if job is not None:
            await asyncio.to_thread(till.store.purchases.accept, order.claim.key, job.id)
            return job
    await asyncio.to_thread(till.store.purchases.doubt, order.claim.key, reason)
    raise InDoubt(
        "in-doubt",
        f"{order.request.name}: nobody can say whether '{order.claim.purse.step}' was bought: {reason}",
        hint="runner resume looks again; runner resume --rebuy-in-doubt buys it once more",
    )


async def _once_more(prepared: Prepared, sent_at: str, provider: Provider, *, conflicts: bool) -> Job | None:
    """Send the same bytes again where that makes no second job and may tell of the first; look for it elsewhere."""
    if provider.honors_references and not conflicts:
        await provider.turn()
        return await provider.submit(prepared)
    return await provider.find(prepared, sent_at)


async def _rebuy(purchase: Purchase, order: Order, till: Till) -> Job:
    """Look for the job once more; where it is not listed, give it up and buy it again, as somebody asked for."""
    assert purchase.sent_at is not None  # noqa: S101 - what is in doubt was sent
    found = await order.provider.find(await _written_down(purchase, order, till), purchase.sent_at)
    if found is not None:
        await asyncio.to_thread(till.store.purchases.accept, order.claim.key, found.id)
        return found
    await asyncio.to_thread(till.store.purchases.buy_again, order.claim.key)
    return await _begin(await asyncio.to_thread(till.store.purchases.claim, order.claim, till.caps), order, till)


@dataclass(frozen=True, slots=True)
class StoredUploads:
    """What was uploaded to one provider, kept in the store."""

    provider: str
    store: Store

    async def find(self, digest: Digest) -> str | None:
        return await asyncio.to_thread(self.store.uploads.find, self.provider, digest)

    async def keep(self, digest: Digest, reference: str) -> None:
        await asyncio.to_thread(self.store.uploads.keep, self.provider, digest, reference)
