"""One exchange over HTTP with a host that other people named: resolved once, checked, then connected to."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import httpx2

from runner.core.errors import UsageError
from runner.providers.addresses import IpAddress, Resolve, is_public, resolve_by_system
from runner.providers.transport import make_transport
from runner.providers.web_url import shown_url

T = TypeVar("T")

MAX_ADDRESSES = 4
"""Addresses of one host that are tried, one after the other."""

_ALWAYS = {
    "User-Agent": "edit-runner",
    "Accept-Encoding": "identity",  # what is not unpacked cannot be a bomb
}
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The doors to the network; a test puts others in their place.

    Attributes:
        resolve: Gives the addresses of a host.
        allows: Says which addresses may be connected to; a host of which one is not allowed is refused.
        open_hosts: Hosts, as written and in lower case, that somebody opened by name: any address and ``http`` will do.
        transport: Makes what speaks HTTP; closed after each attempt.
        sleep: Waits between attempts, in seconds.
        connect_s: How long to wait for a connection to one address.
        idle_s: How long to wait for the next bytes.
        attempt_s: How long one attempt may take as a whole.
    """

    resolve: Resolve = resolve_by_system
    allows: Callable[[IpAddress], bool] = is_public
    open_hosts: frozenset[str] = frozenset()
    transport: Callable[[], httpx2.AsyncBaseTransport] = make_transport
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    connect_s: float = 10.0
    idle_s: float = 20.0
    attempt_s: float = 120.0


@dataclass(frozen=True, slots=True)
class TryLater:
    """A failure that another attempt may not meet.

    Attributes:
        after_s: How long the server asked to wait.
    """

    message: str
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Ask:
    """What is sent, to whichever address."""

    method: str
    headers: Mapping[str, str]
    content: bytes = b""


class NotPublic(Exception):
    """A host has an address that must not be connected to; nothing was sent."""


async def exchange(
    web: Web,
    transport: httpx2.AsyncBaseTransport,
    target: httpx2.URL,
    ask: Ask,
    read: Callable[[httpx2.Response, httpx2.URL], Awaitable[T]],
) -> T | TryLater:
    """Send a request to the first of a host's addresses that can be connected to, and read the answer.

    The addresses are resolved once, all checked, and one of those is connected to.

    Args:
        web: The doors to the network.
        transport: Made by ``web.transport``.
        target: Proved by ``parse_url`` with the hosts that ``web`` has open.
        ask: What to send.
        read: Makes the answer of a response, while its connection is open.

    Raises:
        NotPublic: the host is not on the public internet, and not open.
        UsageError: there is no such host, or its certificate is not good; trying again would not help.
    """
    addresses = await _addresses(web, target)
    if isinstance(addresses, TryLater):
        return addresses
    failure = TryLater(f"'{shown(target)}' has no address")
    for address in addresses:
        try:
            async with _response(web, transport, target, address, ask) as response:
                return await read(response, target)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            _refuse_certificate(error, target)
            failure = TryLater(f"'{shown(target)}' cannot be reached: {_said(error)}")
        except httpx2.TransportError as error:
            return TryLater(f"'{shown(target)}' broke off: {_said(error)}")
    return failure


def shown(target: httpx2.URL) -> str:
    """Give a target as it may be shown."""
    return shown_url(str(target))


async def _addresses(web: Web, target: httpx2.URL) -> tuple[IpAddress, ...] | TryLater:
    """Resolve a host; every one of its addresses must be allowed."""
    host = target.raw_host.decode("ascii")
    try:
        addresses = await web.resolve(host, target.port or _PORTS[target.scheme])
    except OSError as error:
        message = f"'{shown(target)}': the host '{host}' was not found: {error.strerror or error}"
        if isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME:
            raise UsageError("unknown-host", message) from error
        return TryLater(message)
    if host not in web.open_hosts and not all(web.allows(address) for address in addresses):
        raise NotPublic(shown(target))
    return addresses[:MAX_ADDRESSES]


@asynccontextmanager
async def _response(
    web: Web, transport: httpx2.AsyncBaseTransport, target: httpx2.URL, address: IpAddress, ask: Ask
) -> AsyncIterator[httpx2.Response]:
    """Send a request to a checked address; the name stays in the Host header and in the certificate's check.

    The transport is used without a client around it: a client keeps cookies and logs whole URLs.
    """
    request = httpx2.Request(
        ask.method,
        target.copy_with(host=str(address), fragment=None),
        headers={"Host": target.netloc.decode("ascii"), **_ALWAYS, **ask.headers},
        content=ask.content or None,
        extensions={
            "sni_hostname": target.raw_host.decode("ascii"),
            "timeout": httpx2.Timeout(web.idle_s, connect=web.connect_s).as_dict(),
        },
    )
    response = await transport.handle_async_request(request)
    try:
        yield response
    finally:
        await response.aclose()


def _refuse_certificate(error: BaseException, target: httpx2.URL) -> None:
    """Raise where a connection failed for the server's certificate, which the next attempt would meet again."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            message = f"'{shown(target)}' has no valid certificate: {cause.verify_message}"
            raise UsageError("bad-certificate", message) from error
        cause = cause.__cause__ or cause.__context__


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
