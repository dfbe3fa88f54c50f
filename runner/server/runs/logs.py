"""What happened to a run, as its owner may read it."""

import sqlite3
from collections.abc import Mapping
from typing import Literal, TypeAlias

import orjson

from runner.core.digest import Json
from runner.server.ids import new_id

Level: TypeAlias = Literal["info", "warning", "error"]


def write_log(
    connection: sqlite3.Connection,
    run_id: str,
    message: str,
    now: str,
    *,
    level: Level = "info",
    meta: Mapping[str, Json] | None = None,
) -> None:
    """Add a line to a run's log."""
    written = None if meta is None else orjson.dumps(dict(meta)).decode()
    connection.execute(
        "INSERT INTO run_logs (id, run_id, level_code, message, timestamp, meta) VALUES (?, ?, ?, ?, ?, ?)",
        (new_id(), run_id, level, message, now, written),
    )


def log_document(row: sqlite3.Row) -> dict[str, Json]:
    """Write a line of a log as answers show it."""
    meta = row["meta"]
    return {
        "id": row["id"],
        "run_id": row["run_id"],
        "level_code": row["level_code"],
        "message": row["message"],
        "timestamp": row["timestamp"],
        "meta": None if meta is None else orjson.loads(meta),
    }
