"""Messages to addresses that other people wrote: https, public hosts, no redirects, little of the answer read."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from runner.core.errors import UsageError
from runner.providers.exchange import Ask, NotPublic, TryLater, Web, exchange, shown
from runner.providers.web_url import parse_url, shown_url

MAX_ANSWER_BYTES = 4096
"""How much of an answer is kept; the rest is not read."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the other side said.

    Attributes:
        beginning: The first bytes of its body.
    """

    status: int
    beginning: bytes


async def post(web: Web, url: str, content: bytes, headers: Mapping[str, str]) -> Answered | TryLater:
    """Send bytes once. Any status is an answer, a redirect too: it is not followed.

    Returns:
        The answer, or why there is none: broken off, too slow, not reachable.

    Raises:
        UsageError: nothing was or could be sent, and trying again would not help.
    """
    target = parse_url(url, web.open_hosts)
    try:
        async with asyncio.timeout(web.attempt_s), web.transport() as transport:
            return await exchange(web, transport, target, Ask("POST", headers, content), _read)
    except TimeoutError:
        return TryLater(f"'{shown_url(url)}' took longer than {web.attempt_s:g} s")
    except NotPublic as error:
        raise UsageError("private-address", f"'{shown(target)}' is not on the public internet") from error


async def _read(response: httpx2.Response, _target: httpx2.URL) -> Answered:
    beginning = bytearray()
    async for chunk in response.aiter_raw():
        beginning += chunk
        if len(beginning) >= MAX_ANSWER_BYTES:
            break
    return Answered(response.status_code, bytes(beginning[:MAX_ANSWER_BYTES]))
