"""Sends callbacks as their time comes; what was not sent is in the database, and is sent after a restart."""

import asyncio
import logging
import sqlite3

from runner.core.errors import StoreError
from runner.providers.exchange import Web
from runner.providers.web_url import shown_url
from runner.server.callback_secrets.row import SecretRow, current_secret, note_used
from runner.server.callbacks.attempt import Tried, attempt_delivery
from runner.server.callbacks.row import DeliveryRow, due_deliveries, next_due, note_attempt
from runner.server.clock import between_ms, now
from runner.server.database.database import Database

_OF_EACH_ORG = 8
_AT_ONCE = 64
_GRACE_S = 6.0
_LONGEST_WAIT_S = 30.0
_AFTER_TROUBLE_S = 5.0


class Deliverer:
    """Sends callbacks, some at once. A callback may arrive twice where the server dies right after sending it.

    Args:
        database: Where deliveries wait.
        web: The doors to the network.
        log: Of the server.
    """

    def __init__(self, *, database: Database, web: Web, log: logging.Logger) -> None:
        self._database = database
        self._web = web
        self._log = log
        self._woken = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with what is due."""
        self._loop = asyncio.create_task(self._send_all(), name="deliverer")

    def wake(self) -> None:
        """Look for new deliveries now."""
        self._woken.set()

    async def stop(self) -> None:
        """Begin nothing more; what is on its way gets some seconds, and is sent again at the next start if need be."""
        if self._loop is None:
            return
        self._loop.cancel()
        await asyncio.wait([self._loop])
        self._loop = None
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=_GRACE_S)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    async def _send_all(self) -> None:
        while True:
            self._woken.clear()
            try:
                wait_s = await self._begin_due()
            except StoreError as error:
                self._log.error("deliveries cannot be read", extra={"reason": error.message})
                wait_s = _AFTER_TROUBLE_S
            try:
                async with asyncio.timeout(wait_s):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _begin_due(self) -> float:
        """Begin what is due; gives the seconds until there may be more."""
        at, busy = now(), set(self._busy)  # of before: what ends while we read may look due in what we read
        due = await self._database.read(lambda connection: due_deliveries(connection, at, _OF_EACH_ORG))
        fresh = [delivery for delivery in due if delivery.id not in busy]
        for delivery in fresh[: _AT_ONCE - len(self._busy)]:
            task = asyncio.create_task(self._deliver(delivery), name=f"delivery-{delivery.id}")
            self._busy[delivery.id] = task
        coming = await self._database.read(lambda connection: next_due(connection, at))
        return _LONGEST_WAIT_S if coming is None else min(_LONGEST_WAIT_S, between_ms(now(), coming) / 1000 + 0.001)

    async def _deliver(self, delivery: DeliveryRow) -> None:
        try:
            await self._try(delivery)
        except StoreError as error:
            self._log.error("delivery not noted", extra={"delivery_id": delivery.id, "reason": error.message})
            await asyncio.sleep(_AFTER_TROUBLE_S)
        except Exception:  # noqa: BLE001 - the other deliveries have to go on
            self._log.exception("delivery failed", extra={"delivery_id": delivery.id})
            await asyncio.sleep(_AFTER_TROUBLE_S)
        finally:
            del self._busy[delivery.id]
            self.wake()

    async def _try(self, delivery: DeliveryRow) -> None:
        secret = await self._database.read(lambda connection: current_secret(connection, delivery.org_id))
        tried = await attempt_delivery(self._web, delivery, secret)
        await self._note(tried, secret)

    async def _note(self, tried: Tried, secret: SecretRow | None) -> None:
        def note(connection: sqlite3.Connection) -> None:
            note_attempt(connection, tried.attempt, tried.delivery)
            if secret is not None:
                note_used(connection, secret.id, tried.attempt.created_at)

        await self._database.write(note)
        self._log.info(
            "callback",
            extra={
                "delivery_id": tried.delivery.id,
                "run_id": tried.delivery.run_id,
                "batch_id": tried.delivery.batch_id,
                "url": shown_url(tried.delivery.callback_url),
                "attempt": tried.attempt.attempt_number,
                "status": tried.attempt.status_code,
                "state": tried.delivery.status_code,
                "reason": tried.attempt.error_message,
            },
        )
