"""Sends several requests as one bundle, each under its own purchase: all are noted as sent before it leaves.

Whatever becomes of it, each request goes on by itself: it has its job, may be sent again, or looks for its job as one
that was sent alone does.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from runner.core.digest import ActionKey
from runner.execute.clock import now_text
from runner.execute.counter import GoAlone, Reply, Ticket, Unanswered
from runner.providers.base import AnswerUnknown, Bundler, Job, NotSubmitted, Prepared
from runner.store.store import Store


async def send_together(group: Sequence[Ticket], store: Store) -> Mapping[str, Reply]:
    """Send requests of one model as one, in a turn that was waited for.

    Returns:
        What became of each, by its reference.

    Raises:
        StoreError: the state cannot be written.
    """
    order = group[0].order
    bundler = order.provider.bundler(order.request.model)
    if bundler is None:
        return {ticket.prepared.reference: GoAlone() for ticket in group}
    keys = {ticket.prepared.reference: ticket.order.claim.key for ticket in group}
    return await _Bundle([ticket.prepared for ticket in group], keys, store).send(bundler)


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Requests, and the keys of their purchases by reference."""

    requests: Sequence[Prepared]
    keys: Mapping[str, ActionKey]
    store: Store

    async def send(self, bundler: Bundler) -> Mapping[str, Reply]:
        body, at, scribe = bundler.bundle(self.requests), now_text(), self.store.scribe
        request = await asyncio.to_thread(self.store.blobs.put, body)
        await scribe.call(self.store.purchases.send, list(self.keys.values()), request, at)
        try:
            jobs = await bundler.submit(self.requests, body)
        except NotSubmitted as error:
            await scribe.call(self._take_back)
            return {one.reference: error if error.retryable else GoAlone() for one in self.requests}
        except AnswerUnknown as error:
            return await scribe.call(self._read, {}, body, at, error)
        unnamed = AnswerUnknown("garbled-answer", "the answer to the bundle does not name its job")
        return await scribe.call(self._read, jobs, body, at, unnamed)

    def _take_back(self) -> None:
        """Note for each that the provider took nothing of it."""
        for key in self.keys.values():
            self.store.purchases.recall(key)

    def _read(self, jobs: Mapping[str, Job], body: bytes, at: str, error: AnswerUnknown) -> dict[str, Reply]:
        """Note the jobs that are known; those that are not are in doubt, for the reason given."""
        return {one.reference: self._reply(one, jobs.get(one.reference), body, at, error) for one in self.requests}

    def _reply(self, one: Prepared, job: Job | None, body: bytes, at: str, error: AnswerUnknown) -> Reply:
        if job is not None:
            self.store.purchases.accept(self.keys[one.reference], job.id)
            return job
        self.store.purchases.doubt(self.keys[one.reference], error.message)
        return Unanswered(sent=replace(one, body=body), at=at, error=error)
