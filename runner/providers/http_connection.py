"""One connection that speaks HTTP/1.1: a request, its answer to the end, then perhaps the next."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import TypeAlias, cast

import h11
import httpx

_MOST_HEAD_BYTES = 100 * 2**10
_MOST_UNREAD_BYTES = 2**20
_PIECE_BYTES = 2**18

_Heard: TypeAlias = h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]


class HttpConnection(asyncio.Protocol):
    """Made by an event loop when there is a connection; whoever gets an answer reads it to its end, or closes it.

    Attributes:
        closed: Done when the connection is gone.
    """

    def __init__(self) -> None:
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_HEAD_BYTES)
        self._error: Exception | None = None
        self._news: asyncio.Future[None] | None = None
        self._unread_bytes = 0
        self._is_clogged = False

    @property
    def is_open(self) -> bool:
        """Whether neither side began to close it."""
        return not self._transport.is_closing()

    async def ask(self, request: httpx.Request, *, write_s: float | None, read_s: float | None) -> h11.Response:
        """Send a request, and wait for the head of its answer.

        Args:
            request: As it is sent.
            write_s: How long to wait until the next bytes can be sent.
            read_s: How long to wait for the next bytes of the answer.

        Raises:
            httpx.TransportError: it broke off; nobody can say whether the request arrived.
        """
        await self._say(request, write_s)
        while not isinstance(head := await self._next_event(read_s), h11.Response):
            if not isinstance(head, h11.InformationalResponse):
                raise httpx.RemoteProtocolError("the connection was closed without an answer")
        return head

    async def body(self, read_s: float | None) -> AsyncIterator[bytes]:
        """Give the body of the answer as it comes.

        Raises:
            httpx.TransportError: it broke off.
        """
        while isinstance(event := await self._next_event(read_s), h11.Data):
            yield bytes(event.data)

    def make_ready(self) -> bool:
        """Begin anew after an answer; False where it did not come to its end, or was the last."""
        parser = self._parser
        is_over = parser.our_state is parser.their_state is h11.DONE and parser.trailing_data == (b"", False)
        if is_over and self.is_open:
            parser.start_next_cycle()
            return True
        return False

    def close(self) -> None:
        """Close it at once."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._parser.our_state is h11.IDLE:  # an answer to nothing
            self.close()
            return
        self._parser.receive_data(data)
        self._unread_bytes += len(data)
        if self._unread_bytes > _MOST_UNREAD_BYTES:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self._parser.receive_data(b"")
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._error = exc
        self.closed.set_result(None)
        self._wake()

    def pause_writing(self) -> None:
        self._is_clogged = True

    def resume_writing(self) -> None:
        self._is_clogged = False
        self._wake()

    async def _say(self, request: httpx.Request, write_s: float | None) -> None:
        head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
        said = self._written(head)
        async for content in cast("httpx.AsyncByteStream", request.stream):
            for piece in _pieces(content):
                self._transport.write(said + self._written(h11.Data(data=piece)))
                said = b""
                await self._drain(write_s)
        self._transport.write(said + self._written(h11.EndOfMessage()))

    async def _drain(self, write_s: float | None) -> None:
        """Wait until more can be sent; what the other side says in the meantime is read after that."""
        while self._is_clogged and not self.closed.done():
            await self._wait(write_s, httpx.WriteTimeout)

    def _written(self, event: h11.Event) -> bytes:
        try:
            return self._parser.send(event) or b""
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from error

    async def _next_event(self, read_s: float | None) -> _Heard:
        while (event := self._heard()) is h11.NEED_DATA:
            if self.closed.done():
                raise httpx.ReadError(str(self._error or "")) from self._error
            self._unread_bytes = 0
            self._transport.resume_reading()
            await self._wait(read_s, httpx.ReadTimeout)
        return event

    def _heard(self) -> _Heard:
        try:
            return self._parser.next_event()
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error)) from error

    async def _wait(self, limit_s: float | None, late: type[httpx.TimeoutException]) -> None:
        self._news = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(limit_s):
                await self._news
        except TimeoutError as error:
            raise late("") from error

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)


def _pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _PIECE_BYTES):
        yield content[start : start + _PIECE_BYTES]
