"""Makes what speaks HTTP: with certificates that are read once, and nothing taken from the environment."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache, partial
from typing import cast

import httpx2

KEPT = 64
"""Connections to one host that are kept idle: enough for all jobs that a large batch has in flight."""

KEEP_ALIVE_S = 15.0
"""Shorter than what servers keep: a connection that both close at one time leaves a request without an answer."""


def make_transport(keep: int = 0) -> httpx2.AsyncBaseTransport:
    """Make a transport that keeps so many connections for further requests; with none, each is used once."""
    return _Lanes(keep) if keep else _pool(0)


def _pool(keep: int) -> httpx2.AsyncHTTPTransport:
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=keep, keepalive_expiry=KEEP_ALIVE_S)
    return httpx2.AsyncHTTPTransport(verify=certificates(), trust_env=False, limits=limits)


class _Lanes(httpx2.AsyncBaseTransport):
    """Keeps each connection in a pool of its own: a pool looks at all that it keeps for every request.

    Args:
        keep: How many are kept; what is used last is used again first.
    """

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._free: list[httpx2.AsyncBaseTransport] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        lane = self._free.pop() if self._free else _pool(1)
        try:
            response = await lane.handle_async_request(request)
        except BaseException:
            await lane.aclose()
            raise
        stream = cast("httpx2.AsyncByteStream", response.stream)
        response.stream = _Body(stream, partial(self._leave, lane))
        return response

    async def aclose(self) -> None:
        for lane in self._free:
            await lane.aclose()

    async def _leave(self, lane: httpx2.AsyncBaseTransport) -> None:
        if len(self._free) < self._keep:
            self._free.append(lane)
        else:
            await lane.aclose()


class _Body(httpx2.AsyncByteStream):
    """The body of an answer, whose lane is free when it is closed."""

    def __init__(self, stream: httpx2.AsyncByteStream, leave: Callable[[], Awaitable[None]]) -> None:
        self._stream = stream
        self._leave = leave

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            yield piece

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            await self._leave()


class HostTransports(httpx2.AsyncBaseTransport):
    """Keeps connections for the next request to the same host.

    A connection is known to a pool by its address alone; used for a second host name, it would serve one whose
    certificate nobody looked at. So each host has a pool of its own.
    """

    def __init__(self) -> None:
        self._pools: dict[tuple[str, str], httpx2.AsyncBaseTransport] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        host = (request.url.scheme, request.headers["host"])
        if host not in self._pools:
            self._pools[host] = make_transport(KEPT)
        return await self._pools[host].handle_async_request(request)

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()

    def lend(self) -> httpx2.AsyncBaseTransport:
        """Give a transport that may be closed and leaves the connections open."""
        return _Lent(self)


class _Lent(httpx2.AsyncBaseTransport):
    """Another's transport."""

    def __init__(self, owner: httpx2.AsyncBaseTransport) -> None:
        self._owner = owner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await self._owner.handle_async_request(request)


@cache
def certificates() -> ssl.SSLContext:
    """Read the certificates that vouch for others: it takes longer than a small download."""
    return httpx2.create_ssl_context(trust_env=False)
