"""The ledger: the events of every run, in order, never changed."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal, cast

from runner.core.digest import Json
from runner.core.errors import Refused, StoreError
from runner.store.leases import Leases
from runner.store.state import State

# Events are many types, and a plan reads none: they are imported where events are written or read.
if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from runner.core.event import Event, RunStarted, RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A run in short.

    Attributes:
        state: ``running`` while a living process works on it; ``interrupted`` also when that process was killed.
        finished_at, exit_code: None where the run did not come to its end.
    """

    run_id: str
    state: 'RunState | Literal["running"]'
    started_at: str
    finished_at: str | None
    exit_code: int | None


class Ledger:
    """Events, appended in one transaction and read back in order."""

    def __init__(self, state: State, leases: Leases) -> None:
        self._state = state
        self._leases = leases

    def append(self, run_id: str, events: "Sequence[Event]") -> None:
        """Write events of a run; all of them or none.

        Raises:
            Refused: ``plan-used``: one begins the run of a saved plan that was applied before.
            StoreError: the state cannot be written.
        """
        bodies = [(run_id, _adapter().dump_json(event).decode()) for event in events]

        def change(connection: sqlite3.Connection) -> None:
            for event in events:
                _fold_into_runs(connection, event)
            connection.executemany("INSERT INTO events (run_id, body) VALUES (?, ?)", bodies)

        self._state.write(change)

    def events(self, run_id: str) -> "list[Event]":
        """Read the events of a run in the order they happened; none where the run is unknown.

        Raises:
            StoreError: an event was written by a newer version, or is damaged.
        """
        rows = self._state.read("SELECT number, body FROM events WHERE run_id = ? ORDER BY number", (run_id,))
        return [_parse_event(cast("int", number), cast("str", body)) for number, body in rows]

    def started(self, run_id: str) -> "RunStarted | None":
        """Read how a run began, without the rest of its events; None where it is unknown.

        Raises:
            StoreError: the event was written by a newer version, or is damaged.
        """
        from runner.core.event import RunStarted

        rows = self._state.read("SELECT number, body FROM events WHERE run_id = ? ORDER BY number LIMIT 1", (run_id,))
        first = _parse_event(cast("int", rows[0][0]), str(rows[0][1])) if rows else None
        return first if isinstance(first, RunStarted) else None

    def runs(self) -> list[RunRow]:
        """List all runs, the newest first."""
        query = (
            "SELECT run_id, state, started_at, finished_at, exit_code FROM runs ORDER BY started_at DESC, run_id DESC"
        )
        return [self._run_row(row) for row in self._state.read(query)]

    def run(self, run_id: str) -> RunRow | None:
        """Give one run; None where there is no run of this id."""
        query = "SELECT run_id, state, started_at, finished_at, exit_code FROM runs WHERE run_id = ?"
        rows = self._state.read(query, (run_id,))
        return self._run_row(rows[0]) if rows else None

    def run_of_plan(self, saved_plan: str) -> str | None:
        """Give the id of the run that applied a saved plan; None where none did."""
        rows = self._state.read("SELECT run_id FROM applied_plans WHERE plan = ?", (saved_plan,))
        return str(rows[0][0]) if rows else None

    def _run_row(self, row: Sequence[object]) -> RunRow:
        run_id, state, started_at, finished_at, exit_code = row
        if state is None:
            state = "running" if self._leases.is_held(run_lease(str(run_id))) else "interrupted"
        return RunRow(
            run_id=str(run_id),
            state=cast('RunState | Literal["running"]', state),
            started_at=str(started_at),
            finished_at=cast("str | None", finished_at),
            exit_code=cast("int | None", exit_code),
        )


def run_lease(run_id: str) -> str:
    """Name the lease that a process holds while it executes a run."""
    return f"run:{run_id}"


def _fold_into_runs(connection: sqlite3.Connection, event: "Event") -> None:
    """Keep the table of runs what the events say; a run that goes on is not finished any more."""
    from runner.core.event import RunFinished, RunStarted

    match event:
        case RunStarted():
            connection.execute(
                "INSERT INTO runs (run_id, plan_id, started_at) VALUES (?, ?, ?) ON CONFLICT (run_id)"
                " DO UPDATE SET state = NULL, finished_at = NULL, exit_code = NULL",
                (event.run_id, _plan_id(event.plan), event.at),
            )
            if event.saved_plan:
                _use_plan(connection, event)
        case RunFinished():
            connection.execute(
                "UPDATE runs SET state = ?, finished_at = ?, exit_code = ? WHERE run_id = ?",
                (event.state, event.at, event.exit_code, event.run_id),
            )


def _use_plan(connection: sqlite3.Connection, event: "RunStarted") -> None:
    """Note that a saved plan is applied from now on, inside the transaction that begins its run."""
    row = connection.execute("SELECT run_id FROM applied_plans WHERE plan = ?", (event.saved_plan,)).fetchone()
    if row is not None:
        raise Refused("plan-used", f"the plan was applied already, in run {row[0]}", hint=f"runner show {row[0]}")
    connection.execute("INSERT INTO applied_plans (plan, run_id) VALUES (?, ?)", (event.saved_plan, event.run_id))


def _plan_id(document: Json) -> str:
    return str(document.get("plan_id", "")) if isinstance(document, dict) else ""


def _parse_event(number: int, body: str) -> "Event":
    from pydantic import ValidationError

    try:
        return _adapter().validate_json(body)
    except ValidationError as error:
        raise StoreError(
            "unknown-event",
            f"event {number} of the ledger cannot be read: {error.errors()[0]['msg']}",
            hint="it was written by another version of edit-runner",
        ) from error


@cache
def _adapter() -> "TypeAdapter[Event]":
    from pydantic import Field, TypeAdapter

    from runner.core.event import Event

    return TypeAdapter(Annotated[Event, Field(discriminator="event")])
