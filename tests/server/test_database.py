"""The database: changes are whole or not at all, and belong to one server."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from runner.core.errors import StoreError, UsageError
from runner.server.database.database import Database
from runner.server.database.exclusive import alone_in
from runner.server.database.schema import MIGRATIONS
from runner.server.database.settings import signing_secret


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "server.db")) as opened:
        yield opened


def _insert(name: str) -> Callable[[sqlite3.Connection], int]:
    def change(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO settings (name, value) VALUES (?, x'00')", (name,))
        return int(connection.execute("SELECT count(*) FROM settings").fetchone()[0])

    return change


def _names(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM settings ORDER BY name")]


def test_a_change_that_fails_leaves_nothing_and_harms_no_other(database: Database) -> None:
    def fails(connection: sqlite3.Connection) -> None:
        _insert("never")(connection)
        raise LookupError("in the middle")

    async def work() -> list[object]:
        changes = [_insert("a"), fails, _insert("b"), _insert("a"), _insert("c")]
        return await asyncio.gather(*(database.write(change) for change in changes), return_exceptions=True)

    outcomes = asyncio.run(work())

    assert [type(outcome).__name__ for outcome in outcomes] == ["int", "LookupError", "int", "IntegrityError", "int"]
    assert asyncio.run(database.read(_names)) == ["a", "b", "c"]


def test_many_changes_at_once_all_happen(database: Database) -> None:
    async def work() -> None:
        await asyncio.gather(*(database.write(_insert(f"{number:04}")) for number in range(1000)))

    asyncio.run(work())

    assert len(asyncio.run(database.read(_names))) == 1000


def test_what_was_written_is_read_at_once_and_after_opening_again(tmp_path: Path) -> None:
    async def write_and_read(database: Database) -> list[str]:
        await database.write(_insert("kept"))
        return await database.read(_names)

    with closing(Database(tmp_path / "server.db")) as first:
        assert asyncio.run(write_and_read(first)) == ["kept"]
    with closing(Database(tmp_path / "server.db")) as second:
        assert asyncio.run(second.read(_names)) == ["kept"]


def test_changes_that_wait_when_it_is_closed_are_carried_out(tmp_path: Path) -> None:
    database = Database(tmp_path / "server.db")

    async def work() -> None:
        changes = [asyncio.ensure_future(database.write(_insert(f"{number}"))) for number in range(50)]
        await asyncio.sleep(0)
        database.close()
        await asyncio.gather(*changes)

    asyncio.run(work())

    with closing(sqlite3.connect(tmp_path / "server.db")) as connection:
        assert len(_names(connection)) == 50


def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError, match="readonly"):
        asyncio.run(database.read(_insert("x")))


def test_the_signing_secret_is_made_once(database: Database) -> None:
    first, second = asyncio.run(database.write(signing_secret)), asyncio.run(database.write(signing_secret))

    assert first == second
    assert len(first) == 32


def test_the_database_is_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    Database(folder / "server.db").close()

    assert (folder.stat().st_mode & 0o777, (folder / "server.db").stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "server.db")) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")

    with pytest.raises(StoreError, match="newer edit-runner"):
        Database(tmp_path / "server.db")


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "server.db").write_bytes(b"this is no database" * 100)

    with pytest.raises(StoreError, match="is damaged"):
        Database(tmp_path / "server.db")


def test_a_folder_serves_one_server_at_a_time(tmp_path: Path) -> None:
    with alone_in(tmp_path), pytest.raises(UsageError, match="another server uses"), alone_in(tmp_path):
        pass
    with alone_in(tmp_path):
        pass
