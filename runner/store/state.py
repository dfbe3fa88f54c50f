"""The state database: one SQLite file that several processes may use at once."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar
from urllib.parse import quote

from runner.core.errors import StoreError
from runner.store.schema import MIGRATIONS
from runner.store.sqlite_errors import is_busy, not_writable, to_store_error

Cell: TypeAlias = str | int | float | None
T = TypeVar("T")

_BUSY_TIMEOUT_MS = 500
_PATIENCE_S = 60.0
_KEYS_AT_ONCE = 500

_WHOLE = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_PART = ("SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part"))
"""How a transaction, or a part of one, begins, is kept, and is undone."""


class State:
    """One connection to the state database, shared by the threads of this process.

    Args:
        connection: Already set up; see ``open_state``.
        name: How messages call the database.
        writable: Whether changes are kept; a change to a read-only state is an error.
    """

    def __init__(self, connection: sqlite3.Connection, *, name: str, writable: bool) -> None:
        self.writable = writable
        self._connection = connection
        self._name = name
        self._lock = threading.RLock()
        self._writer: int | None = None

    def read(self, query: str, parameters: Sequence[Cell] = ()) -> list[tuple[Cell, ...]]:
        """Give all rows of a query.

        Raises:
            StoreError: the database is damaged, or stayed locked for a minute.
        """
        if self._is_ours():
            return self._connection.execute(query, parameters).fetchall()
        return self._patiently(lambda: self._connection.execute(query, parameters).fetchall())

    def read_among(self, query: str, keys: Iterable[str]) -> Iterator[tuple[Cell, ...]]:
        """Give the rows of a query over many keys, each asked for once.

        Args:
            query: With ``{}`` where the keys go, as in ``WHERE key IN ({})``.
            keys: Of any number.

        Raises:
            StoreError: as ``read``.
        """
        distinct = list(dict.fromkeys(keys))
        for start in range(0, len(distinct), _KEYS_AT_ONCE):
            some = distinct[start : start + _KEYS_AT_ONCE]
            yield from self.read(query.format(", ".join("?" * len(some))), some)

    def write(self, change: Callable[[sqlite3.Connection], T]) -> T:
        """Carry out a change in one short transaction; it is on the disk when this returns.

        The change may be called again when another process was quicker, so it must do nothing but SQL.

        Raises:
            StoreError: the disk is full, the database is damaged, read-only or stayed locked for a minute.
        """
        if self._is_ours():
            return change(self._connection)
        return self._patiently(lambda: self._in_transaction(change))

    def together(self, calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
        """Make calls that read and write this state one transaction, in their order; then all is on the disk.

        They may be made again when another process was quicker, so they must do nothing else.

        Returns:
            What each gave, or why it failed: then nothing of what it wrote is kept, and all of what the others wrote.

        Raises:
            StoreError: as ``write``; nothing is kept.
        """
        try:
            return self.write(lambda _: [call() for call in calls])
        except Exception:  # noqa: BLE001 - one of them failed, which is rare: made again, so that it fails alone
            return self.write(lambda _: [self._part(call) for call in calls])

    def check(self) -> list[str]:
        """Look for damage in the whole file; an empty list is good news."""
        try:
            rows = self.read("PRAGMA quick_check")
        except StoreError as error:
            return [error.message]
        return [str(row[0]) for row in rows if row[0] != "ok"]

    def close(self) -> None:
        """Close the connection; twice is safe."""
        with self._lock:
            self._connection.close()

    def _is_ours(self) -> bool:
        """Whether this thread is in a transaction: of calls that are made together."""
        return self._writer == threading.get_ident()

    def _in_transaction(self, change: Callable[[sqlite3.Connection], T]) -> T:
        self._writer = threading.get_ident()
        try:
            return self._kept_or_undone(_WHOLE, lambda: change(self._connection))
        finally:
            self._writer = None

    def _kept_or_undone(self, how: tuple[str, str, tuple[str, ...]], act: Callable[[], T]) -> T:
        begin, keep, undo = how
        self._connection.execute(begin)
        try:
            result = act()
            self._connection.execute(keep)
        except BaseException:
            if self._connection.in_transaction:
                for statement in undo:
                    self._connection.execute(statement)
            raise
        return result

    def _part(self, call: Callable[[], T]) -> T | Exception:
        try:
            return self._kept_or_undone(_PART, call)
        except Exception as error:
            if not self._connection.in_transaction:  # the database took back all of it
                raise
            return to_store_error(error, self._name) if isinstance(error, sqlite3.DatabaseError) else error

    def _patiently(self, attempt: Callable[[], T]) -> T:
        return patiently(self._name, lambda: self._alone(attempt))

    def _alone(self, attempt: Callable[[], T]) -> T:
        with self._lock:
            return attempt()


def open_state(path: Path) -> State:
    """Open the state for reading and writing, and bring its tables up to date; makes the file if it is absent.

    Raises:
        StoreError: it is damaged, from a newer version, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_writable(str(path), str(error)) from error
    return patiently(str(path), lambda: _opened(str(path), str(path)))


def open_state_for_reading(path: Path) -> State:
    """Open a state that cannot be written, as it stands; an empty one in memory where there is none.

    A database that another process is writing on a read-only mount is read as of its last checkpoint.

    Raises:
        StoreError: it is damaged or from a newer version.
    """
    if not path.exists():
        return _opened(":memory:", str(path), writable=False)
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    return patiently(str(path), lambda: _opened_as_it_stands(address, path))


def patiently(name: str, attempt: Callable[[], T]) -> T:
    """Try until the database is free, with growing pauses of random length: SQLite's own waiting can starve a process.

    Raises:
        StoreError: any other failure of the database, in words a person can act on.
    """
    give_up_at, pause_s = time.monotonic() + _PATIENCE_S, 0.005
    while True:
        try:
            return attempt()
        except sqlite3.DatabaseError as error:
            if not is_busy(error) or time.monotonic() > give_up_at:
                raise to_store_error(error, name) from error
        time.sleep(random.uniform(pause_s / 2, pause_s))  # noqa: S311 - spreads out waiters, keeps no secret
        pause_s = min(pause_s * 2, 0.25)


def _opened(address: str, name: str, *, writable: bool = True) -> State:
    connection = _connect(address)
    try:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection, name)
    except BaseException:
        connection.close()
        raise
    return State(connection, name=name, writable=writable)


def _opened_as_it_stands(address: str, path: Path) -> State:
    connection = _connect(address)
    try:
        version = _known_version(connection, str(path))
    except BaseException:
        connection.close()
        raise
    if version < len(MIGRATIONS):
        connection.close()
        return _opened(":memory:", str(path), writable=False)
    return State(connection, name=str(path), writable=False)


def _connect(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, isolation_level=None, check_same_thread=False, uri=address.startswith("file:"))


def _migrate(connection: sqlite3.Connection, name: str) -> None:
    if _known_version(connection, name) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number in range(_known_version(connection, name), len(MIGRATIONS)):
            for statement in MIGRATIONS[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _known_version(connection: sqlite3.Connection, name: str) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise StoreError(
            "newer-state",
            f"'{name}' was written by a newer edit-runner (format {version}, this one knows {len(MIGRATIONS)})",
            hint="update edit-runner, or use another copy of the project",
        )
    return version
