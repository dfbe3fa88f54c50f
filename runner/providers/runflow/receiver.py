"""Receives callbacks on this machine: one signed POST a connection, to whatever path; everything else is rejected."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import h11

from runner.core.errors import Refused
from runner.providers.runflow.callback import Listener, Verdict, take_callback
from runner.providers.runflow.signature import SIGNATURE_HEADER

HOST = "127.0.0.1"
MAX_BYTES = 2**20
MAX_CONNECTIONS = 128
PATIENCE_S = 10.0

_STATUSES: dict[Verdict, int] = {"taken": 200, "unsigned": 401, "garbled": 400}
_READ_BYTES = 2**16


@asynccontextmanager
async def open_receiver(port: int, listeners: Sequence[Listener]) -> AsyncIterator[None]:
    """Receive callbacks while the context is open, on the loopback.

    Args:
        port: Where a tunnel or a proxy brings them, or a provider on this machine itself.
        listeners: Who is told.

    Raises:
        Refused: nobody can listen on that port.
    """
    receiver = _Receiver(listeners)
    try:
        server = await asyncio.start_server(receiver.serve, HOST, port)
    except OSError as error:
        message = f"callbacks cannot be received on port {port}: {error.strerror}"
        raise Refused("callback-port", message, hint="give another --callback-port") from error
    try:
        yield
    finally:
        server.close()
        await receiver.stop()


class _Receiver:
    """Serves connections, each for a few seconds at most."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = listeners
        self._open: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one callback and answer."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a server runs each connection in a task
        self._open.add(task)
        try:
            if len(self._open) <= MAX_CONNECTIONS:
                async with asyncio.timeout(PATIENCE_S):
                    await self._exchange(reader, writer)
        except (TimeoutError, ConnectionError):
            pass  # whoever sends a callback sends it again, and the job is asked for besides
        finally:
            self._open.discard(task)
            writer.close()

    async def stop(self) -> None:
        """End what is still open."""
        for task in self._open:
            task.cancel()
        if self._open:
            await asyncio.wait(self._open)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        try:
            status = await self._status(connection, reader, writer)
        except h11.RemoteProtocolError as error:
            status = error.error_status_hint
        if connection.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return
        headers = [("Content-Length", "0"), ("Connection", "close"), *([("Allow", "POST")] if status == 405 else ())]
        for event in (h11.Response(status_code=status, headers=headers), h11.EndOfMessage()):
            writer.write(connection.send(event) or b"")
        await writer.drain()

    async def _status(
        self, connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> int:
        """Read a request to its end, and say what it is answered."""
        signature, body = b"", bytearray()
        while True:
            match await _next_event(connection, reader, writer):
                case h11.Request(method=method, headers=headers):
                    if method != b"POST":
                        return 405
                    signature = dict(headers).get(SIGNATURE_HEADER.lower().encode(), b"")
                case h11.Data(data=data):
                    body += data
                    if len(body) > MAX_BYTES:
                        return 413
                case h11.EndOfMessage():
                    return _STATUSES[take_callback(bytes(body), signature, self._listeners)]
                case _:
                    raise ConnectionResetError


async def _next_event(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
    while (event := connection.next_event()) is h11.NEED_DATA:
        if connection.they_are_waiting_for_100_continue:
            writer.write(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
        connection.receive_data(await reader.read(_READ_BYTES))
    return event
