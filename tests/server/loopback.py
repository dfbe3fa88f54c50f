"""Servers on the loopback that a test talks through: files that are downloaded, callbacks that arrive."""

import http.server
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Received:
    """A callback as it came: its headers, and the raw bytes of its body."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Host:
    """A server on the loopback.

    Attributes:
        files: What it gives, by path.
        redirects: Where it sends on, by path.
        answers: The statuses that it answers to callbacks, one after the other; 200 when there are no more.
        asked: The paths that were asked for, with their queries.
        received: The callbacks that came.
    """

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    delay_s: float = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, count: int, seconds: float = 30.0) -> list[Received]:
        """Wait until so many callbacks came."""
        until = time.monotonic() + seconds
        while len(self.received) < count:
            assert time.monotonic() < until, f"{len(self.received)} of {count} callbacks came in {seconds} s"
            time.sleep(0.02)
        return self.received

    def wait_until(self, wanted: Callable[[Received], bool], seconds: float = 30.0) -> Received:
        """Wait for a callback of which something is so."""
        until = time.monotonic() + seconds
        while True:
            found = next(filter(wanted, list(self.received)), None)
            if found is not None:
                return found
            assert time.monotonic() < until, f"no such callback in {seconds} s, but {len(self.received)} others"
            time.sleep(0.02)


@contextmanager
def host() -> Iterator[Host]:
    """Run a server while the context is open."""
    place = Host()

    class Answers(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            place.asked.append(self.path)
            path = self.path.partition("?")[0]
            if path in place.redirects:
                self._answer(302, b"", location=place.redirects[path])
            elif path in place.files:
                self._answer(200, place.files[path])
            else:
                self._answer(404, b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(place.delay_s)
            place.received.append(Received(self.path, dict(self.headers), body))
            self._answer(place.answers.pop(0) if place.answers else 200, b"thank you")

        def _answer(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Say nothing."""

    class Quiet(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Say nothing of clients that hang up, as they are meant to."""

    with Quiet(("127.0.0.1", 0), Answers) as server:
        place.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield place
        finally:
            server.shutdown()
            thread.join()
