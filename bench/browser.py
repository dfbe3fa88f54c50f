"""Pages opened in Chromium, timed from inside."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TIMES = 5

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")

# When all scripts have run and what they made has been painted, in milliseconds since the page was asked for.
_OPENED = """
const note = () => { globalThis.openedAt = performance.now(); };
addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => requestAnimationFrame(note)));
"""

# From an event of the control until what it changed has been painted, in milliseconds.
_CHANGED = """([selector, value, event]) => new Promise((done) => {
    const control = document.querySelector(selector);
    const begun = performance.now();
    control.value = value;
    control.dispatchEvent(new Event(event, { bubbles: true }));
    requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now() - begun);
        channel.port2.postMessage(null);
    });
})"""


def why_not() -> str:
    """Say why nothing can be measured in a browser here; empty where it can."""
    if find_spec("playwright") is None:
        return "not measured: Playwright is not installed"
    return "" if _program() else "not measured: there is no Chromium"


@contextmanager
def chromium() -> "Iterator[Browser]":
    """Start the system's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_program(), args=list(_FLAGS))
        yield browser
        browser.close()


def opened_ms(browser: "Browser", pages: Sequence[Path]) -> list[float]:
    """Open pages in turn, again and again: the median from asking for each until it is painted and can be used."""
    taken: list[list[float]] = [[] for _ in pages]
    for _ in range(TIMES + 1):
        for path, times in zip(pages, taken, strict=True):
            page = _open(browser, path)
            times.append(float(page.evaluate("openedAt")))
            page.context.close()
    return [median(times[1:]) for times in taken]


def changed_ms(browser: "Browser", path: Path, control: str, event: str, values: Sequence[str]) -> float:
    """Give a control of a page one value after another: the median from each until what it changed is painted."""
    page = _open(browser, path)
    times = [float(page.evaluate(_CHANGED, [control, value, event])) for value in values]
    page.context.close()
    return median(times)


def _open(browser: "Browser", path: Path) -> "Page":
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(_OPENED)
    page = context.new_page()
    page.goto(path.resolve().as_uri())
    page.wait_for_function("globalThis.openedAt !== undefined")
    return page


def _program() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
