"""The database: changes go through one thread and are committed in groups, reading has threads of its own."""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from runner.server.database.schema import migrate
from runner.store.sqlite_errors import not_writable, to_store_error

T = TypeVar("T")

_READERS = 3
_GROUP = 64
"""Changes that share a commit at most."""

_BUSY_TIMEOUT_MS = 10_000


@dataclass(frozen=True, slots=True)
class _Change:
    """A change that waits for its turn."""

    function: Callable[[sqlite3.Connection], object]
    outcome: "Future[object]"


class Database:
    """One SQLite file, used by one server.

    Each change is a function of a connection that does nothing but SQL. It runs in a transaction of its own (a
    savepoint), and whoever asked for it is answered when it is on the disk.

    Args:
        path: Made, with its tables, where it is absent.

    Raises:
        StoreError: it is damaged, from a newer version, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = _opened(path)
        self._changes: queue.SimpleQueue[_Change | None] = queue.SimpleQueue()
        self._local = threading.local()
        self._reading: list[sqlite3.Connection] = []
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="database-reader")
        self._thread = threading.Thread(target=self._write_all, name="database-writer", daemon=True)
        self._thread.start()

    async def write(self, change: Callable[[sqlite3.Connection], T]) -> T:
        """Carry out a change; it is on the disk when this returns, or else has not happened.

        A caller that is cancelled meanwhile does not stop it.

        Raises:
            StoreError: the disk is full or the database is damaged.
            Exception: whatever the change raises; then it has not happened.
        """
        outcome: Future[object] = Future()
        self._changes.put(_Change(change, outcome))
        return cast("T", await asyncio.shield(asyncio.wrap_future(outcome)))

    async def read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Ask something that changes nothing; the answer is of one instant.

        Raises:
            StoreError: the database is damaged.
        """
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, question)

    def read_at_once(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Ask for a few rows by their keys, in this thread: to hand that to another one takes longer than the answer.

        Raises:
            StoreError: the database is damaged.
        """
        return self._read(question)

    def close(self) -> None:
        """Carry out what still waits, then close; twice is safe."""
        if self._thread.is_alive():
            self._changes.put(None)
            self._thread.join()
        self._readers.shutdown(wait=True)
        for connection in self._reading:
            connection.close()
        self._reading.clear()
        self._writer.close()

    def _read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = _connected(self._path)
            connection.execute("PRAGMA query_only = ON")
            self._local.connection = connection
            self._reading.append(connection)
        connection.execute("BEGIN")
        try:
            return question(connection)
        except sqlite3.DatabaseError as error:
            raise to_store_error(error, str(self._path)) from error
        finally:
            connection.execute("ROLLBACK")

    def _write_all(self) -> None:
        """Take changes in groups until there are no more; what the writer's thread does."""
        is_over = False
        while not is_over:
            group, is_over = self._next_group()
            if group:
                self._commit(group)

    def _next_group(self) -> tuple[list[_Change], bool]:
        change = self._changes.get()
        group: list[_Change] = []
        while change is not None:
            group.append(change)
            if len(group) == _GROUP or self._changes.empty():
                return group, False
            change = self._changes.get()
        return group, True

    def _commit(self, group: Sequence[_Change]) -> None:
        """Carry out a group; each is answered after the commit of all."""
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            answers = [(change.outcome, _attempt(self._writer, change)) for change in group]
            self._writer.execute("COMMIT")
        except sqlite3.Error as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            reason = to_store_error(error, str(self._path)) if isinstance(error, sqlite3.DatabaseError) else error
            for change in group:
                change.outcome.set_exception(reason)
            return
        for outcome, answer in answers:
            answer(outcome)


def _attempt(connection: sqlite3.Connection, change: _Change) -> "Callable[[Future[object]], None]":
    """Carry out one change of a group; its own failure undoes it alone.

    Returns:
        What answers its caller.

    Raises:
        sqlite3.OperationalError: the disk is full or failed; then nothing of the group can be kept.
    """
    connection.execute("SAVEPOINT change")
    try:
        result: Any = change.function(connection)
    except sqlite3.OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - it is raised again where the change was asked for
        reason = error
        connection.execute("ROLLBACK TO change")
        connection.execute("RELEASE change")
        return lambda outcome: outcome.set_exception(reason)
    connection.execute("RELEASE change")
    return lambda outcome: outcome.set_result(result)


def _opened(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)  # it holds secrets that callbacks are signed with; SQLite's other files follow it
    except OSError as error:
        raise not_writable(str(path), str(error)) from error
    try:
        return _set_up(path)
    except sqlite3.DatabaseError as error:
        raise to_store_error(error, str(path)) from error


def _set_up(path: Path) -> sqlite3.Connection:
    connection = _connected(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("PRAGMA synchronous = FULL")
        migrate(connection, str(path))
    except BaseException:
        connection.close()
        raise
    return connection


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection
