"""Files to and from signed addresses: no key is sent there, and their query stands in no message."""

import asyncio
import ipaddress
from dataclasses import replace
from urllib.parse import urlsplit

import httpx2

from runner.core.errors import UsageError
from runner.providers.download import download
from runner.providers.exchange import Ask, NotPublic, TryLater, Web, exchange
from runner.providers.runflow.connection import Connection, Doors
from runner.providers.transport import HostTransports
from runner.providers.web_url import parse_url, shown_url

MAX_RESULT_BYTES = 256 * 2**20

_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


class Transfers:
    """Uploads and downloads of one provider: to any https host of the public internet, and to the provider's own.

    Close them, so that their connections are.

    Args:
        connection: Of the provider; only one on this machine may name addresses on this machine, or ``http``.
        doors: The network.
    """

    def __init__(self, connection: Connection, doors: Doors) -> None:
        host, limits = connection.host, connection.limits
        self._hosts = HostTransports()
        self._is_https = urlsplit(connection.base_url).scheme == "https"
        self._web = replace(
            doors.web or Web(transport=self._hosts.lend),
            open_hosts=_THIS_MACHINE | {host} if _is_this_machine(host) else frozenset({host}),
            connect_s=limits.connect_s,
            attempt_s=limits.transfer_s,
        )

    async def fetch(self, url: str) -> bytes:
        """Download a result, again where that can help.

        Raises:
            UsageError: it could not be downloaded; the address may have expired.
        """
        self._refuse_plain(url)
        return await download(url, limit_bytes=MAX_RESULT_BYTES, web=self._web)

    async def put(self, url: str, content: bytes, media_type: str) -> int | TryLater:
        """Upload a file once.

        Returns:
            The status of the answer, or why there was none.

        Raises:
            UsageError: it is no address to upload to.
        """
        self._refuse_plain(url)
        target = parse_url(url, self._web.open_hosts)
        try:
            async with asyncio.timeout(self._web.attempt_s), self._web.transport() as transport:
                ask = Ask("PUT", {"Content-Type": media_type}, content)
                return await exchange(self._web, transport, target, ask, _status)
        except TimeoutError:
            return TryLater(f"'{shown_url(url)}' took longer than {self._web.attempt_s:g} s")
        except NotPublic as error:
            raise UsageError("private-address", f"'{shown_url(url)}' is not on the public internet") from error

    async def close(self) -> None:
        """Close all connections."""
        await self._hosts.aclose()

    def _refuse_plain(self, url: str) -> None:
        """Refuse a way back from https, also to the provider's own host."""
        if self._is_https and not url.lower().startswith("https:"):
            raise UsageError("bad-url", f"'{shown_url(url)}' is no https address")


def _is_this_machine(host: str) -> bool:
    try:
        return host in _THIS_MACHINE or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _status(response: httpx2.Response, target: httpx2.URL) -> int:
    del target
    return response.status_code
