"""A real browser, and the page of a run on disk."""

import io
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from runner.core.event import Event
from runner.report.html import render_html
from runner.report.pictures import Suffix, link_pictures, thumb_name, wanted_pictures
from runner.report.summary import summarize

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Opener: TypeAlias = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; for one module, because while it is open no other event loop runs in this thread."""
    if not CHROMIUM.is_file():
        pytest.skip(f"no browser: {CHROMIUM} is absent (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Write the page of a run, open it from disk, and see at the end that it complained of nothing, fetched nothing."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    fetched: list[str] = []

    def open_run(events: list[Event], *, address: str = "", **options: object) -> Page:
        write_report(events, tmp_path)
        context = chromium.new_context(**options)  # type: ignore[arg-type] # Playwright's own options, passed on
        contexts.append(context)
        context.set_default_timeout(5000)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: fetched.append(request.url))
        page.goto(f"{(tmp_path / 'index.html').as_uri()}{address}")
        return page

    yield open_run
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in fetched if not url.startswith((tmp_path.as_uri(), "data:,"))] == []


def write_report(events: list[Event], folder: Path) -> None:
    """Write a page, with a drawn picture as every thumbnail."""
    summary = summarize(events)
    (folder / "thumbs").mkdir(exist_ok=True)
    suffixes: dict[str, Suffix] = {}
    for number, wanted in enumerate(wanted_pictures(summary)):
        suffixes[wanted.id] = ".jpg"
        hue = (number * 40 % 256, len(type(wanted).__name__) * 9)
        (folder / thumb_name(wanted.id, ".jpg", "small")).write_bytes(_drawn(*hue, width_px=48))
        (folder / thumb_name(wanted.id, ".jpg", "large")).write_bytes(_drawn(*hue, width_px=96))
    (folder / "index.html").write_text(
        render_html(summary, link_pictures(summary, suffixes, "../..")), encoding="utf-8"
    )


@cache
def _drawn(red: int, blue: int, width_px: int) -> bytes:
    pixels = np.full((width_px * 3 // 4, width_px, 3), (red, 90, blue), np.uint8)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG")
    return written.getvalue()
