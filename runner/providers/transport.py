"""Makes what speaks HTTP: with certificates that are read once, and nothing taken from the environment."""

import ssl
from functools import cache

import httpx2

KEPT = 64
"""Connections to one host that are kept idle: enough for all jobs that a large batch has in flight."""

KEEP_ALIVE_S = 15.0
"""Shorter than what servers keep: a connection that both close at one time leaves a request without an answer."""


def make_transport(keep: int = 0) -> httpx2.AsyncBaseTransport:
    """Make a transport that keeps so many connections for further requests; with none, each is used once."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=keep, keepalive_expiry=KEEP_ALIVE_S)
    return httpx2.AsyncHTTPTransport(verify=certificates(), trust_env=False, limits=limits)


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
