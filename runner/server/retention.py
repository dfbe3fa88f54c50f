"""What is old is forgotten, where ``--keep-days`` asks for that: runs that ended, assets, and the files of both."""

import asyncio
import contextlib
import logging
import re
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass

import orjson

from runner.core.digest import Digest
from runner.core.errors import StoreError
from runner.server.clock import later, now
from runner.server.database.database import Database
from runner.store.blobs import BlobStore

_AT_ONCE = 200
"""Runs that are forgotten in one transaction, so that others do not wait long."""

_EVERY_S = 6 * 3600.0
_DAY_S = 24 * 3600.0
_ASSET = re.compile(r"runflow://assets/([0-9a-f-]{36})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Forgets, at the start and every six hours from then on.

    Attributes:
        keep_days: For how long to keep what has ended; None for ever.
    """

    database: Database
    blobs: BlobStore
    log: logging.Logger
    keep_days: int | None

    @contextlib.asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Forget what is old while the context is open."""
        if self.keep_days is None:
            yield
            return
        task = asyncio.create_task(self._go_on(self.keep_days), name="retention")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def forget(self, before: str) -> None:
        """Forget everything that ended before a time, then remove the files that nothing names any more.

        Raises:
            StoreError: the database or a file cannot be written.
        """
        forgotten = 0
        while count := await self.database.write(lambda connection: forget_runs(connection, before)):
            forgotten += count
        await self.database.write(lambda connection: forget_rest(connection, before))
        named = await self.database.read(named_blobs)
        freed = await asyncio.to_thread(self.blobs.gc, named)
        told = {"runs": forgotten, "files": freed.blobs, "size_bytes": freed.size_bytes}
        self.log.info("old objects forgotten", extra=told)

    async def _go_on(self, keep_days: int) -> None:
        while True:
            try:
                await self.forget(later(now(), -keep_days * _DAY_S))
            except (StoreError, OSError) as error:
                self.log.warning("old objects not forgotten", extra={"reason": str(error)})
            except Exception:  # whatever went wrong, the next time has to come
                self.log.exception("forgetting failed")
            await asyncio.sleep(_EVERY_S)


def forget_runs(connection: sqlite3.Connection, before: str) -> int:
    """Delete some runs that ended before a time, with their outputs, logs and callbacks; give how many there were.

    A run stays as long as its callback waits, and as long as its batch does.
    """
    rows = connection.execute(
        "SELECT id FROM runs WHERE completed_at < :before"
        " AND (batch_id IS NULL OR batch_id IN (SELECT id FROM batches WHERE completed_at < :before))"
        " AND id NOT IN (SELECT run_id FROM callback_deliveries WHERE run_id IS NOT NULL AND status_code = 'pending')"
        " LIMIT :most",
        {"before": before, "most": _AT_ONCE},
    )
    ids = orjson.dumps([row["id"] for row in rows]).decode()
    chosen = "run_id IN (SELECT value FROM json_each(?))"
    _forget_callbacks(connection, chosen, ids)
    connection.execute(f"DELETE FROM outputs WHERE {chosen}", (ids,))  # noqa: S608 - our own text
    connection.execute(f"DELETE FROM run_logs WHERE {chosen}", (ids,))  # noqa: S608 - our own text
    return connection.execute("DELETE FROM runs WHERE id IN (SELECT value FROM json_each(?))", (ids,)).rowcount


def forget_rest(connection: sqlite3.Connection, before: str) -> None:
    """Delete batches without runs, idempotency keys, and assets that no run names, all from before a time."""
    batches = connection.execute(
        "SELECT id FROM batches WHERE completed_at < ? AND id NOT IN (SELECT batch_id FROM runs WHERE batch_id NOTNULL)"
        " AND id NOT IN (SELECT batch_id FROM callback_deliveries WHERE batch_id NOTNULL AND status_code = 'pending')",
        (before,),
    )
    ids = orjson.dumps([row["id"] for row in batches]).decode()
    _forget_callbacks(connection, "batch_id IN (SELECT value FROM json_each(?))", ids)
    connection.execute("DELETE FROM batches WHERE id IN (SELECT value FROM json_each(?))", (ids,))
    connection.execute("DELETE FROM idempotency WHERE created_at < ?", (before,))
    connection.execute(
        "DELETE FROM assets WHERE updated_at < ? AND id NOT IN (SELECT value FROM json_each(?))",
        (before, orjson.dumps(_named_assets(connection)).decode()),
    )


def named_blobs(connection: sqlite3.Connection) -> frozenset[Digest]:
    """Give the digests of all files that an output or asset names."""
    rows = connection.execute(
        "SELECT digest FROM outputs UNION SELECT thumbnail_digest FROM outputs"
        " UNION SELECT digest FROM assets WHERE digest IS NOT NULL"
    )
    return frozenset(Digest(row[0]) for row in rows)


def _forget_callbacks(connection: sqlite3.Connection, chosen: str, ids: str) -> None:
    deliveries = f"SELECT id FROM callback_deliveries WHERE {chosen}"  # noqa: S608 - our own text
    connection.execute(f"DELETE FROM callback_attempts WHERE delivery_id IN ({deliveries})", (ids,))  # noqa: S608
    connection.execute(f"DELETE FROM callback_deliveries WHERE {chosen}", (ids,))  # noqa: S608 - our own text


def _named_assets(connection: sqlite3.Connection) -> list[str]:
    inputs = connection.execute("SELECT input FROM runs WHERE input LIKE '%runflow://assets/%'")
    return [asset_id for row in inputs for asset_id in _ASSET.findall(row["input"])]
