"""What of runs clients may filter and sort by."""

from runner.server.clock import parse_time, time_text
from runner.server.ids import id_of
from runner.server.listing.page import Listed
from runner.server.runs.row import RUN_COLUMNS, STATUSES


def _status(text: str) -> str:
    status = "canceled" if text == "cancelled" else text
    if status not in STATUSES:
        raise ValueError(f"one of {', '.join(STATUSES)}")
    return status


def _time(text: str) -> str:
    try:
        return time_text(parse_time(text))
    except (ValueError, OverflowError) as error:
        raise ValueError("a day or a time, such as 2026-04-01 or 2026-04-01T12:00:00Z") from error


def _model_id(text: str) -> str:
    return id_of("model", text) if "/" in text else text


_TIMES = ("created_at", "started_at", "completed_at")
_OPTIONAL = frozenset({"started_at", "completed_at", "client_ref"})

RUNS = Listed(
    table="runs",
    columns=RUN_COLUMNS,
    fields={
        "status_code": _status,
        "client_ref": str,
        "batch_id": str,
        "created_at": _time,
        "model_id": _model_id,
    },
    sortable=(*_TIMES, "status_code", "client_ref", "model_id", "id"),
    optional=_OPTIONAL,
)
"""Runs; ``model_id`` takes a model's id or its name."""

BATCH_ITEMS = Listed(
    table="runs",
    columns=RUN_COLUMNS,
    fields={"status_code": _status, "client_ref": str},
    sortable=(*_TIMES, "status_code", "client_ref", "id"),
    optional=_OPTIONAL,
    usual="id:asc",
)
"""Items of a batch; ids of runs that were made together keep their order."""

RUN_LOGS = Listed(
    table="run_logs",
    columns="id, run_id, level_code, message, timestamp, meta",
    fields={"level_code": str, "timestamp": _time},
    sortable=("timestamp", "id"),
    usual="timestamp:asc",
)
