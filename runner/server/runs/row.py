"""A run and its outputs, as the database has them."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias, cast

import orjson

from runner.core.digest import Digest, Json

Status: TypeAlias = Literal["queued", "dispatching", "running", "succeeded", "failed", "canceled"]
ENDED: tuple[Status, ...] = ("succeeded", "failed", "canceled")
"""The statuses that a run never leaves."""

STATUSES: tuple[Status, ...] = ("queued", "dispatching", "running", *ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run, with the columns of its table as their own types.

    Attributes:
        price_micro: What it costs if it succeeds, in millionths of a US dollar.
        cost_micro: What was debited; None until it has ended.
    """

    id: str
    org_id: str
    model: str
    model_id: str
    revision: str
    status_code: Status
    input: dict[str, Json]
    metadata: dict[str, Json] | None
    client_ref: str | None
    callback_url: str | None
    base_url: str
    batch_id: str | None
    batch_item_id: str | None
    sequence_index: int | None
    request_id: str
    price_micro: int
    cost_micro: int | None
    attempts: int
    failure_code: str | None
    failure_message: str | None
    failure_stage_code: str | None
    created_at: str
    started_at: str | None
    completed_at: str | None
    duration_ms: int | None

    @property
    def has_ended(self) -> bool:
        return self.status_code in ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputRow:
    """One file that a run made.

    Attributes:
        name: The file name in its URL.
        digest: Of its blob.
    """

    id: str
    run_id: str
    org_id: str
    name: str
    digest: Digest
    media_type: str
    size_bytes: int
    width_px: int
    height_px: int
    thumbnail_digest: Digest
    thumbnail_media_type: str
    created_at: str


RUN_COLUMNS = ", ".join(field.name for field in fields(RunRow))
OUTPUT_COLUMNS = ", ".join(field.name for field in fields(OutputRow))

_JSON_COLUMNS = frozenset({"input", "metadata"})


def find_run(connection: sqlite3.Connection, run_id: str) -> RunRow | None:
    """Find a run, whoever owns it; None where there is none."""
    query = f"SELECT {RUN_COLUMNS} FROM runs WHERE id = ?"  # noqa: S608 - our own names
    row = connection.execute(query, (run_id,)).fetchone()
    return None if row is None else run_of(row)


def run_of(row: sqlite3.Row) -> RunRow:
    """Read a row that was asked for with ``RUN_COLUMNS``."""
    values = {name: _read(name, row[name]) for name in row.keys()}  # noqa: SIM118 - a Row iterates over its values
    return RunRow(**cast("dict[str, Any]", values))  # STRICT tables hold these types


def insert_run(connection: sqlite3.Connection, run: RunRow) -> None:
    """Write a new run."""
    names = [field.name for field in fields(run)]
    marks = ", ".join("?" for _ in names)
    connection.execute(
        f"INSERT INTO runs ({', '.join(names)}) VALUES ({marks})",  # noqa: S608 - names of our own fields
        [_written(name, getattr(run, name)) for name in names],
    )


def outputs_of(connection: sqlite3.Connection, run_ids: Iterable[str]) -> dict[str, tuple[OutputRow, ...]]:
    """Find the outputs of some runs, by run; a run without any has no entry."""
    asked = orjson.dumps(list(run_ids)).decode()
    chosen = "run_id IN (SELECT value FROM json_each(?))"
    rows = connection.execute(f"SELECT {OUTPUT_COLUMNS} FROM outputs WHERE {chosen} ORDER BY id", (asked,))  # noqa: S608 - ours
    by_run: dict[str, tuple[OutputRow, ...]] = {}
    for row in rows:
        output = OutputRow(**dict(row))
        by_run[output.run_id] = (*by_run.get(output.run_id, ()), output)
    return by_run


def insert_output(connection: sqlite3.Connection, output: OutputRow) -> None:
    """Write a new output."""
    values = [getattr(output, field.name) for field in fields(output)]
    marks = ", ".join("?" for _ in values)
    connection.execute(f"INSERT INTO outputs ({OUTPUT_COLUMNS}) VALUES ({marks})", values)  # noqa: S608 - our own names


def _read(name: str, value: object) -> object:
    return orjson.loads(value) if name in _JSON_COLUMNS and isinstance(value, str) else value


def _written(name: str, value: object) -> object:
    return orjson.dumps(value).decode() if name in _JSON_COLUMNS and value is not None else value
