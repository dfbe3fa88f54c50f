"""A batch, as the database has it."""

import sqlite3
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

import orjson

from runner.core.digest import Json

BatchStatus: TypeAlias = Literal["queued", "running", "succeeded", "failed", "partial_succeeded", "canceled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One batch, with the columns of its table as their own types."""

    id: str
    org_id: str
    model: str
    model_id: str
    status_code: BatchStatus
    metadata: dict[str, Json] | None
    callback_url: str | None
    base_url: str
    request_id: str
    items_total: int
    items_succeeded: int
    items_failed: int
    items_canceled: int
    cost_micro: int
    created_at: str
    started_at: str | None
    completed_at: str | None
    duration_ms: int | None


BATCH_COLUMNS = ", ".join(field.name for field in fields(BatchRow))


def find_batch(connection: sqlite3.Connection, batch_id: str) -> BatchRow | None:
    """Find a batch, whoever owns it; None where there is none."""
    query = f"SELECT {BATCH_COLUMNS} FROM batches WHERE id = ?"  # noqa: S608 - our own names
    row = connection.execute(query, (batch_id,)).fetchone()
    return None if row is None else batch_of(row)


def batch_of(row: sqlite3.Row) -> BatchRow:
    """Read a row that was asked for with ``BATCH_COLUMNS``."""
    values = dict(row)
    values["metadata"] = None if values["metadata"] is None else orjson.loads(values["metadata"])
    return BatchRow(**values)  # STRICT tables hold these types


def insert_batch(connection: sqlite3.Connection, batch: BatchRow) -> None:
    """Write a new batch."""
    values = [getattr(batch, field.name) for field in fields(batch)]
    values = [orjson.dumps(value).decode() if isinstance(value, dict) else value for value in values]
    marks = ", ".join("?" for _ in values)
    connection.execute(f"INSERT INTO batches ({BATCH_COLUMNS}) VALUES ({marks})", values)  # noqa: S608 - our own names
