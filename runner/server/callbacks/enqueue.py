"""A callback begins: its bytes are frozen in the transaction that ends its run or batch."""

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from runner.core.digest import Json
from runner.server.callbacks.row import DeliveryRow, insert_delivery
from runner.server.ids import new_id

if TYPE_CHECKING:
    from runner.server.batches.row import BatchRow
    from runner.server.runs.row import RunRow

_EVENTS = {
    "succeeded": "run.completed",
    "partial_succeeded": "run.partial_succeeded",
    "failed": "run.failed",
    "canceled": "run.cancelled",
}
"""The events by status. Runflow writes ``canceled`` on runs and ``cancelled`` in callbacks."""


def enqueue_run(
    connection: sqlite3.Connection, run: "RunRow", output: dict[str, Json] | None, now: str, *, automatic: bool = True
) -> DeliveryRow:
    """Freeze the callback of a run that has ended, to be sent at once.

    Args:
        connection: In the transaction that ends the run.
        run: As it is from now on, with a callback URL.
        output: What the run gave, with addresses signed now; None where it did not succeed.
        now: The time.
        automatic: Whether the end of the run made it.
    """
    return _enqueue(connection, run, {"run_id": run.id}, output, _Frame(now, automatic))


def enqueue_batch(connection: sqlite3.Connection, batch: "BatchRow", output: dict[str, Json], now: str) -> DeliveryRow:
    """Freeze the callback of a batch that has ended, to be sent at once; see ``enqueue_run``."""
    return _enqueue(connection, batch, {"batch_id": batch.id}, output, _Frame(now, is_automatic=True))


@dataclass(frozen=True, slots=True)
class _Frame:
    """When and why a delivery begins."""

    now: str
    is_automatic: bool


def _enqueue(
    connection: sqlite3.Connection,
    ended: "RunRow | BatchRow",
    subject: dict[str, str],
    output: dict[str, Json] | None,
    frame: _Frame,
) -> DeliveryRow:
    if ended.callback_url is None:
        raise ValueError(f"nobody asked for a callback of {ended.id}")
    delivery = DeliveryRow(
        id=new_id(),
        org_id=ended.org_id,
        run_id=subject.get("run_id"),
        batch_id=subject.get("batch_id"),
        request_id=ended.request_id,
        callback_url=ended.callback_url,
        payload=_payload(ended, subject, output),
        is_automatic=frame.is_automatic,
        status_code="pending",
        signing_secret_id=None,
        failure_reason_code=None,
        failure_detail=None,
        attempt_count=0,
        next_attempt_at=frame.now,
        created_at=frame.now,
        updated_at=frame.now,
        completed_at=None,
    )
    insert_delivery(connection, delivery)
    return delivery


def _payload(ended: "RunRow | BatchRow", subject: dict[str, str], output: dict[str, Json] | None) -> bytes:
    return orjson.dumps(
        {
            "event": _EVENTS[ended.status_code],
            **subject,
            "status": "cancelled" if ended.status_code == "canceled" else ended.status_code,
            "output": output,
            "duration_ms": ended.duration_ms,
            "created_at": ended.created_at,
            "completed_at": ended.completed_at,
            "metadata": ended.metadata,
        }
    )
