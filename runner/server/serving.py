"""HTTP on a socket: uvicorn with time limits of our own, until somebody asks to stop."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from types import FrameType

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

_HEADERS_S = 15.0
"""How long a client may take from its connection, or its last byte of a request, to the end of the next headers."""

_READING_S = 30.0
_READING_BYTES = 16 * 2**10
"""How long a client may take to read so much of an answer."""

_KEEP_ALIVE_S = 75
_CONNECTIONS = 1000
_HEADERS_BYTES = 32 * 2**10
_REQUESTS_GRACE_S = 10


class PatientServer(uvicorn.Server):
    """Stops at the first SIGINT or SIGTERM when all requests are answered, at the second one at once.

    Args:
        listening: Called once connections are accepted.
        stopping: Called at the first signal.
    """

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None], stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        del sig, frame
        if self.should_exit:
            self.force_exit = True
            return
        self.should_exit = True
        self._stopping()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take both signals; unlike uvicorn's own, do not raise them again: to be asked to stop is a good ending."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class ImpatientProtocol(H11Protocol):
    """Closes a connection whose client does not get its headers out, or does not take its answer in."""

    headers_s = _HEADERS_S
    reading_s = _READING_S
    _headers_due: asyncio.TimerHandle | None = None
    _reading_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._headers_due = self.loop.call_later(self.headers_s, self._give_up)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        is_between_requests = self.conn.their_state is h11.IDLE
        if not is_between_requests:
            self._cancel()
        elif self._headers_due is None:
            self._headers_due = self.loop.call_later(self.headers_s, self._give_up)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reading()

    def resume_writing(self) -> None:
        self._stop_watching()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self.transport.abort()  # else what the client never read would hold the connection open

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel()
        self._stop_watching()
        super().connection_lost(exc)

    def _watch_reading(self) -> None:
        """Look again in a while whether the client has read on; closing alone would wait for it."""
        unread_bytes = self.transport.get_write_buffer_size()
        self._reading_due = self.loop.call_later(self.reading_s, self._expect_less_than, unread_bytes - _READING_BYTES)

    def _expect_less_than(self, unread_bytes: int) -> None:
        if self.transport.get_write_buffer_size() > unread_bytes:
            self.transport.abort()
        else:
            self._watch_reading()

    def _stop_watching(self) -> None:
        if self._reading_due is not None:
            self._reading_due.cancel()
            self._reading_due = None

    def _cancel(self) -> None:
        if self._headers_due is not None:
            self._headers_due.cancel()
            self._headers_due = None

    def _give_up(self) -> None:
        self._headers_due = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()


async def serve(
    app: ASGIApp, bound: socket.socket, listening: Callable[[], None], stopping: Callable[[], None]
) -> bool:
    """Answer requests until SIGINT or SIGTERM.

    Args:
        app: What answers.
        bound: A socket with an address; closed at the end.
        listening: Called once connections are accepted.
        stopping: Called when a signal came, before the last requests are answered.

    Returns:
        Whether a second signal came: then whoever sent it will not wait.
    """
    config = uvicorn.Config(
        app,
        http=ImpatientProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_REQUESTS_GRACE_S,
        limit_concurrency=_CONNECTIONS,
        h11_max_incomplete_event_size=_HEADERS_BYTES,
        proxy_headers=True,  # from FORWARDED_ALLOW_IPS, or the loopback
    )
    server = PatientServer(config, listening, stopping)
    await server.serve(sockets=[bound])
    return server.force_exit
