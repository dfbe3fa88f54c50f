"""Downloads from addresses that other people wrote: https, public hosts, limited in size and time."""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

import httpx

from runner.core.errors import UsageError
from runner.providers.addresses import IpAddress, Resolve, is_public, resolve_by_system
from runner.providers.web_url import joined_url, parse_url, shown_url

MAX_REDIRECTS = 5
MAX_ADDRESSES = 4
"""Addresses of one host that are tried, one after the other."""

_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {
    "User-Agent": "edit-runner",
    "Accept": "image/*",
    "Accept-Encoding": "identity",  # what is not unpacked cannot be a bomb
    "Connection": "close",
}


def public_transport() -> httpx.AsyncBaseTransport:
    """Make a transport that uses no proxy or certificates of the environment, and each connection once.

    A connection is known to the pool by its address alone; used again, it could serve a second host name whose
    certificate nobody looked at.
    """
    return httpx.AsyncHTTPTransport(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The doors to the network; a test puts others in their place.

    Attributes:
        resolve: Gives the addresses of a host.
        allows: Says which addresses may be connected to; a host of which one is not allowed is refused.
        transport: Makes what speaks HTTP; closed after each attempt.
        sleep: Waits between attempts, in seconds.
        connect_s: How long to wait for a connection to one address.
        idle_s: How long to wait for the next bytes.
        attempt_s: How long one attempt may take as a whole.
    """

    resolve: Resolve = resolve_by_system
    allows: Callable[[IpAddress], bool] = is_public
    transport: Callable[[], httpx.AsyncBaseTransport] = public_transport
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


async def get(web: Web, url: str, limit_bytes: int) -> bytes | TryLater:
    """Download once, following redirects.

    The addresses of each host on the way are resolved once, all checked, and one of those is connected to.

    Raises:
        UsageError: trying again would not help.
    """
    try:
        async with asyncio.timeout(web.attempt_s), web.transport() as transport:
            return await _follow(web, transport, url, limit_bytes)
    except TimeoutError:
        return TryLater(f"'{shown_url(url)}' took longer than {web.attempt_s:g} s")


@dataclass(frozen=True, slots=True)
class _Moved:
    """A redirect."""

    url: str


_Answer: TypeAlias = bytes | TryLater | _Moved


async def _follow(web: Web, transport: httpx.AsyncBaseTransport, url: str, limit_bytes: int) -> bytes | TryLater:
    place = url
    for _ in range(MAX_REDIRECTS + 1):
        answer = await _hop(web, transport, place, limit_bytes)
        if not isinstance(answer, _Moved):
            return answer
        place = answer.url
    raise UsageError("too-many-redirects", f"'{shown_url(url)}' redirects more than {MAX_REDIRECTS} times")


async def _hop(web: Web, transport: httpx.AsyncBaseTransport, url: str, limit_bytes: int) -> _Answer:
    target = parse_url(url)
    addresses = await _addresses(web, target)
    if isinstance(addresses, TryLater):
        return addresses
    return await _ask(web, transport, target, addresses, limit_bytes)


async def _addresses(web: Web, target: httpx.URL) -> tuple[IpAddress, ...] | TryLater:
    """Resolve a host; every one of its addresses must be allowed."""
    host = target.raw_host.decode("ascii")
    try:
        addresses = await web.resolve(host, target.port or 443)
    except OSError as error:
        message = f"'{_shown(target)}': the host '{host}' was not found: {error.strerror or error}"
        if isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME:
            raise UsageError("unknown-host", message) from error
        return TryLater(message)
    if not all(web.allows(address) for address in addresses):
        message = f"'{_shown(target)}' is not on the public internet, and is not downloaded"
        raise UsageError("private-address", message, hint="download it yourself, and name the file in the recipe")
    return addresses[:MAX_ADDRESSES]


async def _ask(
    web: Web, transport: httpx.AsyncBaseTransport, target: httpx.URL, addresses: tuple[IpAddress, ...], limit_bytes: int
) -> _Answer:
    """Ask the first of the addresses that can be connected to."""
    answer: _Answer = TryLater(f"'{_shown(target)}' has no address")
    for address in addresses:
        try:
            async with _response(web, transport, target, address) as response:
                return await _answer(response, target, limit_bytes)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            _refuse_certificate(error, target)
            answer = TryLater(f"'{_shown(target)}' cannot be reached: {_said(error)}")
        except httpx.TransportError as error:
            return TryLater(f"'{_shown(target)}' broke off: {_said(error)}")
    return answer


@asynccontextmanager
async def _response(
    web: Web, transport: httpx.AsyncBaseTransport, target: httpx.URL, address: IpAddress
) -> AsyncIterator[httpx.Response]:
    """Send a request to a checked address; the name stays in the Host header and in the certificate's check.

    The transport is used without a client around it: a client keeps cookies and logs whole URLs.
    """
    request = httpx.Request(
        "GET",
        target.copy_with(host=str(address), fragment=None),
        headers={"Host": target.netloc.decode("ascii"), **_HEADERS},
        extensions={
            "sni_hostname": target.raw_host.decode("ascii"),
            "timeout": httpx.Timeout(web.idle_s, connect=web.connect_s).as_dict(),
        },
    )
    response = await transport.handle_async_request(request)
    try:
        yield response
    finally:
        await response.aclose()


async def _answer(response: httpx.Response, target: httpx.URL, limit_bytes: int) -> _Answer:
    status = response.status_code
    if status == 200:
        return await _body(response, target, limit_bytes)
    if status in _REDIRECTS and "location" in response.headers:
        return _Moved(joined_url(target, response.headers["location"]))
    message = f"'{_shown(target)}' answered {status} {httpx.codes.get_reason_phrase(status)}".rstrip()
    if status in _TRANSIENT:
        wait = response.headers.get("retry-after", "")
        return TryLater(message, float(wait) if re.fullmatch(r"[0-9]{1,6}", wait) else 0.0)
    raise UsageError("download-refused", message, hint="does the address open in a browser without signing in?")


async def _body(response: httpx.Response, target: httpx.URL, limit_bytes: int) -> bytes:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise UsageError("download-refused", f"'{_shown(target)}' came packed, which was not asked for")
    announced = response.headers.get("content-length", "")
    content = bytearray()
    if re.fullmatch(r"[0-9]{1,20}", announced) and int(announced) > limit_bytes:
        raise _too_large(target, limit_bytes)
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > limit_bytes:
            raise _too_large(target, limit_bytes)
    return bytes(content)


def _too_large(target: httpx.URL, limit_bytes: int) -> UsageError:
    return UsageError("download-too-large", f"'{_shown(target)}' is larger than {limit_bytes:,} bytes")


def _refuse_certificate(error: BaseException, target: httpx.URL) -> None:
    """Raise where a connection failed for the server's certificate, which the next attempt would meet again."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            message = f"'{_shown(target)}' has no valid certificate: {cause.verify_message}"
            raise UsageError("bad-certificate", message) from error
        cause = cause.__cause__ or cause.__context__


def _shown(target: httpx.URL) -> str:
    return shown_url(str(target))


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
