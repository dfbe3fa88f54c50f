"""Many callbacks at once: each is sent, and none twice."""

import asyncio
import logging
import sqlite3
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path

import orjson
import pytest

from runner.core.money import parse_money
from runner.server.batches.row import BatchRow, insert_batch
from runner.server.callbacks.deliverer import Deliverer
from runner.server.callbacks.enqueue import enqueue_batch
from runner.server.callbacks.target import callback_web
from runner.server.clock import now
from runner.server.database.database import Database
from runner.server.ids import id_of, new_id
from runner.server.orgs.keys import LOCAL_ORG, store_keys
from tests.server.loopback import Host, host

pytestmark = pytest.mark.slow

MANY = 150


def batch(callback_url: str) -> BatchRow:
    at = now()
    return BatchRow(
        id=new_id(),
        org_id=id_of("org", LOCAL_ORG),
        model="image/resize",
        model_id=id_of("model", "image/resize"),
        status_code="succeeded",
        metadata=None,
        callback_url=callback_url,
        base_url="http://127.0.0.1",
        request_id=new_id(),
        items_total=1,
        items_succeeded=1,
        items_failed=0,
        items_canceled=0,
        cost_micro=0,
        created_at=at,
        started_at=at,
        completed_at=at,
        duration_ms=0,
    )


def enqueue(row: BatchRow, connection: sqlite3.Connection) -> None:
    insert_batch(connection, row)
    enqueue_batch(connection, row, {}, now())


async def deliver(folder: Path, outside: Host) -> list[str]:
    """Enqueue many callbacks, a few at a time, while they are sent; gives their batches."""
    with closing(Database(folder / "server.db")) as database:
        await database.write(lambda connection: store_keys(connection, (), parse_money("1"), now()))
        door = callback_web(frozenset({"127.0.0.1"}))
        deliverer = Deliverer(database=database, web=door, log=logging.getLogger("test"))
        deliverer.start()
        batches = [batch(f"{outside.url}/hook") for _ in range(MANY)]
        for row in batches:
            await database.write(partial(enqueue, row))
            deliverer.wake()
        await asyncio.to_thread(outside.wait_for, MANY)
        await deliverer.stop()
        pending = await database.read(
            lambda connection: connection.execute(
                "SELECT count(*) FROM callback_deliveries WHERE status_code <> 'succeeded' OR attempt_count <> 1"
            ).fetchone()[0]
        )
        assert pending == 0
    return [row.id for row in batches]


def test_each_callback_is_sent_once(tmp_path: Path) -> None:
    with host() as outside:
        batches = asyncio.run(deliver(tmp_path, outside))
        told = Counter(orjson.loads(callback.body)["batch_id"] for callback in outside.received)
    assert told == dict.fromkeys(batches, 1)
