"""The queue: runs that wait, in the order they came, the organizations in turn."""

import sqlite3

from runner.server.batches.progress import begin_batch
from runner.server.runs.logs import write_log
from runner.server.runs.row import RunRow, find_run

MAX_ATTEMPTS = 5
"""How often a run may be begun; one that stops the server each time is given up."""


def take_next(connection: sqlite3.Connection, after_org: str, now: str) -> RunRow | None:
    """Take the oldest run of the organization that comes after ``after_org``; None where none waits."""
    query = "SELECT id FROM runs WHERE status_code = 'queued' AND org_id > ? ORDER BY org_id, id LIMIT 1"
    row = connection.execute(query, (after_org,)).fetchone() or connection.execute(query, ("",)).fetchone()
    if row is None:
        return None
    connection.execute(
        "UPDATE runs SET status_code = 'dispatching', started_at = ?, attempts = attempts + 1 WHERE id = ?",
        (now, row["id"]),
    )
    run = find_run(connection, row["id"])
    assert run is not None  # noqa: S101 - it was just changed
    write_log(connection, run.id, "dispatching", now, meta={"attempt": run.attempts})
    if run.batch_id is not None:
        begin_batch(connection, run.batch_id, now)
    return run


def mark_running(connection: sqlite3.Connection, run_id: str, now: str) -> bool:
    """Note that the engine begins; say whether the run still wants that."""
    query = "UPDATE runs SET status_code = 'running' WHERE id = ? AND status_code = 'dispatching'"
    if connection.execute(query, (run_id,)).rowcount == 0:
        return False
    write_log(connection, run_id, "running", now)
    return True


def put_back(connection: sqlite3.Connection, run_id: str, now: str) -> None:
    """Let a run wait again that could not be finished before a shutdown; that does not count as an attempt."""
    changed = connection.execute(
        "UPDATE runs SET status_code = 'queued', started_at = NULL, attempts = attempts - 1"
        " WHERE id = ? AND status_code IN ('dispatching', 'running')",
        (run_id,),
    )
    if changed.rowcount:
        write_log(connection, run_id, "queued again: the server shuts down", now)


def recover(connection: sqlite3.Connection, now: str) -> tuple[str, ...]:
    """Let every run wait again that a stopped server had begun.

    Returns:
        The ids of those that were begun too often; they still have to be ended.
    """
    rows = connection.execute(
        "SELECT id, attempts FROM runs WHERE status_code IN ('dispatching', 'running') ORDER BY id"
    ).fetchall()
    again = [row["id"] for row in rows if row["attempts"] < MAX_ATTEMPTS]
    for run_id in again:
        connection.execute("UPDATE runs SET status_code = 'queued', started_at = NULL WHERE id = ?", (run_id,))
        write_log(connection, run_id, "queued again: the server was stopped", now, level="warning")
    return tuple(row["id"] for row in rows if row["attempts"] >= MAX_ATTEMPTS)


def count_unfinished(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the runs that have not ended, by status."""
    waiting = connection.execute("SELECT count(*) FROM runs WHERE status_code = 'queued'").fetchone()[0]
    rows = connection.execute(
        "SELECT status_code, count(*) FROM runs WHERE status_code IN ('dispatching', 'running') GROUP BY status_code"
    )
    return {"queued": int(waiting), **{str(status): int(count) for status, count in rows}}
