"""The state database opens, waits and refuses in words."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, digest_bytes
from runner.core.errors import StoreError
from runner.core.event import ActionStarted
from runner.store.files import SeenFile, take_stamp
from runner.store.schema import MIGRATIONS
from runner.store.state import open_state, open_state_for_reading
from runner.store.store import open_store, open_store_for_planning

ARTIFACT = Artifact(digest=digest_bytes(b"x"), media_type="image/png", size_bytes=1, width_px=1, height_px=1)


def test_planning_makes_nothing_but_the_state(tmp_path: Path) -> None:
    with open_store_for_planning(tmp_path) as store:
        store.lookup([])
    made = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert made == {".runner", ".runner/state.db"}


def test_a_store_for_a_run_ignores_itself_in_git(tmp_path: Path) -> None:
    with open_store(tmp_path):
        pass
    assert (tmp_path / ".runner/.gitignore").read_text() == "*\n"


def test_planning_works_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / ".runner").write_text("a file where the folder should be")
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"x")
    with open_store_for_planning(tmp_path) as store:
        store.files.remember([SeenFile(photo, take_stamp(photo), ARTIFACT)])
        assert store.files.get(photo, take_stamp(photo)) is None
        assert store.ledger.runs() == []


def test_running_refuses_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / ".runner").write_text("a file where the folder should be")
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path)
    assert caught.value.code == "state-not-writable"


def test_a_state_is_read_without_being_written(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    state = open_state(path)
    state.write(lambda connection: connection.execute("INSERT INTO encodings VALUES ('a', 'b')"))
    state.close()
    before = path.read_bytes()
    reading = open_state_for_reading(path)
    assert reading.read("SELECT * FROM encodings") == [("a", "b")]
    with pytest.raises(StoreError) as caught:
        reading.write(lambda connection: connection.execute("DELETE FROM encodings"))
    assert caught.value.code == "state-not-writable"
    reading.close()
    assert path.read_bytes() == before


def test_a_newer_state_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    open_state(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(StoreError, match="newer edit-runner") as caught:
        open_state(path)
    assert caught.value.code == "newer-state"


@pytest.mark.parametrize("content", [b"this is no database, but it is long enough to have a header" * 20])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.db"
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        open_state(path)
    assert caught.value.code == "damaged-state"
    assert path.read_bytes() == content


def test_damage_inside_is_found_by_a_check(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    state = open_state(path)
    rows = [(f"{number:064}", "x" * 64) for number in range(2000)]
    state.write(lambda connection: connection.executemany("INSERT INTO encodings VALUES (?, ?)", rows))
    assert state.check() == []
    state.close()
    content = bytearray(path.read_bytes())
    content[40_000:60_000] = b"\xff" * 20_000
    path.write_bytes(content)
    damaged = open_state(path)
    problems = damaged.check()
    damaged.close()
    assert problems


def test_a_change_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    state = open_state(tmp_path / "state.db")

    def change(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO encodings VALUES ('a', 'b')")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        state.write(change)
    assert state.read("SELECT * FROM encodings") == []
    state.close()


def test_an_error_in_our_own_sql_is_not_dressed_up(tmp_path: Path) -> None:
    state = open_state(tmp_path / "state.db")
    with pytest.raises(sqlite3.OperationalError):
        state.read("SELECT * FROM nowhere")
    state.close()


def test_a_writer_waits_for_another_one(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    state = open_state(path)
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.7, lambda: other.execute("COMMIT"))
    timer.start()
    state.write(lambda connection: connection.execute("INSERT INTO encodings VALUES ('a', 'b')"))
    timer.join()
    assert state.read("SELECT count(*) FROM encodings") == [(1,)]
    other.close()
    state.close()


_WRITER = """
import sys
from pathlib import Path
from runner.core.event import ActionStarted, RunStarted
from runner.store.store import open_store
run_id = sys.argv[2]
with open_store(Path(sys.argv[1])) as store:
    store.ledger.append(run_id, [RunStarted(at=run_id, run_id=run_id, plan={}, recipe_text="")])
    for number in range(100):
        store.ledger.append(run_id, [ActionStarted(at="", key="0" * 64, attempt=number)])
"""


@pytest.mark.slow
def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), f"run-{number}"]) for number in range(4)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0, 0]
    with open_store(tmp_path) as store:
        events = [store.ledger.events(f"run-{number}")[1:] for number in range(4)]
    wanted = [ActionStarted(at="", key=ActionKey("0" * 64), attempt=number) for number in range(100)]
    assert events == [wanted] * 4
