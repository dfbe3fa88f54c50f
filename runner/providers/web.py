"""Downloads from addresses that other people wrote: https, public hosts, limited in size and time."""

import asyncio
import re
from dataclasses import dataclass
from typing import TypeAlias

import httpx2

from runner.core.errors import UsageError
from runner.providers.exchange import Ask, NotPublic, TryLater, Web, exchange, shown
from runner.providers.web_url import joined_url, parse_url, shown_url

MAX_REDIRECTS = 5

_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


async def get(web: Web, url: str, limit_bytes: int, *, accept: str = "image/*") -> bytes | TryLater:
    """Download once, following redirects; each hop is proved, resolved and checked like the first.

    Args:
        web: The doors to the network.
        url: As it was written.
        limit_bytes: What is larger is refused.
        accept: The media types that are asked for.

    Raises:
        UsageError: trying again would not help.
    """
    try:
        async with asyncio.timeout(web.attempt_s), web.transport() as transport:
            return await _follow(_Download(web, transport, limit_bytes, accept), url)
    except TimeoutError:
        return TryLater(f"'{shown_url(url)}' took longer than {web.attempt_s:g} s")


@dataclass(frozen=True, slots=True)
class _Download:
    """What stays the same on all hops."""

    web: Web
    transport: httpx2.AsyncBaseTransport
    limit_bytes: int
    accept: str


@dataclass(frozen=True, slots=True)
class _Moved:
    """A redirect."""

    url: str


_Answer: TypeAlias = bytes | TryLater | _Moved


async def _follow(download: _Download, url: str) -> bytes | TryLater:
    place = url
    for _ in range(MAX_REDIRECTS + 1):
        answer = await _hop(download, place)
        if not isinstance(answer, _Moved):
            return answer
        place = answer.url
    raise UsageError("too-many-redirects", f"'{shown_url(url)}' redirects more than {MAX_REDIRECTS} times")


async def _hop(download: _Download, url: str) -> _Answer:
    async def read(response: httpx2.Response, target: httpx2.URL) -> _Answer:
        return await _answer(response, target, download.limit_bytes)

    target = parse_url(url, download.web.open_hosts)
    try:
        return await exchange(download.web, download.transport, target, Ask("GET", {"Accept": download.accept}), read)
    except NotPublic as error:
        message = f"'{shown(target)}' is not on the public internet, and is not downloaded"
        hint = "download it yourself, and name the file in the recipe"
        raise UsageError("private-address", message, hint=hint) from error


async def _answer(response: httpx2.Response, target: httpx2.URL, limit_bytes: int) -> _Answer:
    status = response.status_code
    if status == 200:
        return await _body(response, target, limit_bytes)
    if status in _REDIRECTS and "location" in response.headers:
        return _Moved(joined_url(target, response.headers["location"]))
    message = f"'{shown(target)}' answered {status} {httpx2.codes.get_reason_phrase(status)}".rstrip()
    if status in _TRANSIENT:
        wait = response.headers.get("retry-after", "")
        return TryLater(message, float(wait) if re.fullmatch(r"[0-9]{1,6}", wait) else 0.0)
    raise UsageError("download-refused", message, hint="does the address open in a browser without signing in?")


async def _body(response: httpx2.Response, target: httpx2.URL, limit_bytes: int) -> bytes:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise UsageError("download-refused", f"'{shown(target)}' came packed, which was not asked for")
    announced = response.headers.get("content-length", "")
    content = bytearray()
    if re.fullmatch(r"[0-9]{1,20}", announced) and int(announced) > limit_bytes:
        raise _too_large(target, limit_bytes)
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > limit_bytes:
            raise _too_large(target, limit_bytes)
    return bytes(content)


def _too_large(target: httpx2.URL, limit_bytes: int) -> UsageError:
    return UsageError("download-too-large", f"'{shown(target)}' is larger than {limit_bytes:,} bytes")
