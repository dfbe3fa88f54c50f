"""Files that a run wrote, and from what: one that is as it was written, from the same, is right already."""

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from runner.core.digest import Digest
from runner.store.state import State

_COLUMNS = "path, made_from, file_size, mtime_ns, inode"


class Products:
    """What was written from what, by path; a folder counts by which names it holds."""

    def __init__(self, state: State) -> None:
        self._state = state

    def are_right(self, paths: Iterable[Path], made_from: Digest) -> bool:
        """Whether each of some files was written from this, and nobody touched it since."""
        return all((row := _row(path, made_from)) is not None and self._has(row) for path in paths)

    def _has(self, row: tuple[str | int, ...]) -> bool:
        rows = self._state.read(f"SELECT {_COLUMNS} FROM products WHERE path = ?", row[:1])  # noqa: S608 - a constant
        return rows == [row]

    def note(self, paths: Iterable[Path], made_from: Digest) -> None:
        """Note what files were written from just now.

        Raises:
            StoreError: the state cannot be written.
        """
        rows = [row for path in paths if (row := _row(path, made_from)) is not None]

        def change(connection: sqlite3.Connection) -> None:
            connection.executemany(f"INSERT OR REPLACE INTO products ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)", rows)  # noqa: S608 - a constant

        self._state.write(change)


def _row(path: Path, made_from: Digest) -> tuple[str | int, ...] | None:
    """Look at a file; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (os.path.abspath(path), made_from, status.st_size, status.st_mtime_ns, status.st_ino)  # noqa: PTH100 - a link stays what it is
