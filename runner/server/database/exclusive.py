"""One server a folder: two would begin each other's runs."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from runner.core.errors import UsageError
from runner.store.sqlite_errors import is_busy, not_writable, to_store_error


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder; it is free again when the process is gone, however it ends.

    The lock is SQLite's own on an empty database, because that works on every system.

    Raises:
        UsageError: another server holds it.
        StoreError: it cannot be written.
    """
    path = folder / "server.lock"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise not_writable(str(folder), error.strerror or str(error)) from error
    connection = sqlite3.connect(path, isolation_level=None, timeout=0, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        connection.close()
        if is_busy(error):
            raise UsageError(
                "folder-in-use", f"another server uses '{folder}'", hint="stop it, or name another folder with --data"
            ) from error
        raise to_store_error(error, str(path)) from error
    try:
        yield
    finally:
        connection.close()
