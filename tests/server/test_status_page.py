"""The page for a person: what it shows, and to whom."""

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.server.clients import finished_run, resize_input, send_run
from tests.server.process import Server, serving, wait_for_run

pytestmark = pytest.mark.slow

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not CHROMIUM.is_file():
        pytest.skip(f"no browser: {CHROMIUM} is absent (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def test_the_page_shows_what_an_organization_ran_and_nothing_else(
    shared_server: Server, client: httpx2.Client, stranger: httpx2.Client
) -> None:
    run = finished_run(client, client_ref="<img src=x onerror=alert(1)>")
    page = client.get("/")

    assert str(run["id"]) in page.text
    assert "&lt;img src=x onerror=alert(1)&gt;" in page.text
    assert "<img src=x" not in page.text
    assert str(run["id"]) not in stranger.get("/").text
    assert not re.findall(r"""(?:src|href|action)=["']?https?:|url\(["']?https?:""", page.text), "all is its own"


def test_the_pages_policy_names_its_own_style_and_script(client: httpx2.Client) -> None:
    page = client.get("/")
    policy = page.headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; ")
    for element in ("style", "script"):
        (content,) = re.findall(rf"<{element}>(.*?)</{element}>", page.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy


def test_a_thumbnail_is_its_organizations_alone(client: httpx2.Client, stranger: httpx2.Client) -> None:
    finished_run(client)
    place = re.findall(r'src="(/thumbnails/[^"]+)"', client.get("/").text)[0]

    assert client.get(place).headers["content-type"] == "image/jpeg"
    assert stranger.get(place).status_code == 404
    assert httpx2.get(client.base_url.join(place)).status_code == 401


@pytest.mark.browser
def test_the_page_keeps_itself_fresh_and_complains_of_nothing(chromium: Browser, tmp_path: Path) -> None:
    complaints: list[str] = []
    with serving(tmp_path) as server, server.client() as client:
        page: Page = chromium.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(server.url)
        assert "Nothing was run yet" in page.inner_text("main")
        good = send_run(client, client_ref="fresh")
        bad = client.post("/v1/models/image/crop/runs", json={"input": {**_cropped(), "rect": [900, 900, 5, 5]}}).json()
        wait_for_run(client, str(good["id"]))
        wait_for_run(client, bad["id"])
        page.wait_for_selector("li img", timeout=10_000)
        page.wait_for_selector(".badge.failed", timeout=10_000)
        picture = page.locator("li img").first
        assert picture.evaluate("image => image.complete && image.naturalWidth") == 8
        assert "fresh" in page.inner_text("main")
        page.close()

    assert complaints == []


def _cropped() -> dict[str, object]:
    return {"image_url": resize_input()["image_url"]}
