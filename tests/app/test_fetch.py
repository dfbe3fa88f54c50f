"""Downloads: what is fetched, what is refused, and that no address inside is reached."""

import asyncio
import http.server
import ipaddress
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.app.fetch import fetch
from runner.core.errors import UsageError
from runner.providers.addresses import IpAddress
from runner.providers.exchange import Web
from runner.providers.web import MAX_REDIRECTS
from runner.providers.web_url import shown_url

PUBLIC = (ipaddress.ip_address("93.184.216.34"), ipaddress.ip_address("2606:4700::1111"))
Handler = Callable[[httpx2.Request], httpx2.Response]


@dataclass
class Internet:
    """A network in memory: hosts, what they answer, and what was asked of it.

    Attributes:
        unresolved: What the resolver fails with, where it does.
        waits: How long was waited between attempts, in seconds.
    """

    answer: Handler
    hosts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unresolved: int = 0
    requests: list[httpx2.Request] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    async def resolve(self, host: str, _port: int) -> tuple[IpAddress, ...]:
        self.resolved.append(host)
        if self.unresolved:
            raise socket.gaierror(self.unresolved, "not found")
        if host in self.hosts:
            return tuple(ipaddress.ip_address(text) for text in self.hosts[host])
        return PUBLIC

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return self.answer(request)

    def web(self) -> Web:
        return Web(resolve=self.resolve, transport=lambda: httpx2.MockTransport(self._answer), sleep=self.sleep)


def body(content: bytes, **headers: str) -> Handler:
    return lambda _: ok(content, **headers)


def ok(content: bytes, **headers: str) -> httpx2.Response:
    return httpx2.Response(200, stream=Chunks([content]), headers=headers)


def statuses(*answers: httpx2.Response) -> Handler:
    left = iter(answers)
    return lambda _: next(left)


def to(location: str, status: int = 302) -> httpx2.Response:
    return httpx2.Response(status, headers={"location": location})


class Chunks(httpx2.AsyncByteStream):
    """A body in pieces, of which it is known how many were taken."""

    def __init__(self, chunks: list[bytes]) -> None:
        self.chunks = chunks
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            self.taken += 1
            yield chunk


def refusal(internet: Internet, url: str = "https://a.example/x.png", limit_bytes: int = 100) -> UsageError:
    with pytest.raises(UsageError) as raised:
        fetch(url, limit_bytes=limit_bytes, web=internet.web())
    return raised.value


def test_a_file_is_fetched_from_the_checked_address_under_its_own_name() -> None:
    internet = Internet(body(b"picture"))
    assert fetch("https://a.example:8443/x.png?w=8#top", limit_bytes=7, web=internet.web()) == b"picture"
    request = internet.requests[0]
    assert str(request.url) == "https://93.184.216.34:8443/x.png?w=8"
    assert request.headers["host"] == "a.example:8443"
    assert request.extensions["sni_hostname"] == "a.example"
    assert request.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "addresses",
    [("127.0.0.1",), ("93.184.216.34", "10.0.0.1"), ("::ffff:169.254.169.254",), ("64:ff9b::a00:1",), ("::1",)],
)
def test_a_host_with_any_address_inside_is_not_asked(addresses: tuple[str, ...]) -> None:
    internet = Internet(body(b"secret"), {"a.example": addresses})
    assert refusal(internet).code == "private-address"
    assert internet.requests == []


def test_a_redirect_inside_is_not_followed() -> None:
    internet = Internet(statuses(to("https://inside.example/")), {"inside.example": ("192.168.0.1",)})
    assert refusal(internet).code == "private-address"
    assert len(internet.requests) == 1


def test_each_hop_is_resolved_once() -> None:
    internet = Internet(statuses(to("/y.png", 301), to("//b.example/z", 307), ok(b"")))
    assert fetch("https://a.example/x", limit_bytes=9, web=internet.web()) == b""
    assert internet.resolved == ["a.example", "a.example", "b.example"]
    assert [request.headers["host"] for request in internet.requests] == ["a.example", "a.example", "b.example"]


@pytest.mark.parametrize(
    "location", ["http://a.example/x", "file:///etc/passwd", "https://u:p@a.example/", "https://a.example:0/"]
)
def test_a_redirect_to_anything_but_https_is_refused(location: str) -> None:
    assert refusal(Internet(lambda _: to(location))).code == "bad-url"


def test_redirects_end() -> None:
    internet = Internet(lambda _: to("/again"))
    assert refusal(internet).code == "too-many-redirects"
    assert len(internet.requests) == MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    "url",
    [
        "", "http://a.example/x", "HTTPS://a.example/x", "ftp://a.example/x", "a.example/x", "https:///x", "https://",
        "https://a.example:0/", "https://a.example:99999/", "https://user:pw@a.example/x", "https://a.example/a b",
        "https://a.example\\@b.example/", "https://a.example/\n", "https://[::1/", "https://a_\u00ad\u3002/",
    ],
)  # fmt: skip
def test_only_plain_https_addresses_are_fetched(url: str) -> None:
    assert refusal(Internet(body(b"")), url).code == "bad-url"


def test_a_body_that_is_announced_too_large_is_not_read() -> None:
    chunks = Chunks([b"x" * 50])
    internet = Internet(lambda _: httpx2.Response(200, headers={"content-length": "101"}, stream=chunks))
    assert refusal(internet).code == "download-too-large"
    assert chunks.taken == 0


def test_a_body_that_grows_too_large_is_left() -> None:
    chunks = Chunks([b"x" * 60] * 50)
    assert refusal(Internet(lambda _: httpx2.Response(200, stream=chunks))).code == "download-too-large"
    assert chunks.taken == 2


def test_a_packed_body_is_refused() -> None:
    assert refusal(Internet(body(b"x", **{"content-encoding": "gzip"}))).code == "download-refused"


@pytest.mark.parametrize("status", [204, 206, 304, 401, 403, 404, 410])
def test_a_refusal_is_not_asked_again(status: int) -> None:
    internet = Internet(lambda _: httpx2.Response(status))
    error = refusal(internet)
    assert (error.code, error.retryable, len(internet.requests)) == ("download-refused", False, 1)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again(status: int) -> None:
    internet = Internet(statuses(httpx2.Response(status), httpx2.Response(status), ok(b"x")))
    assert fetch("https://a.example/x", limit_bytes=9, web=internet.web()) == b"x"
    assert 0.5 <= internet.waits[0] <= 1.0 <= internet.waits[1] <= 2.0


@pytest.mark.parametrize(("asked", "waited"), [("7", 7.0), ("86400", 30.0)])
def test_a_server_says_how_long_to_wait_within_bounds(asked: str, waited: float) -> None:
    busy = httpx2.Response(503, headers={"retry-after": asked})
    internet = Internet(statuses(busy, ok(b"x")))
    fetch("https://a.example/x", limit_bytes=9, web=internet.web())
    assert internet.waits == [waited]


def test_attempts_end_with_what_the_server_said() -> None:
    internet = Internet(lambda _: httpx2.Response(503))
    error = refusal(internet, "https://a.example/x?token=hush")
    assert error.message == "'https://a.example/x' answered 503 Service Unavailable"
    assert (error.code, error.retryable, len(internet.requests)) == ("download-failed", True, 3)


def broken(error: Exception) -> Handler:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise error

    return answer


@pytest.mark.parametrize(
    "error", [httpx2.ReadTimeout(""), httpx2.RemoteProtocolError("peer closed"), httpx2.ReadError("reset")]
)
def test_a_broken_connection_is_tried_again(error: Exception) -> None:
    internet = Internet(broken(error))
    assert refusal(internet).retryable
    assert len(internet.requests) == 3


def test_the_next_address_is_tried_when_one_cannot_be_reached() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "93.184.216.34":
            raise httpx2.ConnectError("no route")
        return ok(b"x")

    internet = Internet(answer)
    assert fetch("https://a.example/x", limit_bytes=9, web=internet.web()) == b"x"
    assert [request.url.host for request in internet.requests] == ["93.184.216.34", "2606:4700::1111"]


@pytest.mark.parametrize(
    ("errno", "code", "asked"), [(socket.EAI_NONAME, "unknown-host", 1), (socket.EAI_AGAIN, "download-failed", 3)]
)
def test_a_name_is_asked_for_again_where_the_resolver_was_in_trouble(errno: int, code: str, asked: int) -> None:
    internet = Internet(body(b""), unresolved=errno)
    assert refusal(internet).code == code
    assert len(internet.resolved) == asked


def test_an_attempt_ends_even_when_the_server_never_does() -> None:
    async def forever(request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(60)
        return httpx2.Response(200)

    web = Web(resolve=Internet(body(b"")).resolve, transport=lambda: httpx2.MockTransport(forever), attempt_s=0.05)
    with pytest.raises(UsageError, match=r"took longer than 0\.05 s"):
        fetch("https://a.example/x", limit_bytes=9, web=web, attempts=1)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x.png?sig=hush#top", "https://a.example/x.png"),
        ("https://me:hush@a.example/x", "https://a.example/x"),
        ("https:me:hush@a.example", "https://a.example"),
        ("https://a.example/@me/x", "https://a.example/@me/x"),
    ],
)
def test_a_shown_url_holds_no_secret(url: str, shown: str) -> None:
    assert shown_url(url) == shown


@pytest.mark.parametrize("status", [200, 302, 404, 503])
def test_no_message_or_log_line_holds_the_query(status: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    location = "http://b.example/y?token=hush"
    internet = Internet(lambda _: httpx2.Response(status, headers={"location": location}, stream=Chunks([b"x" * 200])))
    error = refusal(internet, "https://a.example/x?token=hush")
    assert "hush" not in f"{error.message} {error.hint} {caplog.text}"


@given(st.text() | st.text(st.sampled_from("ht:/.[]@?#%\\ a1-_xn\u3002\xad"), max_size=30).map("https://".__add__))
def test_any_text_is_fetched_or_refused(url: str) -> None:
    assert outcome(url) in {"fetched", "bad-url"}


def outcome(url: str) -> str:
    try:
        fetch(url, limit_bytes=9, web=Internet(body(b"x")).web())
    except UsageError as error:
        return error.code
    return "fetched"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for photos.example with its key, signed by itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed, which makes the certificate of the test's own server")
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    subprocess.run(
        [
            openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=photos.example", "-addext", "subjectAltName=DNS:photos.example",
            "-keyout", path, "-out", path.with_suffix(".crt"),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


class Photos(http.server.BaseHTTPRequestHandler):
    """Serves a body of 100 000 bytes, half of one, and one that never comes to its end."""

    def do_GET(self) -> None:
        if self.headers["Host"] != f"photos.example:{self.connection.getsockname()[1]}":
            self.send_error(421)
            return
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(b"x" * (100_000 if self.path == "/whole" else 50_000))
        if self.path == "/slow":
            time.sleep(1.0)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


class QuietServer(http.server.ThreadingHTTPServer):
    """Says nothing about clients that hang up, as they are meant to."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(certificate: Path) -> Iterator[int]:
    """The port of a real https server on the loopback."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with QuietServer(("127.0.0.1", 0), Photos) as running:
        running.socket = context.wrap_socket(running.socket, server_side=True)
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running.server_port
        running.shutdown()
        thread.join()


async def on_loopback(_host: str, _port: int) -> tuple[IpAddress, ...]:
    return (ipaddress.ip_address("127.0.0.1"),)


async def at_once(_seconds: float) -> None:
    return None


def loopback(certificate: Path, idle_s: float = 5.0) -> Web:
    """The door to the test's own server: loopback allowed, its certificate trusted."""
    context = ssl.create_default_context(cafile=str(certificate.with_suffix(".crt")))
    return Web(
        resolve=on_loopback,
        allows=lambda address: address.is_loopback,
        transport=lambda: httpx2.AsyncHTTPTransport(verify=context, trust_env=False),
        sleep=at_once,
        idle_s=idle_s,
    )


def test_a_real_server_is_known_by_the_certificate_of_its_name(server: int, certificate: Path) -> None:
    url = f"https://photos.example:{server}/whole"
    assert fetch(url, limit_bytes=100_000, web=loopback(certificate)) == b"x" * 100_000


def test_a_certificate_of_another_name_is_refused(server: int, certificate: Path) -> None:
    with pytest.raises(UsageError) as raised:
        fetch(f"https://other.example:{server}/whole", limit_bytes=100_000, web=loopback(certificate))
    assert raised.value.code == "bad-certificate"


def test_a_certificate_that_nobody_vouches_for_is_refused(server: int) -> None:
    web = Web(resolve=on_loopback, allows=lambda _: True)
    with pytest.raises(UsageError) as raised:
        fetch(f"https://photos.example:{server}/whole", limit_bytes=100_000, web=web)
    assert raised.value.code == "bad-certificate"


@pytest.mark.parametrize(("path", "idle_s"), [("half", 5.0), ("slow", 0.1)])
def test_a_body_that_breaks_off_is_no_file(server: int, certificate: Path, path: str, idle_s: float) -> None:
    with pytest.raises(UsageError) as raised:
        fetch(f"https://photos.example:{server}/{path}", limit_bytes=100_000, web=loopback(certificate, idle_s))
    assert raised.value.code == "download-failed"


def test_the_loopback_is_closed_by_itself(server: int) -> None:
    with pytest.raises(UsageError) as raised:
        fetch(f"https://127.0.0.1:{server}/whole", limit_bytes=100_000)
    assert raised.value.code == "private-address"
