"""A real browser, and the page of a run on disk."""

import io
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from runner.core.event import Event
from runner.report.html import render_html
from runner.report.pictures import Drawn, file_names, link_pictures
from runner.report.shown import find_pictures
from runner.report.summary import summarize
from runner.report.wanted import HeatPicture, MaskPicture
from tests.report.photo_run import photo_run

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

__all__ = ["photo_run"]  # a fixture, which pytest finds here


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; for one module, because while it is open no other event loop runs in this thread."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        missing = "no browser: Chromium is absent (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_file(chromium: Browser) -> Iterator[Opener]:
    """Open a page from disk, and see at the end that it complained of nothing and fetched nothing from outside."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    fetched: list[str] = []
    folders: list[str] = []

    def open_path(path: Path, *, address: str = "", **options: object) -> Page:
        context = chromium.new_context(**options)  # type: ignore[arg-type] # Playwright's own options, passed on
        contexts.append(context)
        context.set_default_timeout(5000)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: fetched.append(request.url))
        folders.append(path.parent.parent.parent.as_uri())
        page.goto(f"{path.as_uri()}{address}")
        return page

    yield open_path
    for context in contexts:
        context.close()
    assert complaints == []
    own = (*folders, "data:", "blob:null/")
    assert [url for url in fetched if not url.startswith(own)] == []


@pytest.fixture
def open_page(open_file: Opener, tmp_path: Path) -> Opener:
    """Write the page of a run, with a drawn picture as every thumbnail, and open it."""
    folder = tmp_path / "reports" / "run"

    def open_run(events: list[Event], **options: object) -> Page:
        write_report(events, folder)
        return open_file(folder / "index.html", **options)

    return open_run


def write_report(events: list[Event], folder: Path) -> None:
    """Write a page, with a drawn picture as every thumbnail and in every file that it links to."""
    summary = summarize(events)
    (folder / "thumbs").mkdir(exist_ok=True, parents=True)
    drawn: dict[str, Drawn] = {}
    for number, wanted in enumerate(find_pictures(summary).wanted):
        is_overlay = isinstance(wanted, HeatPicture) or (isinstance(wanted, MaskPicture) and wanted.drawn == "outline")
        drawn[wanted.id] = Drawn(".png", "large") if is_overlay else Drawn(".jpg")
        hue = (number * 40 % 256, len(type(wanted).__name__) * 9)
        for name in file_names(wanted.id, drawn[wanted.id]):
            (folder / name).write_bytes(_drawn(*hue, width_px=96 if is_overlay or "-2x" in name else 48))
    pictures = link_pictures(summary, drawn, "../..")
    for picture in pictures.by_id.values():
        if picture.full is not None:
            _write_full(folder / unquote(picture.full))
    (folder / "index.html").write_text(render_html(summary, pictures), encoding="utf-8")


def _write_full(path: Path) -> None:
    if len(path.name.encode()) < 200:  # a longer name cannot be written
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_drawn(120, 60, width_px=640))


@cache
def _drawn(red: int, blue: int, width_px: int) -> bytes:
    pixels = np.full((width_px * 3 // 4, width_px, 3), (red, 90, blue), np.uint8)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG")
    return written.getvalue()
