"""Makes a job of a prepared request: sends it, and finds out what became of it where no answer came.

A request that got no answer is sent again only where the provider is known to create one job for one reference;
otherwise its job is looked for, and where it is not listed, nobody can say: unless the provider said in so many words
that it had no time.
"""

import asyncio
import random

from runner.core.digest import Digest, digest_bytes
from runner.core.errors import InDoubt, ProviderError
from runner.execute.bundling import send_together
from runner.execute.clock import now_text
from runner.execute.counter import GoAlone, Ticket, Unanswered
from runner.execute.order import Order
from runner.execute.stop import Stopping
from runner.execute.till import Till
from runner.providers.base import AnswerUnknown, Job, NotSubmitted, Prepared, Provider


async def send_patiently(prepared: Prepared, order: Order, till: Till) -> Job:
    """Send a request that is written down; where it is certain that the provider had no time, again after a pause.

    Raises:
        Stopping: nothing more may be begun.
    """
    for number, pause_s in enumerate(till.busy_pauses_s):
        try:
            return await _send(prepared, order, till, is_first=number == 0)
        except NotSubmitted as error:
            if error.is_stale or not error.retryable:
                raise
            await asyncio.sleep(random.uniform(pause_s / 2, pause_s))  # noqa: S311 - spreads out clients, keeps no secret
            if not till.may_start():
                raise Stopping(error) from error
    return await _send(prepared, order, till, is_first=not till.busy_pauses_s)


async def _send(prepared: Prepared, order: Order, till: Till, *, is_first: bool) -> Job:
    """Send a request once when its turn comes, alone or with others; none was sent before, or none taken."""
    ticket = Ticket(prepared, order)
    group = await till.counter.turn(ticket)
    if len(group) == 1:
        # Its purchase names its bytes, and keeps them, until those of a bundle take their place.
        request = digest_bytes(prepared.body) if is_first else await _written_again(prepared, till)
        return await _send_alone(prepared, request, order, till)
    if group:
        bundling = asyncio.create_task(send_together(group, till.store), name=f"bundle of {order.request.model}")
        for one in group:
            one.taken.set_result(bundling)
    replies = await asyncio.shield(await ticket.taken)
    match replies[prepared.reference]:
        case Job() as job:
            return job
        case NotSubmitted() as error:
            raise error
        case Unanswered(sent=sent, at=at, error=unknown):
            return await learn(sent, at, order, till, unknown)
        case GoAlone():
            await order.provider.turn()
            return await _send_alone(prepared, await _written_again(prepared, till), order, till)


async def _written_again(prepared: Prepared, till: Till) -> Digest:
    """Make sure that the bytes of a request are a blob; gives their digest."""
    return await asyncio.to_thread(till.store.blobs.put, prepared.body)


async def _send_alone(prepared: Prepared, request: Digest, order: Order, till: Till) -> Job:
    """Send a request by itself; its turn was waited for, and its bytes are the blob ``request``."""
    purchases, call, key = till.store.purchases, till.store.scribe.call, order.claim.key
    at = now_text()
    await call(purchases.send, [key], request, at)
    try:
        job = await order.provider.submit(prepared)
    except NotSubmitted as error:
        if error.retryable:
            await call(purchases.recall, key)
        else:
            await call(purchases.fail, key, error.message)
        raise
    except AnswerUnknown as error:
        await call(purchases.doubt, key, error.message)
        return await learn(prepared, at, order, till, error)
    await call(purchases.accept, key, job.id)
    return job


async def learn(
    prepared: Prepared, sent_at: str, order: Order, till: Till, unknown: AnswerUnknown | None = None
) -> Job:
    """Find out what became of a request that got no answer; ``unknown`` says why, where it was sent just now.

    Raises:
        NotSubmitted: the provider said that it had no time, and lists no job.
        InDoubt: nobody can say.
    """
    reason, conflicts = "the provider does not list it", unknown is not None and unknown.is_conflict
    is_unlisted = False
    for pause_s in till.pauses_s:
        await asyncio.sleep(pause_s)
        try:
            job = await _once_more(prepared, sent_at, order.provider, conflicts=conflicts)
        except ProviderError as error:
            reason, conflicts = error.message, conflicts or (isinstance(error, AnswerUnknown) and error.is_conflict)
            is_unlisted = False
            continue
        if job is not None:
            await till.store.scribe.call(till.store.purchases.accept, order.claim.key, job.id)
            return job
        is_unlisted = True
    if is_unlisted and unknown is not None and unknown.is_busy:
        await till.store.scribe.call(till.store.purchases.recall, order.claim.key)
        raise NotSubmitted(unknown.code, unknown.message, hint=unknown.hint, retryable=True) from unknown
    await till.store.scribe.call(till.store.purchases.doubt, order.claim.key, reason)
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
