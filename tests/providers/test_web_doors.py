"""The doors to the network that are opened by name, and messages that are sent through them."""

import asyncio
import http.server
import ipaddress
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import httpx2
import pytest

from runner.core.errors import UsageError
from runner.providers.addresses import IpAddress
from runner.providers.download import download
from runner.providers.exchange import TryLater, Web
from runner.providers.web_post import MAX_ANSWER_BYTES, Answered, post

PUBLIC, LOOPBACK = "93.184.216.34", "127.0.0.1"


@dataclass
class Names:
    """A resolver with answers of its own, one after the other; the last one stays.

    Attributes:
        asked: The names that were looked up.
    """

    answers: Mapping[str, list[str]]
    asked: list[str] = field(default_factory=list)

    async def resolve(self, host: str, _port: int) -> tuple[IpAddress, ...]:
        self.asked.append(host)
        known = self.answers[host]
        return (ipaddress.ip_address(known.pop(0) if len(known) > 1 else known[0]),)


@dataclass
class Sent:
    """A network in memory that answers everything alike, and remembers what was sent where."""

    answer: httpx2.Response
    requests: list[httpx2.Request] = field(default_factory=list)

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return self.answer


def web(names: Names, sent: Sent, *open_hosts: str) -> Web:
    return Web(
        resolve=names.resolve,
        transport=lambda: httpx2.MockTransport(sent.handle),
        open_hosts=frozenset(open_hosts),
        sleep=at_once,
    )


async def at_once(_seconds: float) -> None:
    return None


class Bytes(httpx2.AsyncByteStream):
    """A body that is not read beforehand."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    async def __aiter__(self):  # type: ignore[no-untyped-def]  # an async generator
        yield self.content


def ok(content: bytes = b"") -> httpx2.Response:
    return httpx2.Response(200, stream=Bytes(content))


def fetched(url: str, door: Web) -> bytes | str:
    try:
        return asyncio.run(download(url, limit_bytes=100, web=door))
    except UsageError as error:
        return error.code


def test_a_name_that_changes_its_address_is_connected_to_where_it_was_checked() -> None:
    names, sent = Names({"rebind.example": [PUBLIC, LOOPBACK]}), Sent(ok(b"x"))
    assert fetched("https://rebind.example/x", web(names, sent)) == b"x"
    assert (names.asked, sent.requests[0].url.host) == (["rebind.example"], PUBLIC)


def test_a_name_that_changes_between_redirects_is_checked_again() -> None:
    names = Names({"rebind.example": [PUBLIC, LOOPBACK]})
    sent = Sent(httpx2.Response(302, headers={"location": "/again"}))
    assert fetched("https://rebind.example/x", web(names, sent)) == "private-address"
    assert len(sent.requests) == 1


def test_a_name_that_changes_between_tries_is_checked_again() -> None:
    names, sent = Names({"rebind.example": [PUBLIC, LOOPBACK]}), Sent(httpx2.Response(503))
    assert fetched("https://rebind.example/x", web(names, sent)) == "private-address"
    assert len(sent.requests) == 1


@pytest.mark.parametrize(
    ("url", "opened", "outcome"),
    [
        ("http://files.internal/x", "files.internal", b"x"),
        ("https://files.internal/x", "files.internal", b"x"),
        ("http://FILES.internal:8080/x", "files.internal", b"x"),
        ("http://files.internal/x", "other.internal", "bad-url"),
        ("https://files.internal/x", "other.internal", "private-address"),
        ("http://files.internal./x", "files.internal", "bad-url"),
        ("http://files.internal.evil.example/x", "files.internal", "bad-url"),
        ("http://files.internal@evil.example/x", "files.internal", "bad-url"),
        ("http://evil.example/?files.internal", "files.internal", "bad-url"),
    ],
)
def test_only_the_very_host_that_was_named_is_open(url: str, opened: str, outcome: bytes | str) -> None:
    inside = ["10.0.0.7"]
    names = Names({"files.internal": inside, "evil.example": inside, "files.internal.": inside})
    assert fetched(url, web(names, Sent(ok(b"x")), opened)) == outcome


def test_a_host_that_is_open_opens_nothing_else_on_the_way() -> None:
    names = Names({"files.internal": ["10.0.0.7"], "other.internal": ["10.0.0.8"]})
    sent = Sent(httpx2.Response(302, headers={"location": "https://other.internal/x"}))
    assert fetched("http://files.internal/x", web(names, sent, "files.internal")) == "private-address"
    assert len(sent.requests) == 1


def posted(url: str, door: Web) -> Answered | TryLater | str:
    try:
        return asyncio.run(post(door, url, b'{"a":1}', {"Content-Type": "application/json"}))
    except UsageError as error:
        return error.code


def test_a_message_goes_to_the_checked_address_under_the_hosts_name() -> None:
    names, sent = Names({"hook.example": [PUBLIC, LOOPBACK]}), Sent(ok(b"thanks"))
    assert posted("https://hook.example/x?a=b", web(names, sent)) == Answered(200, b"thanks")
    request = sent.requests[0]
    assert (request.method, str(request.url), request.content) == ("POST", f"https://{PUBLIC}/x?a=b", b'{"a":1}')
    assert (request.headers["host"], request.headers["content-type"]) == ("hook.example", "application/json")
    assert request.headers["content-length"] == "7"


@pytest.mark.parametrize("address", [LOOPBACK, "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "fd00::1"])
def test_a_message_is_not_sent_inside(address: str) -> None:
    sent = Sent(ok())
    assert posted("https://hook.example/", web(Names({"hook.example": [address]}), sent)) == "private-address"
    assert sent.requests == []


def test_a_message_follows_no_redirect() -> None:
    sent = Sent(httpx2.Response(307, stream=Bytes(b""), headers={"location": "https://127.0.0.1/"}))
    assert posted("https://hook.example/", web(Names({"hook.example": [PUBLIC]}), sent)) == Answered(307, b"")
    assert len(sent.requests) == 1


def test_of_a_long_answer_the_beginning_is_read() -> None:
    sent = Sent(ok(b"x" * (MAX_ANSWER_BYTES + 1)))
    answer = posted("https://hook.example/", web(Names({"hook.example": [PUBLIC]}), sent))
    assert answer == Answered(200, b"x" * MAX_ANSWER_BYTES)


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers a message with its own body."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(202)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """Of a real server on the loopback."""
    with http.server.ThreadingHTTPServer((LOOPBACK, 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_message_reaches_a_real_server_that_was_opened(port: int) -> None:
    door = Web(open_hosts=frozenset({LOOPBACK}))
    assert posted(f"http://{LOOPBACK}:{port}/", door) == Answered(202, b'{"a":1}')
    assert posted(f"http://{LOOPBACK}:{port}/", Web()) == "bad-url"
    assert posted(f"https://{LOOPBACK}:{port}/", Web()) == "private-address"


def test_where_nobody_listens_a_message_may_be_sent_later() -> None:
    assert isinstance(posted("http://127.0.0.1:9/", Web(open_hosts=frozenset({LOOPBACK}))), TryLater)
