"""Speaks HTTP: with certificates that are read once, and nothing taken from the environment."""

import asyncio
import errno
import ipaddress
import os
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import httpx

from runner.providers.http_connection import HttpConnection

KEPT = 64
"""Connections to one peer that are kept for further requests."""

KEEP_ALIVE_S = 15.0
"""Shorter than what servers keep: a connection that both close at one time leaves a request without an answer."""

FRESH = "fresh"
"""The extension of a request that gets a new connection, whatever is kept."""

_HEAD_START_S = 0.25
"""Until the next address of a host is tried beside the one before (RFC 8305)."""


@dataclass(frozen=True, slots=True)
class _Peer:
    """Whom a connection is with.

    Attributes:
        name: Whose certificate it shows; empty where it shows none.
        host: A name or an address.
    """

    name: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """A connection that waits for the next request since a time of the loop's clock."""

    connection: HttpConnection
    since_s: float


class Transport(httpx.AsyncBaseTransport):
    """Sends requests over connections of its own, one at a time over each; close it, so that they are.

    Args:
        keep: How many connections to one peer are kept for further requests; with none, each is used once.
        trust: Whose certificates are believed; None for `certificates`.
    """

    def __init__(self, keep: int = 0, trust: ssl.SSLContext | None = None) -> None:
        self._keep = keep
        self._trust = trust
        self._idle: defaultdict[_Peer, list[_Kept]] = defaultdict(list)
        self._open: set[HttpConnection] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and wait for the head of its answer.

        Raises:
            httpx.ConnectError, httpx.ConnectTimeout: there was no connection, and nothing was sent.
            httpx.TransportError: any other failure; the request may have arrived.
        """
        peer, limits = _peer_of(request), request.extensions.get("timeout", {})
        kept = None if request.extensions.get(FRESH) else self._take(peer)
        connection = kept or await self._connect(peer, limits.get("connect"))
        try:
            head = await connection.ask(request, write_s=limits.get("write"), read_s=limits.get("read"))
        except BaseException:
            self._close(connection)
            raise
        body = _Body(connection, limits.get("read"), lambda: self._put_back(peer, connection))
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=body)

    async def aclose(self) -> None:
        self._idle.clear()
        for connection in self._open:
            connection.close()
        await asyncio.gather(*(connection.closed for connection in self._open))
        self._open.clear()

    async def _connect(self, peer: _Peer, connect_s: float | None) -> HttpConnection:
        trust = (self._trust or certificates()) if peer.name else None
        try:
            async with asyncio.timeout(connect_s):
                connection = await _connect(peer, trust)
        except TimeoutError as error:
            raise httpx.ConnectTimeout("") from error
        except OSError as error:
            raise httpx.ConnectError(_said(error)) from error
        self._open.add(connection)
        return connection

    def _take(self, peer: _Peer) -> HttpConnection | None:
        """Take the connection that was used last, of those that are open still."""
        self._close_old(peer)
        idle = self._idle[peer]
        while idle:
            connection = idle.pop().connection
            if connection.is_open:
                return connection
            self._close(connection)
        return None

    def _put_back(self, peer: _Peer, connection: HttpConnection) -> None:
        idle = self._idle[peer]
        if len(idle) < self._keep and connection.make_ready():
            idle.append(_Kept(connection, asyncio.get_running_loop().time()))
        else:
            self._close(connection)
        self._close_old(peer)

    def _close_old(self, peer: _Peer) -> None:
        idle, oldest_s = self._idle[peer], asyncio.get_running_loop().time() - KEEP_ALIVE_S
        while idle and idle[0].since_s < oldest_s:
            self._close(idle.pop(0).connection)

    def _close(self, connection: HttpConnection) -> None:
        connection.close()
        self._open.discard(connection)


class _Body(httpx.AsyncByteStream):
    """The body of an answer; when it is closed, its connection goes back."""

    def __init__(self, connection: HttpConnection, read_s: float | None, put_back: Callable[[], None]) -> None:
        self._connection = connection
        self._read_s = read_s
        self._put_back: Callable[[], None] | None = put_back

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._connection.body(self._read_s)

    async def aclose(self) -> None:
        if self._put_back is not None:
            self._put_back()
            self._put_back = None


class Lent(httpx.AsyncBaseTransport):
    """Another's transport, which may be closed and keeps its connections."""

    def __init__(self, owner: httpx.AsyncBaseTransport) -> None:
        self._owner = owner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._owner.handle_async_request(request)


@cache
def certificates() -> ssl.SSLContext:
    """Read the certificates that vouch for others: it takes longer than a small download."""
    context = httpx.create_ssl_context(trust_env=False)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _peer_of(request: httpx.Request) -> _Peer:
    url, extensions = request.url, request.extensions
    is_secure = url.scheme == "https"
    name = str(extensions.get("sni_hostname") or url.raw_host.decode("ascii")) if is_secure else ""
    return _Peer(name, url.raw_host.decode("ascii"), url.port or (443 if is_secure else 80))


async def _connect(peer: _Peer, trust: ssl.SSLContext | None) -> HttpConnection:
    """Connect to the first address of a peer that can be connected to."""
    _, connection = await asyncio.get_running_loop().create_connection(
        HttpConnection,
        peer.host,
        peer.port,
        ssl=trust,
        server_hostname=peer.name or None,
        happy_eyeballs_delay=None if _is_address(peer.host) else _HEAD_START_S,
    )
    return connection


@lru_cache(maxsize=64)
def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _said(error: OSError) -> str:
    """Say why there is no connection, as the system does."""
    if error.errno in errno.errorcode and not isinstance(error, ssl.SSLError):
        return os.strerror(error.errno or 0)
    return str(error.strerror or error)
