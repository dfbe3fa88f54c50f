"""Callbacks as they come in: only those that the provider signed are heard, whatever else is sent to the port."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx2
import orjson
import pytest
from pydantic import SecretStr

from runner.core.errors import Refused
from runner.providers.runflow import Listener, open_receiver
from runner.providers.runflow.receiver import MAX_BYTES, MAX_CONNECTIONS
from runner.providers.runflow.signature import signature_of
from tests.cli.hosted import free_port

T = TypeVar("T")

SECRET = "whsec_of_the_first"
OTHER = "whsec_of_the_second"
BODY = orjson.dumps({"event": "run.completed", "run_id": "run-1", "status": "succeeded"})


def receive(action: Callable[[int], Awaitable[T]]) -> tuple[T, list[str]]:
    """Do something while callbacks are received; gives also which jobs were told of, and to whom."""
    told: list[str] = []

    def listener(name: str, secret: str) -> Listener:
        return Listener(secret=SecretStr(secret), tell=lambda job: bool(told.append(f"{name}: {job}")))  # type: ignore[func-returns-value]  # the tale is what counts

    async def received() -> T:
        port = free_port()
        async with open_receiver(port, [listener("first", SECRET), listener("second", OTHER)]):
            return await action(port)

    return asyncio.run(received()), told


async def read_all(reader: asyncio.StreamReader) -> bytes:
    """Read what comes; nothing where the other side hung up on what it had not read."""
    try:
        return await reader.read()
    except ConnectionError:
        return b""


def send(
    body: bytes = BODY, signature: str | None = None, method: str = "POST", path: str = "/hook/any"
) -> Callable[[int], Awaitable[int]]:
    """Say how a callback is sent; signed with the first secret where nothing else is said."""
    given = signature_of(SECRET, body) if signature is None else signature

    async def sent(port: int) -> int:
        async with httpx2.AsyncClient(trust_env=False) as client:
            url = f"http://127.0.0.1:{port}{path}"
            answer = await client.request(
                method, url, content=body, headers={b"Runflow-Signature": given.encode("latin-1")}
            )
            return answer.status_code

    return sent


def test_a_signed_callback_is_told_to_whom_it_belongs() -> None:
    assert receive(send()) == (200, ["first: run-1"])
    assert receive(send(signature=signature_of(OTHER, BODY))) == (200, ["second: run-1"])


CHANGED = BODY.replace(b"run-1", b"run-2")


@pytest.mark.parametrize(
    ("sending", "status"),
    [
        (send(signature=""), 401),
        (send(signature="0" * 64), 401),
        (send(signature=signature_of(SECRET, BODY).upper()), 401),
        (send(signature=f"sha256={signature_of(SECRET, BODY)}"), 401),
        (send(signature="\u00e9" * 64), 401),
        (send(body=CHANGED, signature=signature_of(SECRET, BODY)), 401),
        (send(body=BODY + b" ", signature=signature_of(SECRET, BODY)), 401),
        (send(body=b"no json"), 400),
        (send(body=b""), 400),
        (send(body=b"x" * (MAX_BYTES + 1)), 413),
        (send(method="GET"), 405),
        (send(method="PUT"), 405),
        (send(body=b"[1]"), 200),
        (send(body=b'{"run_id": 7}'), 200),
        (send(body=b'{"batch_id": "batch-1", "event": "run.completed"}'), 200),
    ],
)
def test_everything_else_is_rejected_or_without_effect(sending: Callable[[int], Awaitable[int]], status: int) -> None:
    assert receive(sending) == (status, [])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"POST / HTTP/1.1\r\n",
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + b"A: b\r\n" * 50_000 + b"\r\n",
    ],
)
def test_after_nonsense_the_next_callback_is_heard(raw: bytes) -> None:
    async def nonsense_first(port: int) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw)
        writer.write_eof()
        answer = await read_all(reader)
        writer.close()
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
        return await send()(port)

    assert receive(nonsense_first) == (200, ["first: run-1"])


def test_a_client_that_asks_first_is_told_to_go_on() -> None:
    async def asks_first(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        signature = signature_of(SECRET, BODY)
        head = f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {len(BODY)}\r\nRunflow-Signature: {signature}\r\n"
        writer.write(f"{head}Expect: 100-continue\r\n\r\n".encode())
        first = await reader.readuntil(b"\r\n\r\n")
        writer.write(BODY)
        second = await reader.read()
        writer.close()
        return first + second

    answer, told = receive(asks_first)
    assert answer.startswith(b"HTTP/1.1 100 \r\n\r\nHTTP/1.1 200 \r\n")
    assert told == ["first: run-1"]


def test_connections_that_say_nothing_cannot_pile_up() -> None:
    async def crowd(port: int) -> tuple[bytes, int]:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MAX_CONNECTIONS)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        refused = await reader.read()
        for _, one in [*silent, (reader, writer)]:
            one.close()
            await one.wait_closed()
        await asyncio.sleep(0.1)
        return refused, await send()(port)

    assert receive(crowd) == ((b"", 200), ["first: run-1"])


def test_a_port_that_is_taken_is_refused() -> None:
    async def twice(port: int) -> str:
        with pytest.raises(Refused, match="callbacks cannot be received on port") as refused:
            async with open_receiver(port, []):
                pass
        return refused.value.code

    assert receive(twice) == ("callback-port", [])
