"""Results: what is known to have come out of an action, by its key."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, cast

import orjson

from runner.core.artifact import Artifact, Result
from runner.core.digest import ActionKey, Digest, Json
from runner.store.state import Cell, State

_COLUMNS = "key, digest, media_type, size_bytes, width_px, height_px, details, notes, duration_ms, made_at, draw"
_MARKS = ", ".join("?" * len(_COLUMNS.split(",")))

REPORTED_REVISION = "reported_revision"
"""The detail that says which revision of its model a provider says made a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The result of work that was done before.

    Attributes:
        details: What the engine or provider said about it.
        notes: Sentences for a person.
        duration_ms: How long it took.
        made_at: When, RFC 3339 UTC.
        draw: Which draw of the work it is, from 0.
    """

    artifact: Artifact
    details: dict[str, Json] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    duration_ms: int
    made_at: str
    draw: int = 0

    @property
    def reported(self) -> str:
        """The revision that the provider said made it; empty where it did not say."""
        return str(self.details.get(REPORTED_REVISION, ""))


class Results:
    """Results by action key, and the digests of encoded outputs."""

    def __init__(self, state: State) -> None:
        self._state = state

    def lookup(self, keys: Iterable[ActionKey]) -> dict[ActionKey, Known]:
        """Give what is known of these keys; whether the blob is still there is another question."""
        rows = self._state.read_among(f"SELECT {_COLUMNS} FROM results WHERE key IN ({{}})", keys)  # noqa: S608 - constants
        return {ActionKey(str(row[0])): _known(row) for row in rows}

    def outcomes(self, keys: Iterable[ActionKey]) -> dict[ActionKey, Result]:
        """Give what came of these actions; whether the blob is still there is another question."""
        rows = self._state.read_among("SELECT key, digest, details FROM results WHERE key IN ({})", keys)
        columns = cast("Iterator[tuple[ActionKey, Digest, str]]", rows)
        return {key: Result(digest, _reported(details)) for key, digest, details in columns}

    def keep(self, key: ActionKey, known: Known) -> None:
        """Remember a result; an earlier one of the same key is replaced, its blob stays until gc.

        Raises:
            StoreError: the state cannot be written.
        """
        self._state.write(lambda connection: write_result(connection, key, known))

    def adopt(self, key: ActionKey, known: Known) -> None:
        """Remember a result that was made elsewhere, unless there is one by now; its bytes are a blob by now.

        One whose blob is gone is to be forgotten before.

        Raises:
            StoreError: the state cannot be written.
        """
        self._state.write(lambda connection: write_result(connection, key, known, "OR IGNORE"))

    def all(self) -> dict[ActionKey, Known]:
        """Give every result."""
        rows = self._state.read(f"SELECT {_COLUMNS} FROM results ORDER BY key")  # noqa: S608 - a constant
        return {ActionKey(str(row[0])): _known(row) for row in rows}

    def references(self, made_since: str = "") -> set[Digest]:
        """Give the digest of every result, or of those made since a time, RFC 3339 UTC."""
        rows = self._state.read("SELECT DISTINCT digest FROM results WHERE made_at >= ?", (made_since,))
        return {Digest(str(row[0])) for row in rows}

    def older_than(self, before: str) -> list[ActionKey]:
        """Give the keys of results made before a time, RFC 3339 UTC."""
        return [
            ActionKey(str(row[0])) for row in self._state.read("SELECT key FROM results WHERE made_at < ?", (before,))
        ]

    def forget(self, keys: Iterable[ActionKey]) -> None:
        """Drop results; the events that speak of them stay.

        Raises:
            StoreError: the state cannot be written.
        """
        rows = [(key,) for key in keys]

        def change(connection: sqlite3.Connection) -> None:
            connection.executemany("DELETE FROM results WHERE key = ?", rows)

        self._state.write(change)

    def encodings(self, keys: Iterable[Digest]) -> dict[Digest, Digest]:
        """Give the digests that outputs encoded in these ways had, of those that were encoded before."""
        rows = self._state.read_among("SELECT key, digest FROM encodings WHERE key IN ({})", keys)
        return {Digest(str(key)): Digest(str(digest)) for key, digest in rows}

    def keep_encoding(self, key: Digest, digest: Digest) -> None:
        """Remember what came out of encoding an output.

        Raises:
            StoreError: the state cannot be written.
        """
        self._state.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO encodings (key, digest) VALUES (?, ?)", (key, digest)
            )
        )


def write_result(
    connection: sqlite3.Connection,
    key: ActionKey,
    known: Known,
    conflict: Literal["OR REPLACE", "OR IGNORE"] = "OR REPLACE",
) -> None:
    """Remember a result inside a transaction of the caller's."""
    connection.execute(f"INSERT {conflict} INTO results ({_COLUMNS}) VALUES ({_MARKS})", _row(key, known))  # noqa: S608 - constants and question marks


def _row(key: ActionKey, known: Known) -> tuple[Cell, ...]:
    artifact = known.artifact
    return (
        key,
        artifact.digest,
        artifact.media_type,
        artifact.size_bytes,
        artifact.width_px,
        artifact.height_px,
        orjson.dumps(known.details).decode(),
        orjson.dumps(known.notes).decode(),
        known.duration_ms,
        known.made_at,
        known.draw,
    )


def _reported(details: str) -> str:
    return str(orjson.loads(details).get(REPORTED_REVISION, "")) if REPORTED_REVISION in details else ""


def _known(row: tuple[Cell, ...]) -> Known:
    columns = cast("tuple[str, Digest, str, int, int, int, str, str, int, str, int]", row)
    _, digest, media_type, size_bytes, width_px, height_px, details, notes, duration_ms, made_at, draw = columns
    return Known(
        artifact=Artifact(
            digest=digest,
            media_type=media_type,
            size_bytes=size_bytes,
            width_px=width_px,
            height_px=height_px,
        ),
        details={} if details == "{}" else orjson.loads(details),
        notes=() if notes == "[]" else tuple(orjson.loads(notes)),
        duration_ms=duration_ms,
        made_at=made_at,
        draw=draw,
    )
