"""How a run ends: once, in one transaction with its debit, its outputs and its callback."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from runner.core.digest import Json
from runner.server.batches.progress import count_item
from runner.server.billing.credit import settle
from runner.server.callbacks.enqueue import enqueue_run
from runner.server.clock import between_ms
from runner.server.runs.document import output_document
from runner.server.runs.links import Links
from runner.server.runs.logs import write_log
from runner.server.runs.row import OutputRow, RunRow, find_run, insert_output


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The engine gave a result, which is in the blobs.

    Attributes:
        details: What the engine found and chose; it is shown in the run's log.
        notes: Sentences for a person.
    """

    output: OutputRow
    details: Mapping[str, Json] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """There is no result."""

    code: str
    message: str
    stage: str


@dataclass(frozen=True, slots=True)
class Canceled:
    """Somebody does not want the result any more."""

    reason: str | None


Ending: TypeAlias = Succeeded | Failed | Canceled


def end_run(connection: sqlite3.Connection, links: Links, run_id: str, ending: Ending, now: str) -> RunRow | None:
    """End a run; the first ending counts.

    Returns:
        The run as it is now; None where it had ended before, and nothing was changed.
    """
    run = find_run(connection, run_id)
    if run is None or run.has_ended:
        return None
    ended = _ended(run, ending, now)
    _update(connection, ended)
    settle(connection, run.org_id, run.price_micro, ended.cost_micro or 0, now)
    _log(connection, run_id, ending, now)
    if isinstance(ending, Succeeded):
        insert_output(connection, ending.output)
    _tell(connection, links, ended, ending, now)
    return ended


def _ended(run: RunRow, ending: Ending, now: str) -> RunRow:
    over = replace(run, completed_at=now, duration_ms=between_ms(run.started_at or run.created_at, now), cost_micro=0)
    match ending:
        case Succeeded():
            return replace(over, status_code="succeeded", cost_micro=run.price_micro)
        case Failed():
            return replace(
                over,
                status_code="failed",
                failure_code=ending.code,
                failure_message=ending.message,
                failure_stage_code=ending.stage,
            )
        case Canceled():
            return replace(over, status_code="canceled")
        case _:
            assert_never(ending)


def _update(connection: sqlite3.Connection, run: RunRow) -> None:
    connection.execute(
        "UPDATE runs SET status_code = ?, completed_at = ?, duration_ms = ?, cost_micro = ?,"
        " failure_code = ?, failure_message = ?, failure_stage_code = ? WHERE id = ?",
        (
            run.status_code,
            run.completed_at,
            run.duration_ms,
            run.cost_micro,
            run.failure_code,
            run.failure_message,
            run.failure_stage_code,
            run.id,
        ),
    )


def _log(connection: sqlite3.Connection, run_id: str, ending: Ending, now: str) -> None:
    match ending:
        case Succeeded():
            for note in ending.notes:
                write_log(connection, run_id, note, now, level="warning")
            write_log(connection, run_id, "succeeded", now, meta=_found(ending))
        case Failed():
            message = f"failed: {ending.message}"
            write_log(connection, run_id, message, now, level="error", meta={"code": ending.code})
        case Canceled():
            write_log(connection, run_id, "canceled", now, level="warning", meta={"reason": ending.reason})
        case _:
            assert_never(ending)


def _found(ending: Succeeded) -> dict[str, Json]:
    """Write what is known of a result."""
    size: dict[str, Json] = {"width_px": ending.output.width_px, "height_px": ending.output.height_px}
    return size if not ending.details else {**size, "details": dict(ending.details)}


def _tell(connection: sqlite3.Connection, links: Links, run: RunRow, ending: Ending, now: str) -> None:
    """Tell the client and the batch of the run."""
    if run.callback_url is not None:
        outputs = (ending.output,) if isinstance(ending, Succeeded) else ()
        enqueue_run(connection, run, output_document(run, outputs, links, run.base_url), now)
    if run.batch_id is not None:
        count_item(connection, links, run, now)
