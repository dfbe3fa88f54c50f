"""The ledger: the events of every run, in order, never changed."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Literal, cast

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from runner.core.digest import Json
from runner.core.errors import Refused, StoreError
from runner.core.event import Event, RunFinished, RunStarted, RunState
from runner.core.unwritten import Unwritten
from runner.store.event_json import event_adapter, read_event
from runner.store.leases import Leases
from runner.store.pieces import in_pieces, keep_document, keep_piece, read_kept_document, read_piece
from runner.store.state import State

_OF_RUNS = (RunStarted, RunFinished)
_KEPT = "kept"
_MANY = '{"pieces":'
_FEWEST_TOGETHER = 16
"""Events of one instant that are worth keeping together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A run in short.

    Attributes:
        state: ``running`` while a living process works on it; ``interrupted`` also when that process was killed.
        finished_at, exit_code: None where the run did not come to its end.
    """

    run_id: str
    state: RunState | Literal["running"]
    started_at: str
    finished_at: str | None
    exit_code: int | None


class Ledger:
    """Events, appended in one transaction and read back in order."""

    def __init__(self, state: State, leases: Leases) -> None:
        self._state = state
        self._leases = leases

    def append(self, run_id: str, events: Sequence[Event]) -> None:
        """Write events of a run; all of them or none.

        Many of one instant are kept together, and what an earlier run told in the same words is not written again.

        Raises:
            Refused: ``plan-used``: one begins the run of a saved plan that was applied before.
            StoreError: the state cannot be written.
        """

        def change(connection: sqlite3.Connection) -> None:
            for event in events:
                if isinstance(event, _OF_RUNS):
                    _fold_into_runs(connection, event)
            bodies = [(run_id, body) for body in _bodies(connection, events)]
            connection.executemany("INSERT INTO events (run_id, body) VALUES (?, ?)", bodies)

        self._state.write(change)

    def events(self, run_id: str) -> list[Event]:
        """Read the events of a run in the order they happened; none where the run is unknown.

        Raises:
            StoreError: an event was written by a newer version, or is damaged.
        """
        rows = self._state.read("SELECT number, body FROM events WHERE run_id = ? ORDER BY number", (run_id,))
        return [event for number, body in rows for event in self._parse(cast("int", number), str(body))]

    def started(self, run_id: str) -> RunStarted | None:
        """Read how a run began, without the rest of its events; None where it is unknown.

        Raises:
            StoreError: the event was written by a newer version, or is damaged.
        """
        rows = self._state.read("SELECT number, body FROM events WHERE run_id = ? ORDER BY number LIMIT 1", (run_id,))
        first = next(self._parse(cast("int", rows[0][0]), str(rows[0][1])), None) if rows else None
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

    def _parse(self, number: int, body: str) -> Iterator[Event]:
        """Give the events of a row: one, or the many of one instant that it stands for."""
        try:
            if body.startswith(_MANY):
                many = orjson.loads(body)
                for digest in many["pieces"]:
                    members = orjson.loads(read_piece(self._state, digest))
                    yield from _list_adapter().validate_python([{**member, "at": many["at"]} for member in members])
            else:
                yield self._with_plan(read_event(body))
        except ValidationError as error:
            raise StoreError(
                "unknown-event",
                f"event {number} of the ledger cannot be read: {error.errors()[0]['msg']}",
                hint="it was written by another version of edit-runner",
            ) from error

    def _with_plan(self, event: Event) -> Event:
        """Give the start of a run its plan; earlier versions wrote it into the event."""
        if isinstance(event, RunStarted) and isinstance(event.plan, dict) and (kept := event.plan.get(_KEPT)):
            at = {name: value for name, value in event.plan.items() if name != _KEPT}
            return replace(event, plan=at | read_kept_document(self._state, cast("dict[str, Json]", kept)))
        return event

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


def _bodies(connection: sqlite3.Connection, events: Sequence[Event]) -> Iterator[str]:
    """Write events as rows hold them; their long parts are kept as pieces, inside the caller's transaction."""
    if _are_kept_together(events):
        digests = [
            keep_piece(connection, _list_adapter().dump_json(piece, exclude={"__all__": {"at"}}))
            for piece in in_pieces(events)
        ]
        yield orjson.dumps({"pieces": digests, "at": events[0].at}).decode()
        return
    for event in events:
        yield event_adapter().dump_json(_without_plan(connection, event)).decode()


def _are_kept_together(events: Sequence[Event]) -> bool:
    is_one_instant = len(events) >= _FEWEST_TOGETHER and len({event.at for event in events}) == 1
    return is_one_instant and not any(isinstance(event, RunStarted) for event in events)


def _without_plan(connection: sqlite3.Connection, event: Event) -> Event:
    """Keep the plan of a run's start, and let something short stand for it, with the time it was made: that is new."""
    if not isinstance(event, RunStarted):
        return event
    members = dict(_members(event.plan))
    made_at: dict[str, Json] = {"created_at": str(members.pop("created_at"))} if "created_at" in members else {}
    if isinstance(event.plan, Unwritten):
        document = Unwritten(members, event.plan.as_json)
        kept = _kept_before(connection, event) or keep_document(connection, document)
    else:
        kept = keep_document(connection, Unwritten(members, str))
    return replace(event, plan={**made_at, _KEPT: kept})


def _kept_before(connection: sqlite3.Connection, event: RunStarted) -> Json:
    """Find what stands for the same plan in an earlier run: its id is the digest of all that is kept of it."""
    earlier = "SELECT run_id FROM runs WHERE plan_id = ? AND run_id <> ? LIMIT 1"
    row = connection.execute(
        f"SELECT body FROM events WHERE run_id = ({earlier}) ORDER BY number LIMIT 1",  # noqa: S608 - a constant
        (_plan_id(event.plan), event.run_id),
    ).fetchone()
    kept: Json = orjson.loads(row[0])["plan"].get(_KEPT) if row is not None else None
    return kept


def _members(plan: Json | Unwritten) -> Mapping[str, object]:
    if isinstance(plan, Unwritten):
        return plan.members
    return plan if isinstance(plan, dict) else {}


def _fold_into_runs(connection: sqlite3.Connection, event: RunStarted | RunFinished) -> None:
    """Keep the table of runs what the events say; a run that goes on is not finished any more."""
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


def _use_plan(connection: sqlite3.Connection, event: RunStarted) -> None:
    """Note that a saved plan is applied from now on, inside the transaction that begins its run."""
    row = connection.execute("SELECT run_id FROM applied_plans WHERE plan = ?", (event.saved_plan,)).fetchone()
    if row is not None:
        raise Refused("plan-used", f"the plan was applied already, in run {row[0]}", hint=f"runner show {row[0]}")
    connection.execute("INSERT INTO applied_plans (plan, run_id) VALUES (?, ?)", (event.saved_plan, event.run_id))


def _plan_id(plan: Json | Unwritten) -> str:
    return str(_members(plan).get("plan_id", ""))


@cache
def _list_adapter() -> TypeAdapter[list[Event]]:
    return TypeAdapter(list[Annotated[Event, Field(discriminator="event")]])
