"""What was measured is remembered."""

import sqlite3
from pathlib import Path

from runner.core.digest import Digest, digest_bytes
from runner.store.measurements import Measurement
from runner.store.schema import MIGRATIONS
from runner.store.store import open_store

PASSED = Measurement(value="0.0312", threshold="at most 5%", passed=True, message="412 of 13000 px changed")
FAILED = Measurement(value=None, threshold="jpeg", passed=False, message="")


def key(number: int) -> Digest:
    return digest_bytes(str(number).encode())


def test_what_is_kept_is_found_by_another_process(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.measurements.keep({key(1): PASSED, key(2): FAILED})
    with open_store(tmp_path) as store:
        assert store.measurements.lookup([key(1), key(2), key(3)]) == {key(1): PASSED, key(2): FAILED}


def test_more_keys_than_one_query_takes_are_looked_up(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.measurements.keep({key(number): PASSED for number in range(1200)})
        assert len(store.measurements.lookup(key(number) for number in range(1300))) == 1200


def test_a_state_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / ".runner" / "state.db"
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    for statement in MIGRATIONS[0]:
        connection.execute(statement)
    connection.execute("INSERT INTO results VALUES ('k', 'd', 'image/png', 1, 2, 3, '{}', '[]', 4, 'then')")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    with open_store(tmp_path) as store:
        assert [known.draw for known in store.results.lookup(["k"]).values()] == [0]  # type: ignore[list-item]  # any text is a key here
        assert store.measurements.lookup([key(1)]) == {}
