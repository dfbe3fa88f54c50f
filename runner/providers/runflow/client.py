"""One request to the API, one answer; or the knowledge that nothing was sent, or that no answer came."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Literal, Self

import httpx2

from runner.providers.runflow.answer import Answer, half_answer, read_answer
from runner.providers.runflow.connection import Connection, Doors
from runner.providers.runflow.pace import Pace
from runner.providers.transport import KEPT, make_transport

_ALWAYS = {"User-Agent": "edit-runner", "Accept": "application/json", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked of the API.

    Attributes:
        path: Below the base address, with a slash at its beginning.
        query: Parameters of the address; nothing secret.
        content: JSON, byte for byte.
        in_turn: Whether its turn was waited for already.
        alone: Whether it gets a connection of its own. On one that was used before, and that the provider is closing
            just then, nobody could say whether the request arrived.
    """

    method: Literal["GET", "POST"]
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    in_turn: bool = False
    alone: bool = False


class NotSent(Exception):
    """Nothing was sent: there was no connection; ``retryable`` says whether there may be one later."""

    def __init__(self, message: str, *, retryable: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.retryable = retryable


class NoAnswer(Exception):
    """Something was sent, and no answer came, not even its status."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Client:
    """The one client of a provider in this process; used in an ``async with``.

    Args:
        connection: Whose key goes to its base address alone; redirects are not followed, cookies not kept.
        doors: The network and the clock.
    """

    def __init__(self, connection: Connection, doors: Doors) -> None:
        self.connection = connection
        self.pace = Pace(connection.requests_per_second, doors)
        self._places = asyncio.Semaphore(connection.concurrency)
        self._shared = _http(connection, doors.transport or make_transport(KEPT))
        self._single = _http(connection, doors.transport or make_transport())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._shared.aclose()
        await self._single.aclose()

    async def send(self, ask: Ask) -> Answer:
        """Send a request once, in its turn, and read its answer.

        Raises:
            NotSent: there was no connection.
            NoAnswer: no status came.
        """
        async with self._places:
            if not ask.in_turn:
                await self.pace.turn()
            try:
                answer = await self._exchange(self._single if ask.alone else self._shared, ask)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                raise _not_connected(error, self.connection.host) from error
            except httpx2.TransportError as error:
                raise NoAnswer(f"{self.connection.host} gave no answer: {_said(error)}") from error
        if answer.retry_after_s is not None and answer.status in {429, 503}:
            self.pace.hold(answer.retry_after_s)
        return answer

    def _request(self, http: httpx2.AsyncClient, ask: Ask) -> httpx2.Request:
        headers = {"Authorization": f"Bearer {self.connection.key.get_secret_value()}", **ask.headers}
        if ask.content is not None:
            headers["Content-Type"] = "application/json"
        return http.build_request(
            ask.method, ask.path, params=dict(ask.query) or None, headers=headers, content=ask.content
        )

    async def _exchange(self, http: httpx2.AsyncClient, ask: Ask) -> Answer:
        response: httpx2.Response | None = None
        limit_s = self.connection.limits.answer_s
        try:
            async with asyncio.timeout(limit_s + self.connection.limits.connect_s):
                response = await http.send(self._request(http, ask), stream=True)
                return await read_answer(response)
        except TimeoutError as error:
            if response is None:
                raise NoAnswer(f"{self.connection.host} gave no answer in {limit_s:g} s") from error
            return half_answer(response)
        except (httpx2.TransportError, httpx2.DecodingError):
            if response is None:
                raise
            return half_answer(response)
        finally:
            if response is not None:
                await response.aclose()


def _http(connection: Connection, transport: httpx2.AsyncBaseTransport) -> httpx2.AsyncClient:
    limits = connection.limits
    return httpx2.AsyncClient(
        base_url=connection.base_url,
        transport=transport,
        headers=_ALWAYS,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=httpx2.Timeout(limits.answer_s, connect=limits.connect_s, pool=None),
        trust_env=False,
        follow_redirects=False,
    )


def _not_connected(error: Exception, host: str) -> NotSent:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NotSent(f"{host} has no valid certificate: {cause.verify_message}", retryable=False)
        cause = cause.__cause__ or cause.__context__
    return NotSent(f"{host} cannot be reached: {_said(error)}")


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
