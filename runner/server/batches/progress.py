"""How a batch goes on and ends: with its items, in their transactions."""

import sqlite3
from collections.abc import Sequence

from runner.core.digest import Json
from runner.server.batches.row import BatchRow, BatchStatus, find_batch
from runner.server.callbacks.enqueue import enqueue_batch
from runner.server.clock import between_ms
from runner.server.runs.document import output_document
from runner.server.runs.links import Links
from runner.server.runs.row import RUN_COLUMNS, RunRow, outputs_of, run_of

_COUNTERS = {"succeeded": "items_succeeded", "failed": "items_failed", "canceled": "items_canceled"}


def begin_batch(connection: sqlite3.Connection, batch_id: str, now: str) -> None:
    """Note that an item of a batch has begun; the first one begins the batch."""
    connection.execute(
        "UPDATE batches SET status_code = 'running', started_at = ? WHERE id = ? AND status_code = 'queued'",
        (now, batch_id),
    )


def count_item(connection: sqlite3.Connection, links: Links, run: RunRow, now: str) -> None:
    """Count an item that has ended; the last one ends the batch, which is told to its client.

    The run is one of a batch, as it is after its end.
    """
    assert run.batch_id is not None  # noqa: S101 - the caller has just looked
    counter = _COUNTERS[run.status_code]
    connection.execute(
        f"UPDATE batches SET {counter} = {counter} + 1, cost_micro = cost_micro + ? WHERE id = ?",  # noqa: S608 - ours
        (run.cost_micro or 0, run.batch_id),
    )
    batch = find_batch(connection, run.batch_id)
    assert batch is not None  # noqa: S101 - a run refers to its batch
    if batch.items_succeeded + batch.items_failed + batch.items_canceled == batch.items_total:
        _end(connection, links, batch, now)


def items_of(connection: sqlite3.Connection, batch_id: str) -> list[RunRow]:
    """Give the runs of a batch in their order."""
    query = f"SELECT {RUN_COLUMNS} FROM runs WHERE batch_id = ? ORDER BY sequence_index"  # noqa: S608 - our own names
    return [run_of(row) for row in connection.execute(query, (batch_id,))]


def batch_output(
    connection: sqlite3.Connection, batch: BatchRow, runs: Sequence[RunRow], links: Links, base_url: str
) -> dict[str, Json]:
    """Write what a batch that has ended gave, item by item."""
    outputs = outputs_of(connection, [run.id for run in runs])
    items: list[Json] = [
        {
            "run_id": run.id,
            "sequence_index": run.sequence_index,
            "client_ref": run.client_ref,
            "status_code": run.status_code,
            "output": output_document(run, outputs.get(run.id, ()), links, base_url),
        }
        for run in runs
    ]
    return {
        "items": items,
        "succeeded": batch.items_succeeded,
        "failed": batch.items_failed,
        "cancelled": batch.items_canceled,
        "total": batch.items_total,
    }


def _end(connection: sqlite3.Connection, links: Links, batch: BatchRow, now: str) -> None:
    connection.execute(
        "UPDATE batches SET status_code = ?, completed_at = ?, duration_ms = ? WHERE id = ?",
        (_status(batch), now, between_ms(batch.started_at or batch.created_at, now), batch.id),
    )
    ended = find_batch(connection, batch.id)
    assert ended is not None  # noqa: S101 - it was just changed
    if ended.callback_url is not None:
        output = batch_output(connection, ended, items_of(connection, batch.id), links, batch.base_url)
        enqueue_batch(connection, ended, output, now)


def _status(batch: BatchRow) -> BatchStatus:
    if batch.items_succeeded == batch.items_total:
        return "succeeded"
    if batch.items_succeeded:
        return "partial_succeeded"
    return "failed" if batch.items_failed else "canceled"
