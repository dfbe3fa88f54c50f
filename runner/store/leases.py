"""Leases: which living process works on what right now, so that two of them do not do the same."""

import os
import secrets
import socket
import sqlite3
import time

from runner.store.state import State

LEASE_S = 60.0
"""How long a lease lasts without being renewed; a process that is gone loses it at once on its own machine."""


class Leases:
    """Names held for a while by one owner each.

    A lease saves work; it does not guard correctness: results are content-addressed and written whole, so
    two processes that do the same after all end with the same row.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._owner = f"{os.getpid()}-{secrets.token_hex(8)}"
        self._host = socket.gethostname()

    def claim(self, name: str) -> bool:
        """Take a lease that is free, expired, or whose process is gone; say whether that went well.

        A lease is not given twice, not even to its owner: it also keeps two tasks of one process apart.

        Raises:
            StoreError: the state cannot be written.
        """
        return self._state.write(lambda connection: self._claim(connection, name))

    def renew(self) -> None:
        """Prolong everything this owner holds.

        Raises:
            StoreError: the state cannot be written.
        """
        until_s = time.time() + LEASE_S
        self._state.write(
            lambda connection: connection.execute(
                "UPDATE leases SET until_s = ? WHERE owner = ?", (until_s, self._owner)
            )
        )

    def release(self, name: str) -> None:
        """Give a lease back; one that is not ours stays.

        Raises:
            StoreError: the state cannot be written.
        """
        self._state.write(
            lambda connection: connection.execute(
                "DELETE FROM leases WHERE name = ? AND owner = ?", (name, self._owner)
            )
        )

    def is_held(self, name: str) -> bool:
        """Say whether a living process holds a lease."""
        rows = self._state.read("SELECT owner, host, process, until_s FROM leases WHERE name = ?", (name,))
        return bool(rows) and not self._is_over(rows[0])

    def _claim(self, connection: sqlite3.Connection, name: str) -> bool:
        row = connection.execute("SELECT owner, host, process, until_s FROM leases WHERE name = ?", (name,)).fetchone()
        if row is not None and not self._is_over(row):
            return False
        connection.execute(
            "INSERT OR REPLACE INTO leases (name, owner, host, process, until_s) VALUES (?, ?, ?, ?, ?)",
            (name, self._owner, self._host, os.getpid(), time.time() + LEASE_S),
        )
        return True

    def _is_over(self, row: tuple[object, ...]) -> bool:
        _, host, process, until_s = row
        return float(str(until_s)) < time.time() or (host == self._host and not _is_alive(int(str(process))))


def _is_alive(process: int) -> bool:
    """Say whether a process of this machine lives; a number that was given out again only costs the rest of a lease."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
