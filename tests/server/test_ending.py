"""Money and endings: whatever happens in whatever order, each run ends once and is debited once."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from runner.core.digest import digest_bytes
from runner.core.money import parse_money
from runner.server.answers import Refusal
from runner.server.billing.credit import reserve
from runner.server.clock import now
from runner.server.database.schema import migrate
from runner.server.ids import new_id
from runner.server.orgs.caller import Caller
from runner.server.orgs.keys import parse_keys, store_keys
from runner.server.runs.create import NewRun, run_row
from runner.server.runs.ending import Canceled, Ending, Failed, Succeeded, end_run
from runner.server.runs.envelope import Envelope
from runner.server.runs.links import Links
from runner.server.runs.queue import MAX_ATTEMPTS, mark_running, put_back, recover, take_next
from runner.server.runs.row import OutputRow, RunRow, find_run, insert_run
from runner.server.signing import Signer

KEYS = parse_keys("rf_live_0123456789abcdef one\nrf_live_fedcba9876543210 two")
LINKS = Links(Signer(b"secret"))
PRICE, GIVEN = 250_000, 1_000_000


class Runs(RuleBasedStateMachine):
    """A server's database under every order of events that its routes and its dispatcher can bring."""

    @initialize()
    def open(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA foreign_keys = ON")
        migrate(self.connection, "memory")
        store_keys(self.connection, KEYS, parse_money("1"), now())
        self.accepted: dict[str, str] = {}
        self.ended: dict[str, str] = {}
        self.begun: list[str] = []
        self.last_org = ""

    @rule(org=st.sampled_from([key.org_id for key in KEYS]), has_callback=st.booleans())
    def create(self, org: str, has_callback: bool) -> None:
        run = _run(org, has_callback)
        try:
            with _transaction(self.connection):
                reserve(self.connection, org, PRICE, now())
                insert_run(self.connection, run)
        except Refusal:
            assert self._spoken_for(org) > GIVEN - PRICE
        else:
            self.accepted[run.id] = org

    @rule()
    def take(self) -> None:
        run = take_next(self.connection, self.last_org, now())
        waiting = {org for run_id, org in self.accepted.items() if self._status(run_id) == "queued"}
        if run is None:
            assert not waiting
            return
        if waiting - {run.org_id}:
            assert run.org_id != self.last_org, "the organizations come in turn"
        self.last_org = run.org_id
        self.begun.append(run.id)

    @rule(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        if self.begun:
            run_id = data.draw(st.sampled_from(self.begun))
            was = self._status(run_id)
            assert mark_running(self.connection, run_id, now()) == (was == "dispatching")

    @rule(data=st.data(), how=st.sampled_from(["succeeded", "failed", "canceled"]))
    def end(self, data: st.DataObject, how: str) -> None:
        if not self.accepted:
            return
        run_id = data.draw(st.sampled_from(sorted(self.accepted)))
        with _transaction(self.connection):
            ended = end_run(self.connection, LINKS, run_id, _ending(how, run_id, self.accepted[run_id]), now())
        assert (ended is None) == (run_id in self.ended)
        self.ended.setdefault(run_id, how)

    @rule(data=st.data())
    def shut_down(self, data: st.DataObject) -> None:
        if self.begun:
            put_back(self.connection, data.draw(st.sampled_from(self.begun)), now())

    @rule()
    def restart(self) -> None:
        for run_id in recover(self.connection, now()):
            run = find_run(self.connection, run_id)
            assert run is not None
            assert run.attempts >= MAX_ATTEMPTS
            end_run(self.connection, LINKS, run_id, Failed("SERVER_STOPPED", "too often", "dispatch"), now())
            self.ended[run_id] = "failed"
        assert not self.connection.execute(
            "SELECT count(*) FROM runs WHERE status_code IN ('dispatching', 'running')"
        ).fetchone()[0]

    @invariant()
    def money_adds_up(self) -> None:
        for org in self.connection.execute("SELECT * FROM orgs") if hasattr(self, "connection") else ():
            mine = [run_id for run_id, owner in self.accepted.items() if owner == org["id"]]
            open_runs = sum(run_id not in self.ended for run_id in mine)
            succeeded = sum(self.ended.get(run_id) == "succeeded" for run_id in mine)
            assert org["reserved_micro"] == PRICE * open_runs
            assert org["spent_micro"] == PRICE * succeeded <= org["given_micro"]

    @invariant()
    def every_run_is_where_it_ended(self) -> None:
        for run_id, how in self.ended.items() if hasattr(self, "connection") else ():
            run = find_run(self.connection, run_id)
            assert run is not None
            assert run.status_code == how
            outputs = "SELECT count(*) FROM outputs WHERE run_id = ?"
            told = "SELECT count(*) FROM callback_deliveries WHERE run_id = ?"
            assert self._count(outputs, run_id) == (how == "succeeded")
            assert self._count(told, run_id) == (run.callback_url is not None)

    def teardown(self) -> None:
        if hasattr(self, "connection"):
            self.connection.close()

    def _count(self, query: str, run_id: str) -> int:
        return int(self.connection.execute(query, (run_id,)).fetchone()[0])

    def _status(self, run_id: str) -> str:
        run = find_run(self.connection, run_id)
        assert run is not None
        return run.status_code

    def _spoken_for(self, org: str) -> int:
        row = self.connection.execute("SELECT spent_micro + reserved_micro FROM orgs WHERE id = ?", (org,)).fetchone()
        return int(row[0])


TestRuns = Runs.TestCase
TestRuns.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


def test_a_run_is_given_up_after_it_stopped_the_server_too_often(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "runs.db", isolation_level=None)
    connection.row_factory = sqlite3.Row
    migrate(connection, "runs")
    store_keys(connection, KEYS, parse_money("1"), now())
    insert_run(connection, _run(KEYS[0].org_id, has_callback=False))

    begun = 0
    while take_next(connection, "", now()) is not None:
        begun += 1
        given_up = recover(connection, now())
    connection.close()

    assert (begun, len(given_up)) == (MAX_ATTEMPTS, 1)


def _run(org: str, has_callback: bool) -> RunRow:
    return run_row(
        NewRun(
            model="image/resize",
            caller=Caller(org, new_id()),
            base_url="http://127.0.0.1",
            price_micro=PRICE,
            input={},
            envelope=Envelope("https://example.com/hook" if has_callback else None, None, None),
        ),
        now(),
    )


def _ending(how: str, run_id: str, org: str) -> Ending:
    match how:
        case "succeeded":
            return Succeeded(_output(run_id, org))
        case "failed":
            return Failed("NO_FACE", "there is no face", "inference")
        case _:
            return Canceled("enough")


def _output(run_id: str, org: str) -> OutputRow:
    return OutputRow(
        id=new_id(),
        run_id=run_id,
        org_id=org,
        name="resize.png",
        digest=digest_bytes(b"x"),
        media_type="image/png",
        size_bytes=1,
        width_px=1,
        height_px=1,
        thumbnail_digest=digest_bytes(b"y"),
        thumbnail_media_type="image/jpeg",
        created_at=now(),
    )


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
