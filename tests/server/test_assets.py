"""Assets and signed addresses: uploaded, confirmed, used, and refused to everybody else."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

import httpx2
import pytest

from runner.server.assets.upload import Uploads
from runner.store.blobs import BlobStore
from tests.server.clients import finished_run, told
from tests.server.photos import inputs, portrait, table, zipped
from tests.server.process import Server, wait_for_run

pytestmark = pytest.mark.slow

RESIZE, INPAINT = "/v1/models/image/resize/runs", "/v1/models/runflow/reference-inpaint/runs"


def announce(client: httpx2.Client, content: bytes, media_type: str = "image/png") -> dict[str, str]:
    body = {"filename": "a photo/ö.png", "mime_type": media_type, "size_bytes": len(content)}
    answer = client.post("/v1/asset-uploads", json=body)
    assert answer.status_code == 201, answer.text
    announced: dict[str, str] = answer.json()
    return announced


def put(url: str, content: bytes, media_type: str = "image/png") -> httpx2.Response:
    """Upload without a key, as a browser does."""
    return httpx2.put(url, content=content, headers={"Content-Type": media_type}, trust_env=False)


def confirm(client: httpx2.Client, asset_id: str) -> httpx2.Response:
    return client.post(f"/v1/asset-uploads/{asset_id}/confirmations")


def upload(client: httpx2.Client, content: bytes, media_type: str = "image/png") -> dict[str, object]:
    announced = announce(client, content, media_type)
    assert put(announced["upload_url"], content, media_type).status_code == 200
    answer = confirm(client, announced["asset_id"])
    assert answer.status_code == 201, answer.text
    asset: dict[str, object] = answer.json()
    return asset


def changed(url: str, **query: str) -> str:
    """Give an address with other values in its query."""
    parts = urlsplit(url)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()} | query
    return urlunsplit(parts._replace(query="&".join(f"{name}={value}" for name, value in given.items())))


def test_an_asset_is_what_was_uploaded(client: httpx2.Client) -> None:
    content = table()
    asset = upload(client, content)
    assert (asset["name"], asset["mime_type"], asset["size_bytes"], asset["asset_type"]) == (
        "a photo/ö.png",
        "image/png",
        len(content),
        "image",
    )
    shown = client.get(f"/v1/assets/{asset['id']}").json()
    answer = httpx2.get(shown["url"], trust_env=False)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, content, "image/png")
    assert httpx2.head(shown["url"], trust_env=False).headers["content-length"] == str(len(content))


def test_a_run_takes_assets_and_shows_their_references(client: httpx2.Client) -> None:
    names = {"file_input": "photo.png", "file_mask": "mask.png", "file_reference": "reference.png"}
    reference = f"runflow://assets/{upload(client, zipped(inputs()), 'application/zip')['id']}"
    created = client.post(INPAINT, json={"input": {"zip_url": reference, **names}}).json()
    assert created["input"]["zip_url"] == reference
    run = wait_for_run(client, created["id"])
    assert run["status_code"] == "succeeded", run["failure_message"]


@pytest.mark.parametrize(
    "asset_id",
    ["01a1fdc8-a90b-73ba-8e9d-f34e6506feae", "x", "../../etc/passwd", "01a1fdc8-a90b-73ba-8e9d-f34e6506feae/x"],
)
def test_an_asset_that_is_not_there_is_refused_at_once(asset_id: str, client: httpx2.Client) -> None:
    answer = client.post(RESIZE, json={"input": {"image_url": f"runflow://assets/{asset_id}", "width": 9}})
    assert told(answer) == (422, "VALIDATION_ERROR", ["input.image_url"])
    assert f"asset not found or expired: runflow://assets/{asset_id}" in answer.json()["message"]


def test_an_asset_of_others_is_not_there(client: httpx2.Client, stranger: httpx2.Client) -> None:
    asset_id = upload(client, table())["id"]
    answer = stranger.post(RESIZE, json={"input": {"image_url": f"runflow://assets/{asset_id}", "width": 9}})
    assert told(answer) == (422, "VALIDATION_ERROR", ["input.image_url"])
    assert told(stranger.get(f"/v1/assets/{asset_id}")) == (404, "ASSET_NOT_FOUND", [])
    assert told(confirm(stranger, str(asset_id))) == (404, "ASSET_NOT_FOUND", [])


def test_an_upload_that_is_not_confirmed_cannot_be_used(client: httpx2.Client) -> None:
    announced = announce(client, table())
    put(announced["upload_url"], table())
    reference = f"runflow://assets/{announced['asset_id']}"
    assert client.post(RESIZE, json={"input": {"image_url": reference, "width": 9}}).status_code == 422
    assert client.get(f"/v1/assets/{announced['asset_id']}").status_code == 404


def test_what_was_not_uploaded_cannot_be_confirmed(client: httpx2.Client) -> None:
    assert told(confirm(client, announce(client, table())["asset_id"])) == (409, "UPLOAD_MISSING", [])


def test_a_second_confirmation_gives_the_same_asset(client: httpx2.Client) -> None:
    asset = upload(client, table())
    again = confirm(client, str(asset["id"])).json()
    assert {**again, "url": None} == {**asset, "url": None}


def test_a_confirmed_asset_cannot_be_replaced(client: httpx2.Client) -> None:
    content = table()
    announced = announce(client, content)
    put(announced["upload_url"], content)
    confirm(client, announced["asset_id"])
    assert told(put(announced["upload_url"], content)) == (409, "CONFLICT", [])


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (portrait(), "image/png"),
        (zipped(inputs()), "image/png"),
        (table(), "application/zip"),
        (b"<script>alert(1)</script>", "image/png"),
    ],
)
def test_an_upload_has_to_be_what_was_announced(content: bytes, media_type: str, client: httpx2.Client) -> None:
    announced = announce(client, content, media_type)
    assert put(announced["upload_url"], content, media_type).status_code == 200
    assert told(confirm(client, announced["asset_id"])) == (422, "VALIDATION_ERROR", ["mime_type"])


@pytest.mark.parametrize(("extra", "status"), [(b"x", 413), (None, 422)])
def test_an_upload_has_the_size_that_was_announced(extra: bytes | None, status: int, client: httpx2.Client) -> None:
    content = table()
    url = announce(client, content)["upload_url"]
    assert put(url, content[:-1] if extra is None else content + extra).status_code == status


def test_an_upload_has_the_type_that_was_announced(client: httpx2.Client) -> None:
    assert put(announce(client, table())["upload_url"], table(), "text/html").status_code == 415


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("filename", ""),
        ("filename", "x" * 501),
        ("mime_type", "text/html"),
        ("mime_type", "image/svg+xml"),
        ("mime_type", ["image/png"]),
        ("size_bytes", 0),
        ("size_bytes", 50 * 2**20 + 1),
        ("size_bytes", "7"),
        ("size_bytes", True),
    ],
)
def test_an_announcement_is_checked(field: str, value: object, client: httpx2.Client) -> None:
    body = {"filename": "x.png", "mime_type": "image/png", "size_bytes": 7, field: value}
    assert told(client.post("/v1/asset-uploads", json=body)) == (422, "VALIDATION_ERROR", [field])


def test_the_types_that_may_be_uploaded_are_listed(client: httpx2.Client) -> None:
    types = {entry["mime_type"] for entry in client.get("/v1/assets/types").json()["items"]}
    assert {"image/png", "image/jpeg", "image/webp", "application/zip"} <= types


def test_an_address_is_good_for_its_own_file_and_time_only(client: httpx2.Client) -> None:
    url = str(upload(client, table())["url"])
    other = str(upload(client, inputs()["mask.png"])["url"])
    expires = parse_qs(urlsplit(url).query)["expires"][0]
    bare = urlunsplit(urlsplit(url)._replace(query=""))
    forged = {
        "longer": changed(url, expires=str(int(expires) + 1)),
        "over": changed(url, expires="1"),
        "another file's": urlunsplit(urlsplit(url)._replace(query=urlsplit(other).query)),
        "another name": url.replace(".png?", ".zip?"),
        "made up": changed(url, signature="0" * 64),
        "not ASCII": changed(url, signature="%C3%B6"),
        "no number": changed(url, expires="%D9%A3"),
        "none": bare,
    }
    answers = {name: httpx2.get(address, trust_env=False).status_code for name, address in forged.items()}
    assert answers == dict.fromkeys(forged, 403)


def test_an_upload_address_takes_no_other_method_or_path(client: httpx2.Client, shared_server: Server) -> None:
    url = announce(client, table())["upload_url"]
    path = urlsplit(url).path
    assert [httpx2.request(method, url, trust_env=False).status_code for method in ("GET", "POST", "DELETE")] == [
        405
    ] * 3
    other = changed(url.replace(path, path[:-1] + ("0" if path[-1] != "0" else "1")))
    assert put(other, table()).status_code == 403
    assert httpx2.put(f"{shared_server.url}{path}", content=b"", trust_env=False).status_code == 403


def test_what_a_killed_server_had_received_in_part_is_removed(tmp_path: Path) -> None:
    (tmp_path / "upload-0123").write_bytes(b"half of a")
    (tmp_path / "other").touch()
    Uploads(BlobStore(tmp_path), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_signatures_are_in_no_log(client: httpx2.Client, shared_server: Server) -> None:
    asset = upload(client, table())
    httpx2.get(str(asset["url"]), trust_env=False)
    run = finished_run(client, seed=77)
    signature = parse_qs(urlsplit(str(asset["url"])).query)["signature"][0]
    log = shared_server.log_text()
    assert f"/files/{str(asset['url']).split('/')[4]}/" in log
    assert (signature in log, re.search("signature=|expires=", log), str(run["id"]) in log) == (False, None, True)
