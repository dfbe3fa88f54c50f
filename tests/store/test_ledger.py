"""Events are given back as they were written, and runs are what their events say."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, Json, digest_bytes
from runner.core.errors import Refused, StoreError
from runner.core.event import (
    ActionFailed,
    ActionReused,
    ActionSkipped,
    ActionStarted,
    ActionSucceeded,
    AttemptFailed,
    Event,
    OutputFailed,
    OutputWritten,
    Phases,
    RunFinished,
    RunStarted,
    RunState,
)
from runner.core.money import parse_money
from runner.core.unwritten import Unwritten
from runner.store.ledger import RunRow, run_lease
from runner.store.store import Store, open_store

KEY = ActionKey("a" * 64)
ARTIFACT = Artifact(digest=digest_bytes(b"x"), media_type="image/png", size_bytes=1, width_px=3, height_px=2)


def started(run_id: str, plan_id: str = "sha256:1") -> RunStarted:
    plan: Json = {"plan_id": plan_id, "nested": [1, {"x": None}], "price": "0.55"}
    return RunStarted(at=f"2026-{run_id}", run_id=run_id, plan=plan, recipe_text="version: 1\n")


def finished(run_id: str, state: RunState = "succeeded", exit_code: int = 0) -> RunFinished:
    return RunFinished(at="2026-12", run_id=run_id, state=state, exit_code=exit_code)


ONE_OF_EACH: list[Event] = [
    started("01"),
    ActionStarted(at="t", key=KEY, attempt=2),
    AttemptFailed(at="t", key=KEY, attempt=2, code="busy", message="Ä", hint="", duration_ms=7, job_id="job"),
    ActionSucceeded(
        at="t",
        key=KEY,
        artifact=ARTIFACT,
        duration_ms=5,
        attempts=1,
        charged=parse_money("0.55"),
        job_id="job",
        raw=ARTIFACT,
        details={"irises": [{"center": [1, 2.5]}], "ok": True},
        notes=("16 bits per sample: reduced to 8",),
        phases=Phases(queue_ms=1, run_ms=3, download_ms=0),
    ),
    ActionReused(at="t", key=KEY, artifact=ARTIFACT, details={"a": None}),
    ActionFailed(at="t", key=KEY, code="c", message="Ä 'x'", hint="h", retryable=True, duration_ms=1, attempts=1),
    ActionSkipped(at="t", key=KEY, reason="it needs 'one', which failed"),
    OutputWritten(at="t", cell="SOFA-001", path="out/ä.png", digest=ARTIFACT.digest, unchanged=False),
    OutputFailed(at="t", cell="SOFA-001", path="out/ä.png", code="disk-full", message="no space left"),
    finished("01"),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def test_every_event_is_read_back_as_it_was(store: Store) -> None:
    store.ledger.append("01", ONE_OF_EACH)
    assert store.ledger.events("01") == ONE_OF_EACH


def test_events_survive_closing(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.ledger.append("01", ONE_OF_EACH)
    with open_store(tmp_path) as store:
        assert store.ledger.events("01") == ONE_OF_EACH


def test_events_of_two_runs_do_not_mix(store: Store) -> None:
    store.ledger.append("01", [started("01")])
    store.ledger.append("02", [started("02")])
    store.ledger.append("01", [finished("01")])
    assert [event.event for event in store.ledger.events("01")] == ["run-started", "run-finished"]
    assert [event.event for event in store.ledger.events("02")] == ["run-started"]


def test_the_start_of_a_run_is_read_alone(store: Store) -> None:
    store.ledger.append("01", ONE_OF_EACH)
    assert store.ledger.started("01") == started("01")
    assert store.ledger.started("99") is None


def test_an_unknown_run_has_no_events(store: Store) -> None:
    assert store.ledger.events("99") == []
    assert store.ledger.run("99") is None


def test_runs_are_listed_with_the_newest_first(store: Store) -> None:
    for run_id in ("01", "03", "02"):
        store.ledger.append(run_id, [started(run_id)])
    assert [row.run_id for row in store.ledger.runs()] == ["03", "02", "01"]


def test_a_finished_run_shows_how_it_ended(store: Store) -> None:
    store.ledger.append("01", [started("01"), finished("01", "failed", 1)])
    assert store.ledger.run("01") == RunRow(
        run_id="01", state="failed", started_at="2026-01", finished_at="2026-12", exit_code=1
    )


def test_a_run_without_an_end_is_interrupted(store: Store) -> None:
    store.ledger.append("01", [started("01")])
    row = store.ledger.run("01")
    assert row is not None
    assert row.state == "interrupted"


def test_a_run_that_a_living_process_works_on_is_running(store: Store) -> None:
    store.ledger.append("01", [started("01")])
    store.leases.claim(run_lease("01"))
    row = store.ledger.run("01")
    assert row is not None
    assert row.state == "running"


def test_a_run_that_goes_on_is_not_finished_any_more(store: Store) -> None:
    store.ledger.append("01", [started("01"), finished("01", "interrupted", 130)])
    store.ledger.append("01", [started("01")])
    row = store.ledger.run("01")
    assert row is not None
    assert (row.finished_at, row.exit_code) == (None, None)
    assert row.started_at == "2026-01"


def test_a_saved_plan_begins_one_run(store: Store) -> None:
    first = replace(started("01", "sha256:1"), saved_plan="sha256:1 of 2026")
    store.ledger.append("01", [first])
    store.ledger.append("01", [started("01", "sha256:1")])  # it is gone on with
    assert store.ledger.run_of_plan("sha256:1 of 2026") == "01"
    assert store.ledger.run_of_plan("sha256:1 of 2027") is None
    with pytest.raises(Refused, match="applied already, in run 01"):
        store.ledger.append("02", [replace(first, run_id="02")])
    assert store.ledger.run("02") is None


def test_events_are_written_all_or_none(store: Store) -> None:
    store.ledger.append("01", [started("01")])
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store.ledger.append("unknown run", [finished("01"), ActionSkipped(at="t", key=KEY, reason="")])
    row = store.ledger.run("01")
    assert row is not None
    assert row.state == "interrupted"


def test_a_result_of_an_earlier_version_without_phases_is_read(store: Store) -> None:
    picture = '{"digest": "%s", "media_type": "image/png", "size_bytes": 1, "width_px": 3, "height_px": 2}'
    body = '{"event": "action-succeeded", "at": "t", "key": "%s", "artifact": %s, "duration_ms": 5, "attempts": 1}'
    store.ledger.append("01", [started("01")])
    written = body % (KEY, picture % ARTIFACT.digest)
    store.state.write(
        lambda connection: connection.execute("INSERT INTO events (run_id, body) VALUES ('01', ?)", (written,))
    )
    assert store.ledger.events("01")[1:] == [
        ActionSucceeded(at="t", key=KEY, artifact=ARTIFACT, duration_ms=5, attempts=1)
    ]


def keep(store: Store, body: str) -> None:
    """Put a row into the journal of a run as another version might have written it."""
    store.state.write(
        lambda connection: connection.execute("INSERT INTO events (run_id, body) VALUES ('01', ?)", (body,))
    )


@pytest.mark.parametrize(
    "body",
    ['{"event": "action-imagined"}', '{"event": "action-started", "at": "t", "key": "k"}', "[]", "{", '{"event": []}'],
)
def test_an_event_of_another_version_is_said_in_words(store: Store, body: str) -> None:
    store.ledger.append("01", [started("01")])
    keep(store, body)
    with pytest.raises(StoreError) as caught:
        store.ledger.events("01")
    assert caught.value.code == "unknown-event"


def test_what_another_version_says_beyond_what_is_known_does_no_harm(store: Store) -> None:
    store.ledger.append("01", [started("01")])
    keep(store, '{"event": "action-started", "at": "t", "key": "k", "attempt": 2, "mood": "good"}')
    assert store.ledger.events("01")[1:] == [ActionStarted(at="t", key=ActionKey("k"), attempt=2)]


def reuses(at: str, count: int) -> list[Event]:
    return [
        ActionReused(at=at, key=ActionKey(digest_bytes(b"%d" % number)), artifact=ARTIFACT) for number in range(count)
    ]


def test_many_events_of_one_instant_come_back_each_with_its_time(store: Store) -> None:
    store.ledger.append("01", [started("01")])
    store.ledger.append("01", reuses("t1", 2500))
    store.ledger.append("01", reuses("t2", 3))
    assert store.ledger.events("01")[1:] == [*reuses("t1", 2500), *reuses("t2", 3)]


def test_what_an_earlier_run_told_is_not_written_again(store: Store) -> None:
    def pieces() -> object:
        return store.state.read("SELECT count(*) FROM pieces")

    def tell(run_id: str) -> None:
        many: list[Json] = [{"cell": number} for number in range(2500)]
        plan: Json = {"plan_id": "p", "created_at": run_id, "cells": many}
        store.ledger.append(run_id, [RunStarted(at=run_id, run_id=run_id, plan=plan, recipe_text="")])
        store.ledger.append(run_id, reuses(run_id, 40))

    tell("01")
    before = pieces()
    tell("02")
    assert pieces() == before
    second = store.ledger.started("02")
    assert second is not None
    assert isinstance(second.plan, dict)
    assert (second.plan["created_at"], len(str(second.plan["cells"]))) == (
        "02",
        len(str([{"cell": n} for n in range(2500)])),
    )


def test_a_plan_that_an_earlier_run_carried_out_is_not_written_again(store: Store) -> None:
    def start(run_id: str, as_json: Callable[[object], object]) -> None:
        plan = Unwritten({"plan_id": "sha256:1", "created_at": run_id, "root": Path("/p")}, as_json)
        store.ledger.append(run_id, [RunStarted(at=run_id, run_id=run_id, plan=plan, recipe_text="")])

    def never(value: object) -> object:
        raise TypeError(value)

    start("01", str)
    start("02", never)
    assert store.ledger.events("02") == [
        RunStarted(
            at="02",
            run_id="02",
            plan={"plan_id": "sha256:1", "created_at": "02", "root": "/p"},
            recipe_text="",
        )
    ]


def test_the_start_of_an_earlier_version_is_read_with_the_plan_inside(store: Store) -> None:
    store.ledger.append("01", [started("01")])
    body = '{"at":"t","run_id":"01","plan":{"plan_id":"old"},"recipe_text":"","event":"run-started"}'
    store.state.write(lambda connection: connection.execute("UPDATE events SET body = ? WHERE run_id = '01'", (body,)))
    assert store.ledger.events("01") == [RunStarted(at="t", run_id="01", plan={"plan_id": "old"}, recipe_text="")]


def test_a_lost_piece_is_said_in_words(store: Store) -> None:
    store.ledger.append("01", [started("01")])
    store.state.write(lambda connection: connection.execute("DELETE FROM pieces"))
    with pytest.raises(StoreError, match="a part of the ledger"):
        store.ledger.events("01")
