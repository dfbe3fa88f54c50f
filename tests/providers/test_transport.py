"""Connections to a server on the loopback: which are used again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2
import pytest

from runner.providers.transport import make_transport


@dataclass
class Counted:
    """A server that answers each request, and counts the connections that it gets."""

    url: str = ""
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            self.asked.set()
            await self.release.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            await writer.drain()

    @property
    def connections(self) -> int:
        return len(self.writers)


@asynccontextmanager
async def counted() -> AsyncIterator[Counted]:
    counting = Counted()
    server = await asyncio.start_server(counting.serve, "127.0.0.1", 0)
    counting.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        yield counting
    finally:
        server.close()
        for writer in counting.writers:
            writer.close()
        await asyncio.sleep(0)


async def get(client: httpx2.AsyncClient, url: str) -> bytes:
    return (await client.get(url)).content


@pytest.mark.parametrize(("keep", "connections"), [(0, 3), (1, 1), (8, 1)])
def test_one_request_after_another_uses_what_is_kept(keep: int, connections: int) -> None:
    async def ask() -> int:
        async with counted() as server, httpx2.AsyncClient(transport=make_transport(keep)) as client:
            server.release.set()
            for _ in range(3):
                assert await get(client, server.url) == b"ok"
            return server.connections

    assert asyncio.run(ask()) == connections


@pytest.mark.parametrize(("keep", "connections"), [(1, 5), (2, 4), (8, 3)])
def test_of_requests_at_one_time_so_many_connections_are_kept(keep: int, connections: int) -> None:
    async def ask() -> int:
        async with counted() as server, httpx2.AsyncClient(transport=make_transport(keep)) as client:
            for _ in range(2):
                server.release.clear()
                together = asyncio.gather(*(get(client, server.url) for _ in range(3)))
                await asyncio.sleep(0)
                server.release.set()
                assert await together == [b"ok"] * 3
            return server.connections

    assert asyncio.run(ask()) == connections


def test_what_broke_off_is_not_used_again() -> None:
    async def ask() -> int:
        async with counted() as server, httpx2.AsyncClient(transport=make_transport(8)) as client:
            asking = asyncio.create_task(get(client, server.url))
            await server.asked.wait()
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            server.release.set()
            assert await get(client, server.url) == b"ok"
            return server.connections

    assert asyncio.run(ask()) == 2
