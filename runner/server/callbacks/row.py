"""Deliveries of callbacks and their attempts, as the database has them."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

import orjson

State: TypeAlias = Literal["pending", "succeeded", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A callback on its way, or at its end.

    Attributes:
        run_id, batch_id: One of them: what it tells of.
        request_id: Of the request that created the run or batch; goes with every attempt.
        payload: The bytes that every attempt sends.
        is_automatic: Whether the end of the run made it; False where somebody asked for it again.
        signing_secret_id: Of the secret that the latest attempt was signed with.
        next_attempt_at: Present exactly while it is pending.
    """

    id: str
    org_id: str
    run_id: str | None
    batch_id: str | None
    request_id: str
    callback_url: str
    payload: bytes
    is_automatic: bool
    status_code: State
    signing_secret_id: str | None
    failure_reason_code: str | None
    failure_detail: str | None
    attempt_count: int
    next_attempt_at: str | None
    created_at: str
    updated_at: str
    completed_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """One try.

    Attributes:
        status_code: What the other side answered; None where it did not.
        response_body: The beginning of its answer, as text.
    """

    id: str
    delivery_id: str
    attempt_number: int
    status_code: int | None
    response_body: str | None
    response_time_ms: int
    error_message: str | None
    created_at: str


_DELIVERY = ", ".join(field.name for field in fields(DeliveryRow))
_ATTEMPT = ", ".join(field.name for field in fields(AttemptRow))


def insert_delivery(connection: sqlite3.Connection, delivery: DeliveryRow) -> None:
    """Write a new delivery."""
    values = [getattr(delivery, field.name) for field in fields(delivery)]
    marks = ", ".join("?" for _ in values)
    connection.execute(f"INSERT INTO callback_deliveries ({_DELIVERY}) VALUES ({marks})", values)  # noqa: S608


def due_deliveries(connection: sqlite3.Connection, now: str, each: int) -> list[DeliveryRow]:
    """List pending deliveries whose time has come, the longest due first.

    Args:
        connection: For reading.
        now: The time.
        each: How many of one organization at most, so that one whose server is slow holds up no other.
    """
    rows = connection.execute(
        f"SELECT {_DELIVERY} FROM (SELECT *, row_number() OVER"  # noqa: S608 - names of our own fields
        " (PARTITION BY org_id ORDER BY next_attempt_at, id) AS place"
        " FROM callback_deliveries WHERE next_attempt_at <= ?)"
        " WHERE place <= ? ORDER BY next_attempt_at, id",
        (now, each),
    )
    return [_delivery(row) for row in rows]


def next_due(connection: sqlite3.Connection, after: str) -> str | None:
    """Say when the next delivery is due, of those that are not due yet; None where none is pending."""
    row = connection.execute(
        "SELECT min(next_attempt_at) FROM callback_deliveries WHERE next_attempt_at > ?", (after,)
    ).fetchone()
    return None if row[0] is None else str(row[0])


def deliveries_of_run(connection: sqlite3.Connection, run_id: str) -> list[DeliveryRow]:
    """List the deliveries of a run, the latest first."""
    rows = connection.execute(
        f"SELECT {_DELIVERY} FROM callback_deliveries WHERE run_id = ? ORDER BY id DESC",  # noqa: S608
        (run_id,),
    )
    return [_delivery(row) for row in rows]


def attempts_of(connection: sqlite3.Connection, delivery_ids: Iterable[str]) -> dict[str, list[AttemptRow]]:
    """List the attempts of some deliveries, by delivery, in their order."""
    asked = orjson.dumps(list(delivery_ids)).decode()
    rows = connection.execute(
        f"SELECT {_ATTEMPT} FROM callback_attempts"  # noqa: S608 - names of our own fields
        " WHERE delivery_id IN (SELECT value FROM json_each(?)) ORDER BY attempt_number",
        (asked,),
    )
    by_delivery: dict[str, list[AttemptRow]] = {}
    for row in rows:
        by_delivery.setdefault(row["delivery_id"], []).append(AttemptRow(**dict(row)))
    return by_delivery


def note_attempt(connection: sqlite3.Connection, attempt: AttemptRow, delivery: DeliveryRow) -> None:
    """Write an attempt, and what became of its delivery."""
    values = [getattr(attempt, field.name) for field in fields(attempt)]
    marks = ", ".join("?" for _ in values)
    connection.execute(f"INSERT INTO callback_attempts ({_ATTEMPT}) VALUES ({marks})", values)  # noqa: S608
    connection.execute(
        "UPDATE callback_deliveries SET status_code = ?, signing_secret_id = ?, failure_reason_code = ?,"
        " failure_detail = ?, attempt_count = ?, next_attempt_at = ?, updated_at = ?, completed_at = ? WHERE id = ?",
        (
            delivery.status_code,
            delivery.signing_secret_id,
            delivery.failure_reason_code,
            delivery.failure_detail,
            delivery.attempt_count,
            delivery.next_attempt_at,
            delivery.updated_at,
            delivery.completed_at,
            delivery.id,
        ),
    )


def _delivery(row: sqlite3.Row) -> DeliveryRow:
    return DeliveryRow(**{**dict(row), "is_automatic": bool(row["is_automatic"])})
