"""What real connections do when they fail: on sockets of the loopback, because only those know what was sent."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from runner.core.errors import ProviderError
from runner.providers.base import AnswerUnknown, Job, NotSubmitted, Prepared
from runner.providers.runflow import RunflowProvider, TimeLimits, open_runflow
from tests.providers.runflow.api import CARDS, connection, eyes

PREPARED = Prepared(request=eyes(), reference="ref-1", body=b'{"client_ref": "ref-1", "input": {}}')
ACCEPTED = b'{"id": "run-1", "status_code": "queued"}'

Behavior = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Host:
    """A server that behaves as it is told, once for each connection or request.

    Attributes:
        heads: The requests that came whole, up to their bodies.
        connections: How many there were.
    """

    behavior: Behavior
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self.behavior(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def read(self, reader: asyncio.StreamReader) -> None:
        """Read one request whole."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        self.heads.append(head)
        self.bodies.append(await reader.readexactly(int(length.partition(b":")[2])))


def reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection as a crash does, with RST."""
    tcp: socket.socket = writer.get_extra_info("socket")
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def submit(
    make: Callable[["list[Host]"], Behavior], times: int = 1, answer_s: float = 5.0
) -> tuple[Host, list[object]]:
    """Submit so many times to a host that behaves so; give what came of each."""

    async def run() -> tuple[Host, list[object]]:
        hosts: list[Host] = []
        host = Host(make(hosts))
        hosts.append(host)
        server = await asyncio.start_server(host.serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            reached = connection(
                base_url=f"http://127.0.0.1:{port}", limits=TimeLimits(connect_s=0.3, answer_s=answer_s)
            )
            async with open_runflow(reached, CARDS) as provider:
                return host, [await outcome(provider) for _ in range(times)]

    return asyncio.run(run())


async def outcome(provider: RunflowProvider) -> object:
    try:
        return await provider.submit(PREPARED)
    except ProviderError as error:
        return error


def after_reading(then: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> Callable[["list[Host]"], Behavior]:
    """Make a host that reads a request whole, and then does something."""

    def make(hosts: list[Host]) -> Behavior:
        async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await hosts[0].read(reader)
            await then(writer)

        return behave

    return make


async def resets(writer: asyncio.StreamWriter) -> None:
    reset(writer)


async def closes(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def is_silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def begins_a_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 201 Crea")
    await writer.drain()


async def breaks_off(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n" + ACCEPTED)
    await writer.drain()


async def breaks_off_in_a_chunk(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + ACCEPTED[:5] + b"\r\n")
    await writer.drain()


async def drips(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n")
    for _ in range(100):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "then", [resets, closes, begins_a_head, breaks_off, breaks_off_in_a_chunk], ids=lambda then: str(then.__name__)
)
def test_what_reached_the_provider_and_got_no_answer_is_unknown(
    then: Callable[[asyncio.StreamWriter], Awaitable[None]],
) -> None:
    host, (came,) = submit(after_reading(then))
    assert len(host.heads) == 1  # once, whatever happens
    assert type(came) is AnswerUnknown


@pytest.mark.parametrize("then", [is_silent, drips], ids=lambda then: str(then.__name__))
def test_an_answer_that_does_not_come_in_time_is_unknown(
    then: Callable[[asyncio.StreamWriter], Awaitable[None]],
) -> None:
    host, (came,) = submit(after_reading(then), answer_s=0.3)
    assert (len(host.heads), type(came)) == (1, AnswerUnknown)


def test_without_a_listener_nothing_was_sent() -> None:
    async def run() -> object:
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))  # and does not listen
            reached = connection(base_url=f"http://127.0.0.1:{bound.getsockname()[1]}")
            async with open_runflow(reached, CARDS) as provider:
                return await outcome(provider)

    came = asyncio.run(run())
    assert isinstance(came, NotSubmitted)
    assert (came.code, came.retryable) == ("not-sent", True)


def test_a_job_is_accepted_and_its_bytes_are_those_that_were_prepared() -> None:
    async def accepts(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % len(ACCEPTED) + ACCEPTED)
        await writer.drain()

    host, (came,) = submit(after_reading(accepts))
    assert came == Job("run-1", PREPARED.request)
    assert host.bodies == [PREPARED.body]
    assert b"POST /v1/models/runflow/eye-color/runs HTTP/1.1\r\n" in host.heads[0]
    assert b"idempotency-key: ref-1\r\n" in host.heads[0].lower()


def test_each_request_that_may_cost_money_has_a_connection_of_its_own() -> None:
    def keeps_open(hosts: list[Host]) -> Behavior:
        async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while True:
                await hosts[0].read(reader)
                writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % len(ACCEPTED) + ACCEPTED)
                await writer.drain()

        return behave

    host, came = submit(keeps_open, times=3)
    assert {type(one) for one in came} == {Job}
    assert host.connections == 3
