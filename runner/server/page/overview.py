"""What the page shows of an organization: its queue, its recent runs, what was done in the last hour."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from runner.server.billing.micro import decimal_text
from runner.server.clock import time_text
from runner.server.runs.row import RUN_COLUMNS, OutputRow, RunRow, outputs_of, run_of

MINUTES = 60
_RECENT = 24


@dataclass(frozen=True, slots=True)
class Minute:
    """Runs that ended within one minute."""

    succeeded: int
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the page shows.

    Attributes:
        org: The organization's name.
        now: When it was read.
        unfinished: Runs that have not ended, by status.
        minutes: The last hour, oldest first.
        day: Runs that ended in the last 24 hours, by status.
        median_ms: How long a run took that ended in the last hour; None where none did.
        runs: The newest, newest first.
        outputs: Their outputs, by run.
        balance: What is left, in US dollars.
    """

    org: str
    now: str
    unfinished: Mapping[str, int]
    minutes: tuple[Minute, ...]
    day: Mapping[str, int]
    median_ms: int | None
    runs: tuple[RunRow, ...]
    outputs: Mapping[str, tuple[OutputRow, ...]]
    balance: str


def read_overview(connection: sqlite3.Connection, org_id: str) -> Overview:
    """Read what the page shows."""
    moment = datetime.now(UTC)
    org = connection.execute("SELECT * FROM orgs WHERE id = ?", (org_id,)).fetchone()
    recent = f"SELECT {RUN_COLUMNS} FROM runs WHERE org_id = ? ORDER BY created_at DESC, id DESC LIMIT ?"  # noqa: S608 - our own names
    runs = tuple(run_of(row) for row in connection.execute(recent, (org_id, _RECENT)))
    return Overview(
        org=org["name"],
        now=time_text(moment),
        unfinished=_unfinished(connection, org_id),
        minutes=_minutes(connection, org_id, moment),
        day=_day(connection, org_id, moment),
        median_ms=_median_ms(connection, org_id, moment),
        runs=runs,
        outputs=outputs_of(connection, [run.id for run in runs]),
        balance=decimal_text(max(0, org["given_micro"] - org["spent_micro"])),
    )


def _unfinished(connection: sqlite3.Connection, org_id: str) -> dict[str, int]:
    waiting = "SELECT count(*) FROM runs WHERE status_code = 'queued' AND org_id = ?"
    taken = (
        "SELECT status_code, count(*) FROM runs WHERE status_code IN ('dispatching', 'running') AND org_id = ?"
        " GROUP BY status_code"
    )
    counts = {str(status): int(count) for status, count in connection.execute(taken, (org_id,))}
    return {"queued": int(connection.execute(waiting, (org_id,)).fetchone()[0]), **counts}


def _minutes(connection: sqlite3.Connection, org_id: str, moment: datetime) -> tuple[Minute, ...]:
    names = [time_text(moment - timedelta(minutes=ago))[:16] for ago in reversed(range(MINUTES))]
    rows = connection.execute(
        "SELECT substr(completed_at, 1, 16) AS minute, sum(status_code = 'succeeded'), count(*) FROM runs"
        " WHERE org_id = ? AND completed_at >= ? GROUP BY minute",
        (org_id, names[0]),
    )
    found = {minute: Minute(succeeded, ended - succeeded) for minute, succeeded, ended in rows}
    return tuple(found.get(name, Minute(0, 0)) for name in names)


def _day(connection: sqlite3.Connection, org_id: str, moment: datetime) -> dict[str, int]:
    rows = connection.execute(
        "SELECT status_code, count(*) FROM runs WHERE org_id = ? AND completed_at >= ? GROUP BY status_code",
        (org_id, time_text(moment - timedelta(days=1))),
    )
    return {str(status): int(count) for status, count in rows}


def _median_ms(connection: sqlite3.Connection, org_id: str, moment: datetime) -> int | None:
    ended = "FROM runs WHERE org_id = ? AND completed_at >= ? AND status_code = 'succeeded'"
    since = (org_id, time_text(moment - timedelta(hours=1)))
    count = int(connection.execute(f"SELECT count(*) {ended}", since).fetchone()[0])
    if not count:
        return None
    query = f"SELECT duration_ms {ended} ORDER BY duration_ms LIMIT 1 OFFSET ?"
    return int(connection.execute(query, (*since, count // 2)).fetchone()[0])
