"""Clients that take their time, or ask for too much at once: they are shown out, and others are served meanwhile."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.server.clients import told
from tests.server.process import Server

pytestmark = pytest.mark.slow

RUNS = "/v1/models/image/resize/runs"
PATIENCE_S = 40.0


def connected(server: Server) -> socket.socket:
    parts = urlsplit(server.url)
    return socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_S)


def head(server: Server, path: str, length: int, method: str = "POST", media_type: str = "application/json") -> bytes:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.key}\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def silence(_connection: socket.socket) -> None:
    """Say nothing."""


def half_a_header(connection: socket.socket) -> None:
    connection.sendall(b"GET /v1/health HTTP/1.1\r\nHost: x\r\nX-Slow: ")


def drip(connection: socket.socket) -> None:
    """Send headers, a byte a second, without an end."""
    half_a_header(connection)

    def send() -> None:
        try:
            while True:
                connection.sendall(b"x")
                time.sleep(1.0)
        except OSError:
            return

    threading.Thread(target=send, daemon=True).start()


def answer_to(server: Server, begin: Callable[[socket.socket], None]) -> bytes:
    """Begin as told, then wait until the server hangs up; gives what it said.

    Raises:
        TimeoutError: it said nothing and did not hang up either.
    """
    with connected(server) as connection:
        begin(connection)
        said = b""
        while True:
            try:
                chunk = connection.recv(65536)
            except ConnectionResetError:
                chunk = b""
            if not chunk:
                return said
            said += chunk


def test_slow_clients_are_shown_out_while_others_are_served(shared_server: Server, client: httpx2.Client) -> None:
    body = {"filename": "x.png", "mime_type": "image/png", "size_bytes": 1000}
    upload = urlsplit(client.post("/v1/asset-uploads", json=body).json()["upload_url"])
    beginnings: dict[str, Callable[[socket.socket], None]] = {
        "silence": silence,
        "half a header": half_a_header,
        "drip": drip,
        "half a body": lambda connection: connection.sendall(head(shared_server, RUNS, 1000) + b'{"input":'),
        "half an upload": lambda connection: connection.sendall(
            head(shared_server, f"{upload.path}?{upload.query}", 1000, "PUT", "image/png") + b"x" * 500
        ),
    }
    answers: dict[str, bytes] = {}

    def ask(name: str) -> None:
        answers[name] = answer_to(shared_server, beginnings[name])

    threads = [threading.Thread(target=ask, args=(name,)) for name in beginnings]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert client.get("/v1/health", timeout=5.0).status_code == 200
        time.sleep(0.5)
    statuses = {name: said.split(b" ")[1] if said else b"" for name, said in answers.items()}
    assert statuses == {
        "silence": b"",
        "half a header": b"",
        "drip": b"",
        "half a body": b"408",
        "half an upload": b"408",
    }


def test_headers_without_an_end_are_cut_off(shared_server: Server) -> None:
    said = answer_to(shared_server, lambda connection: connection.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000))
    assert said.split(b" ")[1] in {b"400", b"431"}


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        (RUNS, b"[" * 100_000, (400, "BAD_REQUEST", [])),
        (RUNS, b'{"input":' * 200 + b"1" + b"}" * 200, (400, "BAD_REQUEST", [])),
        (RUNS, b'{"input":{"width":1e999}}', (400, "BAD_REQUEST", [])),
        (RUNS, b'{"input":{}}\0', (400, "BAD_REQUEST", [])),
        (RUNS, b'{"input":{"width":' + b"9" * 10_000 + b"}}", (400, "BAD_REQUEST", [])),
        ("/v1/asset-uploads", b'{"x":"' + b"x" * 2**20 + b'"}', (413, "PAYLOAD_TOO_LARGE", [])),
        ("/v1/callback-secrets", b"[]", (400, "BAD_REQUEST", [])),
    ],
)
def test_json_that_means_harm_is_refused(
    path: str, content: bytes, expected: tuple[int, str, list[str]], client: httpx2.Client
) -> None:
    answer = client.post(path, content=content, headers={"Content-Type": "application/json"})
    assert told(answer) == expected


def test_a_body_that_is_announced_too_large_is_not_read(shared_server: Server) -> None:
    # What is waited for in vain ends with 408.
    said = answer_to(shared_server, lambda connection: connection.sendall(head(shared_server, RUNS, 10**10) + b"{"))
    assert said.split(b" ")[1] == b"413"


def test_a_body_without_an_announced_size_is_read_to_its_limit(client: httpx2.Client) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"x":"'
        for _ in range(3 * 2**4):
            yield b"x" * 2**16

    try:
        answer = client.post("/v1/callback-secrets", content=chunks(), headers={"Content-Type": "application/json"})
    except (httpx2.WriteError, httpx2.ReadError):
        return  # the server hung up while we still sent
    assert told(answer) == (413, "PAYLOAD_TOO_LARGE", [])
