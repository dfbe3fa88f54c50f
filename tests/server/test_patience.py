"""How long the server waits for a client's bytes, with less patience than it has in earnest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.server.answers import Refusal, answer_refusal, json_answer
from runner.server.body import Bodies
from runner.server.serving import ImpatientProtocol

LARGE_BYTES = 32 * 2**20
"""More than the system keeps for a connection."""
_LONGEST_S = 60.0


class Hurried(ImpatientProtocol):
    """The server's protocol with less patience."""

    headers_s = 0.3
    reading_s = 0.3


@asynccontextmanager
async def _serving(bodies: Bodies) -> AsyncIterator[int]:
    """Serve a path that reads a body of at most 100 bytes, and one with a large answer."""

    async def take(request: Request) -> Response:
        return json_answer({"size": len(await bodies.content(request, 100))})

    async def give(_request: Request) -> Response:
        return Response(b"x" * LARGE_BYTES)

    routes = [Route("/", take, methods=["POST"]), Route("/large", give)]
    app = Starlette(routes=routes, exception_handlers={Refusal: answer_refusal})
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=Hurried, ws="none", lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


@dataclass(frozen=True, slots=True)
class _Told:
    """The first line of an answer, and how many parts were sent until it came."""

    line: str
    sent: int


def _talk(*parts: bytes, pause_s: float = 0.0) -> _Told:
    """Send bytes part by part until there is an answer or the connection ends."""

    async def talk() -> _Told:
        sent = 0
        async with _serving(Bodies(idle_s=0.3, total_s=1.0)) as port, asyncio.timeout(_LONGEST_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            reading = asyncio.create_task(reader.read())
            for part in parts:
                if not reading.done():
                    writer.write(part)
                    sent += 1
                    await asyncio.sleep(pause_s)
            answer = await reading
            writer.close()
            return _Told(answer.split(b"\r\n")[0].decode(), sent)

    return asyncio.run(talk())


HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"


def test_a_client_in_no_hurry_but_with_all_it_says_is_answered() -> None:
    assert _talk(HEAD + b"Content-Length: 3\r\n\r\nab", b"c", pause_s=0.1).line == "HTTP/1.1 200 OK"


@pytest.mark.parametrize("part", [b"", b"POST / HT", HEAD])
def test_headers_that_do_not_come_end_the_connection(part: bytes) -> None:
    assert _talk(part) == _Told("", 1)


def test_headers_that_drip_end_the_connection() -> None:
    told = _talk(HEAD, *[b"X"] * 500, pause_s=0.05)

    assert told.line == ""
    assert told.sent < 500


def test_a_body_that_does_not_come_is_refused() -> None:
    assert _talk(HEAD + b"Content-Length: 3\r\n\r\na").line.startswith("HTTP/1.1 408 ")


def test_a_body_that_drips_is_refused() -> None:
    drops = [b"x"] * 8
    assert _talk(HEAD + b"Content-Length: 90\r\n\r\n", *drops, pause_s=0.2).line.startswith("HTTP/1.1 408 ")


def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes() -> None:
    assert _talk(HEAD + b"Content-Length: 101\r\n\r\n").line.startswith("HTTP/1.1 413 ")


def test_a_body_that_does_not_say_its_size_is_refused_when_it_gets_too_large() -> None:
    chunk = b"40\r\n" + b"x" * 0x40 + b"\r\n"
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

    assert _talk(head + chunk + b"0\r\n\r\n").line == "HTTP/1.1 200 OK"
    assert _talk(head + chunk * 2).line.startswith("HTTP/1.1 413 ")


async def _received(wait_s: float, pause_s: float) -> int:
    """Ask for the large answer, wait, then read it with pauses; gives how much came."""
    async with _serving(Bodies()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**16)
        writer.write(b"GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        await asyncio.sleep(wait_s)
        received = 0
        try:
            while chunk := await reader.read(2**20):
                received += len(chunk)
                await asyncio.sleep(pause_s)
        except ConnectionResetError:
            pass
        writer.close()
        return received


def test_a_client_that_does_not_read_its_answer_is_cut_off() -> None:
    assert asyncio.run(_received(wait_s=1.5, pause_s=0.0)) < LARGE_BYTES


def test_a_client_that_reads_slowly_but_steadily_gets_all_of_its_answer() -> None:
    assert asyncio.run(_received(wait_s=0.0, pause_s=0.002)) > LARGE_BYTES
