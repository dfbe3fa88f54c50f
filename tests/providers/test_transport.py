"""The transport on real connections of the loopback: what is kept, what is used again, and what is not."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx
import pytest

from runner.providers.transport import FRESH, Transport

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Server:
    """Answers each request with the next of some bytes, the last again and again; closes where there are none.

    Attributes:
        unasked: What is said a moment after each answer.
        bodies: What was sent, in order.
        connections: How many there were.
    """

    answers: list[bytes]
    unasked: bytes = b""
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0
    tasks: list["asyncio.Task[None] | None"] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.tasks.append(asyncio.current_task())
        try:
            while answer := self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
                self.bodies.append(await reader.readexactly(length))
                writer.write(answer)
                await writer.drain()
                await asyncio.sleep(0.02 if self.unasked else 0)
                writer.write(self.unasked)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


def talk(server: Server, act: Callable[[Transport, str], Awaitable[object]], keep: int = 2) -> object:
    """Let a transport talk with a server."""

    async def run() -> object:
        async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            async with Transport(keep) as transport:
                came = await act(transport, f"http://127.0.0.1:{port}/")
            await asyncio.gather(*filter(None, server.tasks))
            return came

    return asyncio.run(run())


async def ask(transport: Transport, url: str, content: bytes = b"", *, fresh: bool = False) -> bytes:
    request = httpx.Request("PUT", url, content=content, extensions={FRESH: fresh, "timeout": {"read": 5.0}})
    response = await transport.handle_async_request(request)
    try:
        return await response.aread()
    finally:
        await response.aclose()


async def ask_twice(transport: Transport, url: str) -> object:
    return [await ask(transport, url), await ask(transport, url)]


def test_a_connection_serves_one_request_after_the_other() -> None:
    server = Server([OK])
    assert talk(server, ask_twice) == [b"ok", b"ok"]
    assert server.connections == 1


def test_without_keeping_each_connection_is_used_once() -> None:
    server = Server([OK])
    talk(server, ask_twice, keep=0)
    assert server.connections == 2


def test_a_fresh_request_gets_a_new_connection_which_serves_others_later() -> None:
    async def act(transport: Transport, url: str) -> None:
        for fresh in (False, True, False):
            await ask(transport, url, fresh=fresh)

    server = Server([OK])
    talk(server, act)
    assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
    ],
    ids=["closes", "old", "says more than was asked"],
)
def test_a_connection_that_should_not_be_used_again_is_not(answer: bytes) -> None:
    server = Server([answer, OK])
    assert talk(server, ask_twice) == [b"ok", b"ok"]
    assert server.connections == 2


def test_what_nobody_asked_for_is_no_answer_to_the_next_request() -> None:
    async def act(transport: Transport, url: str) -> object:
        first = await ask(transport, url)
        await asyncio.sleep(0.1)
        return [first, await ask(transport, url)]

    server = Server([OK], unasked=OK.replace(b"ok", b"no"))
    assert talk(server, act) == [b"ok", b"ok"]
    assert server.connections == 2


def test_a_body_that_is_not_read_to_its_end_ends_the_connection() -> None:
    async def act(transport: Transport, url: str) -> object:
        response = await transport.handle_async_request(httpx.Request("GET", url))
        await response.aclose()
        return await ask(transport, url)

    server = Server([b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + bytes(3_000_000), OK])
    assert talk(server, act) == b"ok"
    assert server.connections == 2


def test_large_bodies_go_and_come_whole() -> None:
    large = bytes(range(256)) * 40_000
    server = Server([b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(large) + large])
    assert talk(server, lambda transport, url: ask(transport, url, large)) == large
    assert server.bodies == [large]


def test_what_is_said_before_the_answer_is_passed_over() -> None:
    server = Server([b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK])
    assert talk(server, ask_twice) == [b"ok", b"ok"]
    assert server.connections == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", httpx.TransportError),
        (b"SSH-2.0-OpenSSH\r\n\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + b"X: y\r\n" * 40_000, httpx.RemoteProtocolError),
    ],
    ids=["silence", "another protocol", "an endless head"],
)
def test_what_is_no_answer_is_an_error_of_the_connection(answer: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        talk(Server([answer]), ask)


def test_without_a_connection_the_system_says_why() -> None:
    async def act(transport: Transport, url: str) -> object:
        return await ask(transport, "http://127.0.0.1:1/")

    with pytest.raises(httpx.ConnectError, match="Connection refused"):
        talk(Server([OK]), act)
