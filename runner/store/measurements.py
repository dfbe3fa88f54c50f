"""What checks measured before: pictures never change, so a measurement holds for good."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runner.core.digest import Digest
from runner.store.state import Cell, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What came of measuring a check.

    Attributes:
        value: As decimal text; None where it could not be measured.
        threshold: What was demanded, in words.
        message: What a person needs to know beyond the figures.
    """

    value: str | None
    threshold: str
    passed: bool
    message: str


class Measurements:
    """Measurements by the digest of all that decides them: the check and the pictures."""

    def __init__(self, state: State) -> None:
        self._state = state

    def lookup(self, keys: Iterable[Digest]) -> dict[Digest, Measurement]:
        """Give what is known of these keys."""
        query = "SELECT key, value, threshold, passed, message FROM measurements WHERE key IN ({})"
        return {Digest(str(row[0])): _measurement(row) for row in self._state.read_among(query, keys)}

    def keep(self, measured: Mapping[Digest, Measurement]) -> None:
        """Remember measurements, in one transaction.

        Raises:
            StoreError: the state cannot be written.
        """
        rows = [(key, one.value, one.threshold, int(one.passed), one.message) for key, one in measured.items()]
        if not rows:
            return

        def change(connection: sqlite3.Connection) -> None:
            connection.executemany("INSERT OR REPLACE INTO measurements VALUES (?, ?, ?, ?, ?)", rows)

        self._state.write(change)


def _measurement(row: tuple[Cell, ...]) -> Measurement:
    _, value, threshold, passed, message = row
    return Measurement(
        value=None if value is None else str(value),
        threshold=str(threshold),
        passed=bool(passed),
        message=str(message),
    )
