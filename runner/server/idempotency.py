"""The header ``Idempotency-Key``: a request that is sent again makes nothing twice."""

import asyncio
import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

from starlette.requests import Request

from runner.core.digest import Json, digest_json
from runner.server.answers import Refusal, invalid_field
from runner.server.clock import now
from runner.server.database.database import Database

Remember: TypeAlias = Callable[[sqlite3.Connection, bytes], None]
"""Keeps an answer; called within the transaction that makes what the answer tells of."""

_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


class Idempotency:
    """Answers a request with a key once; the same request again gets the same answer.

    The answer is written in the transaction that makes the object, so that there are never one without the other.
    A request that was refused leaves nothing: it may be sent again under its key.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}
        self._waiting: Counter[tuple[str, str]] = Counter()

    async def answer(
        self, org_id: str, request: Request, body: dict[str, Json], create: Callable[[Remember], Awaitable[bytes]]
    ) -> bytes:
        """Give the answer to a request; a second one with the same key waits for the first.

        Args:
            org_id: Whose request it is.
            request: Perhaps with a key.
            body: Of the request.
            create: Makes the object and its answer, and calls what it is given with it.

        Raises:
            Refusal: 409, the key came with another request before; 422, it is no key; and what ``create`` raises.
        """
        key = _key(request)
        if key is None:
            return await create(_forget)
        digest = await asyncio.to_thread(_digest, request.scope["path"], body)
        async with self._alone(org_id, key):
            known = await self._database.read(lambda connection: _find(connection, org_id, key))
            if known is None:
                return await create(lambda connection, answer: _keep(connection, org_id, key, digest, answer))
            if known["request_digest"] != digest:
                raise Refusal(409, "CONFLICT", "this Idempotency-Key was used before, with another request")
            return bytes(known["answer"])

    @asynccontextmanager
    async def _alone(self, org_id: str, key: str) -> AsyncIterator[None]:
        place = (org_id, key)
        lock = self._locks.setdefault(place, asyncio.Lock())
        self._waiting[place] += 1
        try:
            async with lock:
                yield
        finally:
            self._waiting[place] -= 1
            if not self._waiting[place]:
                del self._waiting[place], self._locks[place]


def _key(request: Request) -> str | None:
    """Give the key of a request; None where it has none.

    Raises:
        Refusal: 422, it is empty, longer than 255 characters or not printable ASCII.
    """
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise invalid_field("Idempotency-Key", "must be 1 to 255 printable ASCII characters")
    return key


def _digest(path: str, body: dict[str, Json]) -> str:
    """Digest a request: its path, and its body as JSON, whatever its spaces and the order of its keys."""
    return digest_json("server-request/1", [path, body])


def _forget(_connection: sqlite3.Connection, _answer: bytes) -> None:
    """Keep nothing: the request has no key."""


def _find(connection: sqlite3.Connection, org_id: str, key: str) -> sqlite3.Row | None:
    query = "SELECT request_digest, answer FROM idempotency WHERE org_id = ? AND key = ?"
    row: sqlite3.Row | None = connection.execute(query, (org_id, key)).fetchone()
    return row


def _keep(connection: sqlite3.Connection, org_id: str, key: str, digest: str, answer: bytes) -> None:
    connection.execute(
        "INSERT INTO idempotency (org_id, key, request_digest, answer, created_at) VALUES (?, ?, ?, ?, ?)",
        (org_id, key, digest, answer, now()),
    )
