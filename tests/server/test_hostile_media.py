"""Inputs that mean harm, over HTTP against a real server: the answer to each, when a run is created or begins."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.server.clients import told
from tests.server.loopback import Host, host
from tests.server.photos import data_url, inputs, mask, table, zipped
from tests.server.process import Server, serving, wait_for_run

pytestmark = pytest.mark.slow

KEY, OTHER_KEY = "rf_test_0123456789abcdef", "rf_test_fedcba9876543210"
INPAINT, EYES = "/v1/models/runflow/reference-inpaint/runs", "/v1/models/runflow/eye-color/runs"
GREEN = {"eye_color": "green"}
NAMES = {"file_input": "photo.png", "file_mask": "mask.png", "file_reference": "reference.png"}


@dataclass(frozen=True, slots=True)
class Place:
    """A server with two organizations, and a loopback host of which inputs may come."""

    server: Server
    host: Host


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("hostile")
    options = ("--fetch-allow", "127.0.0.1", "--workers", "1")
    with host() as outside, serving(folder, *options, key=KEY, others=(OTHER_KEY,)) as server:
        yield Place(server, outside)


@pytest.fixture
def client(place: Place) -> Iterator[httpx2.Client]:
    with place.server.client() as client:
        yield client


def failure(client: httpx2.Client, path: str, document: dict[str, object]) -> tuple[object, object]:
    """Create a run and wait for its end; gives why it failed."""
    created = client.post(path, json={"input": document})
    assert created.status_code == 201, created.text
    run = wait_for_run(client, created.json()["id"])
    return run["failure_code"], run["failure_message"]


def giant_png(columns: int, rows: int) -> bytes:
    """A PNG of a few bytes that says it has as many pixels."""
    header = struct.pack(">2L5B", columns, rows, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    chunks = [
        struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body)) for kind, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:1/x.png",
        "https://127.1:1/x.png",
        "https://2130706433:1/x.png",
        "https://0x7f000001:1/x.png",
        "https://localhost:1/x.png",
        "https://[::1]:1/x.png",
        "https://[::]:1/x.png",
        "https://[::ffff:127.0.0.1]:1/x.png",
        "https://[::ffff:7f00:1]:1/x.png",
        "https://[64:ff9b::7f00:1]:1/x.png",
        "https://[2002:7f00:1::1]:1/x.png",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fe80::1]:1/x.png",
        "https://[fd00::1]:1/x.png",
        "https://10.0.0.1:1/x.png",
        "https://192.168.0.1:1/x.png",
        "https://0.0.0.0:1/x.png",
        "https://100.64.0.1:1/x.png",
        "https://224.0.0.1:1/x.png",
    ],
)
def test_an_address_inside_is_not_asked(url: str, client: httpx2.Client) -> None:
    # 127.0.0.1 was opened under this name alone; over https nothing answers there.
    expected = "cannot be reached" if url.startswith("https://127.0.0.1:") else "is not on the public internet"
    code, message = failure(client, EYES, {"image_url": url, **GREEN})
    assert code == "INPUT_FETCH_FAILED"
    assert expected in str(message)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/x.png",
        "http://2130706433/x.png",
        "http://0x7f000001/x.png",
        "http://127.0.0.1.nip.io/x.png",
        "https://0177.0.0.1/x.png",
        "http://[::ffff:127.0.0.1]/x.png",
        "http://127.0.0.1@example.com/x.png",
        "http://example.com/x.png",
        "https://user:password@example.com/x.png",
        "file:///etc/passwd",
        "ftp://example.com/x.png",
        "https://example.com:0/x.png",
        "https://example.com:99999/x.png",
        "https://exa mple.com/x.png",
        "https:///x.png",
        "//example.com/x.png",
        "javascript:alert(1)",
        "x" * 9000,
    ],
)
def test_what_is_no_address_is_refused_at_once(url: str, client: httpx2.Client) -> None:
    answer = client.post(EYES, json={"input": {"image_url": url, **GREEN}})
    assert told(answer) == (422, "VALIDATION_ERROR", ["input.image_url"])
    assert "password" not in answer.text


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("https://localhost:1/x.png", "is not on the public internet"),
        ("https://169.254.169.254/", "is not on the public internet"),
        ("https://[::ffff:127.0.0.1]:1/", "is not on the public internet"),
        ("http://localhost/x.png", "is no https address"),
        ("http://2130706433/x.png", "is no https address"),
        ("file:///etc/passwd", "is no https address"),
        ("http://127.0.0.1:{port}/around", "redirects more than 5 times"),
    ],
)
def test_a_redirect_inside_is_not_followed(location: str, message: str, place: Place, client: httpx2.Client) -> None:
    place.host.redirects |= {"/around": "/around", "/start.png": location.format(port=place.host.port)}
    code, said = failure(client, EYES, {"image_url": f"{place.host.url}/start.png", **GREEN})
    assert code == "INPUT_FETCH_FAILED"
    assert message in str(said)


ZIPS: dict[str, tuple[dict[str, bytes], str]] = {
    "climbing name": ({**inputs(), "../../x": b"x"}, "'../../x' climbs out of the archive"),
    "absolute name": (
        {**inputs(), "/x": b"x"},
        "'/x' is an absolute path; files are named as they stand in the archive",
    ),
    "bomb": ({**inputs(), "photo.png": bytes(8 * 2**20)}, "'photo.png' unpacks to more than 100 times its size"),
    "archive in an archive": (
        {**inputs(), "photo.png": zipped(inputs())},
        "'photo.png' is a ZIP archive; unpack it first",
    ),
    "text": ({**inputs(), "photo.png": b"hello, hello, hello"}, "'photo.png' is a text"),
    "mask of another shape": (
        {**inputs(), "mask.png": mask(96, 96)},
        "the mask 'mask.png' is 96×96 pixels, which is not the shape of its picture, 128×96",
    ),
    "picture with too many pixels": (
        {**inputs(), "reference.png": giant_png(9000, 9000)},
        "'reference.png' has 9000×9000 pixels, more than 64 megapixels",
    ),
}


@pytest.mark.parametrize("attack", ZIPS)
def test_an_archive_that_means_harm_fails_its_run(attack: str, place: Place, client: httpx2.Client) -> None:
    files, message = ZIPS[attack]
    place.host.files["/inputs.zip"] = zipped(files)
    code, said = failure(client, INPAINT, {"zip_url": f"{place.host.url}/inputs.zip", **NAMES})
    assert code == "INPUT_VALIDATION_FAILED"
    assert str(said).startswith(message)


@pytest.mark.parametrize("name", ["../photo.png", "/etc/passwd", "C:\\photo.png", "a\0b", "", "x" * 300])
def test_a_name_that_leads_out_of_the_archive_is_refused_at_once(name: str, client: httpx2.Client) -> None:
    document = {"zip_url": "https://example.com/inputs.zip", **NAMES, "file_mask": name}
    assert told(client.post(INPAINT, json={"input": document})) == (422, "VALIDATION_ERROR", ["input.file_mask"])


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (data_url(giant_png(60_000, 60_000)), "'the data' has 60000×60000 pixels"),
        (data_url(giant_png(9000, 9000)), "'the data' has 9000×9000 pixels, more than 64 megapixels"),
        (data_url(b"<html>no picture</html>"), "'the data' is an HTML page"),
        (data_url(b""), "'the data' is empty"),
        (data_url(zipped(inputs())), "it is application/zip, and a picture is needed"),
        (data_url(table(), "text/html"), "data of the type 'text/html'"),
        ("data:image/png;base64,????", "the data is not base64"),
        ("data:image/png;base64", "not a data: address"),
        ("data:,", "data of the type ''"),
    ],
)
def test_a_picture_in_the_input_that_means_harm_is_refused_at_once(
    address: str, message: str, client: httpx2.Client
) -> None:
    answer = client.post(EYES, json={"input": {"image_url": address, **GREEN}})
    assert told(answer) == (422, "VALIDATION_ERROR", ["input.image_url"])
    assert message in answer.json()["message"]
    assert "base64,iVBORw0KGgo" not in answer.text


def test_a_download_that_is_too_large_is_left(place: Place, client: httpx2.Client) -> None:
    place.host.files["/large.png"] = bytes(50 * 2**20 + 1)
    code, message = failure(client, EYES, {"image_url": f"{place.host.url}/large.png", **GREEN})
    assert code == "INPUT_FETCH_FAILED"
    assert str(message).endswith("is larger than 52,428,800 bytes")


def test_a_query_of_an_address_is_in_no_log_and_no_message(place: Place, client: httpx2.Client) -> None:
    url = f"{place.host.url}/absent.png?signature=hush-hush"
    _, message = failure(client, EYES, {"image_url": url, **GREEN})
    assert place.host.asked[-1] == "/absent.png?signature=hush-hush"
    assert "hush" not in f"{message} {place.server.log_text()}"


def test_a_key_is_in_no_log(place: Place, client: httpx2.Client) -> None:
    with place.server.client("rf_test_wrong_0123456789") as wrong:
        assert told(wrong.get("/v1/runs"))[:2] == (401, "UNAUTHORIZED")
    client.get("/v1/runs", headers={"Cookie": "hush-hush"}).raise_for_status()
    log = place.server.log_text()
    assert [word for word in (KEY, OTHER_KEY, "rf_test_wrong", "hush-hush") if word in log] == []


def test_a_file_of_the_server_is_not_read(place: Place, client: httpx2.Client, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(table())
    answer = client.post(EYES, json={"input": {"image_url": str(tmp_path / "secret.png"), **GREEN}})
    assert told(answer) == (422, "VALIDATION_ERROR", ["input.image_url"])
