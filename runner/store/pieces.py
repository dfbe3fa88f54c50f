"""Long parts of events, kept once under their digest: what a run tells like the one before is not written again."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar, cast

import orjson

from runner.core.digest import Digest, Json, digest_bytes
from runner.core.errors import StoreError
from runner.core.unwritten import Unwritten
from runner.store.state import State

MOST_IN_PIECE = 1000
"""Members of a list that one piece holds: a list of which one member changed shares the pieces of the others."""

T = TypeVar("T")


def in_pieces(members: Iterable[T]) -> Iterator[list[T]]:
    """Split a list as pieces hold it."""
    rest = iter(members)
    while piece := list(islice(rest, MOST_IN_PIECE)):
        yield piece


def keep_piece(connection: sqlite3.Connection, body: bytes) -> Digest:
    """Keep a piece inside a transaction of the caller's; nothing is written where it is there."""
    digest = digest_bytes(body)
    connection.execute("INSERT OR IGNORE INTO pieces (digest, body) VALUES (?, ?)", (digest, body))
    return digest


def read_piece(state: State, digest: str) -> bytes:
    """Give a piece.

    Raises:
        StoreError: it is not there.
    """
    rows = state.read("SELECT body FROM pieces WHERE digest = ?", (digest,))
    if not rows:
        raise StoreError("unknown-event", f"a part of the ledger, '{digest}', is missing", hint="runner doctor")
    return cast("bytes", rows[0][0])


def keep_document(connection: sqlite3.Connection, document: Unwritten) -> Json:
    """Keep a document inside a transaction of the caller's, its long lists in pieces.

    Returns:
        What ``read_kept_document`` makes the document from.
    """
    lists = {name: value for name, value in document.members.items() if _is_long(value)}
    head = {name: value for name, value in document.members.items() if name not in lists}
    pieces: dict[str, Json] = {
        name: [keep_piece(connection, _dump(piece, document)) for piece in in_pieces(cast("Sequence[object]", members))]
        for name, members in lists.items()
    }
    return {"head": keep_piece(connection, _dump(head, document)), "lists": pieces}


def _is_long(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) > MOST_IN_PIECE


def _dump(part: object, document: Unwritten) -> bytes:
    return orjson.dumps(part, default=document.as_json, option=orjson.OPT_PASSTHROUGH_DATACLASS)


def read_kept_document(state: State, kept: Mapping[str, Json]) -> dict[str, Json]:
    """Make a document again from what ``keep_document`` gave.

    Raises:
        StoreError: a piece of it is missing.
    """
    document: dict[str, Json] = orjson.loads(read_piece(state, str(kept["head"])))
    for name, pieces in cast("Mapping[str, Sequence[str]]", kept["lists"]).items():
        document[name] = [member for piece in pieces for member in orjson.loads(read_piece(state, piece))]
    return document
