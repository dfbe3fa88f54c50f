"""Bodies of requests: read within limits of size and time, and parsed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import orjson
from starlette.requests import ClientDisconnect, Request

from runner.core.digest import Json
from runner.server.answers import Refusal

LIMIT_BYTES = 2**20
"""Of a body that carries no pictures."""

MAX_DEPTH = 64
MAX_PARTS = 50_000
"""Of brackets, braces and commas in a body: small objects take many times their text in memory."""

_SMALL_BYTES = 2**20
_LARGE_AT_ONCE = 4
_IDLE_S = 10.0
_TOTAL_S = 120.0


class Bodies:
    """Reads bodies; only a few large ones at once, so that memory stays bounded.

    Args:
        idle_s: How long to wait for the next bytes.
        total_s: How long a body may take as a whole.
    """

    def __init__(self, idle_s: float = _IDLE_S, total_s: float = _TOTAL_S) -> None:
        self._idle_s = idle_s
        self._total_s = total_s
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)

    async def json(self, request: Request, limit_bytes: int = LIMIT_BYTES) -> dict[str, Json]:
        """Read a JSON object.

        Raises:
            Refusal: 415 another content type, 413 too large, 408 too slow, 400 no JSON object, or nested too deeply.
        """
        content_type = request.headers.get("content-type", "")
        if content_type.split(";")[0].strip().lower() != "application/json":
            raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", "the body must be application/json")
        return parse_object(await self.content(request, limit_bytes))

    async def optional_json(self, request: Request, limit_bytes: int = LIMIT_BYTES) -> dict[str, Json]:
        """Read a JSON object that may be left out; then it is empty.

        Raises:
            Refusal: as for ``json``.
        """
        has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
        return await self.json(request, limit_bytes) if has_body else {}

    async def content(self, request: Request, limit_bytes: int) -> bytes:
        """Read a body whole.

        Raises:
            Refusal: 413 it is larger than the limit, 408 it comes too slowly, 400 it breaks off.
        """
        announced = request.headers.get("content-length", "")
        length = int(announced) if announced.isascii() and announced.isdigit() else None
        if length is not None and length > limit_bytes:
            raise _too_large(limit_bytes)
        async with self._room(limit_bytes if length is None else length):
            try:
                async with asyncio.timeout(self._total_s):
                    return await self._read(request, limit_bytes)
            except TimeoutError as error:
                raise Refusal(
                    408, "REQUEST_TIMEOUT", "the body came too slowly", headers={"Connection": "close"}
                ) from error
            except ClientDisconnect as error:
                raise Refusal(400, "BAD_REQUEST", "the body broke off") from error

    @asynccontextmanager
    async def _room(self, size_bytes: int) -> AsyncIterator[None]:
        if size_bytes <= _SMALL_BYTES:
            yield
            return
        async with self._large:
            yield

    async def _read(self, request: Request, limit_bytes: int) -> bytes:
        content = bytearray()
        stream = request.stream()
        while True:
            async with asyncio.timeout(self._idle_s):
                chunk = await anext(stream, None)
            if chunk is None:
                return bytes(content)
            content += chunk
            if len(content) > limit_bytes:
                raise _too_large(limit_bytes)


def parse_object(content: bytes) -> dict[str, Json]:
    """Read bytes as a JSON object.

    Raises:
        Refusal: 400, they are none, or it has too many parts or levels.
    """
    if sum(content.count(mark) for mark in (b"[", b"{", b",")) > MAX_PARTS:
        raise Refusal(400, "BAD_REQUEST", f"the body has more than {MAX_PARTS:,} parts")
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, "BAD_REQUEST", f"the body is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise Refusal(400, "BAD_REQUEST", "the body must be a JSON object")
    _refuse_deep(document)
    return cast("dict[str, Json]", document)


def _refuse_deep(document: object) -> None:
    level, depth = [document], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise Refusal(400, "BAD_REQUEST", f"the body is nested deeper than {MAX_DEPTH} levels")
        level = [child for value in level for child in _children(value)]


def _children(value: object) -> list[object]:
    match value:
        case dict():
            return [child for child in value.values() if isinstance(child, dict | list)]
        case list():
            return [child for child in value if isinstance(child, dict | list)]
        case _:
            return []


def _too_large(limit_bytes: int) -> Refusal:
    message = f"the body is larger than {limit_bytes:,} bytes"
    return Refusal(413, "PAYLOAD_TOO_LARGE", message, headers={"Connection": "close"})
