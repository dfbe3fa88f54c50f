"""The page for everybody: what axe finds, the keyboard alone, every width, both themes."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.report.browsing import axe, card, opened, title
from tests.report.conftest import Opener
from tests.report.photo_run import PhotoRun
from tests.report.runs import full_journal

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = [360, 1440, 2560]
VIEWS = {
    "sheet": "",
    "quarantined": "#state=quarantined",
    "cell": "#cell=garage-teal",
    "sides": "#cell=portrait-collins-teal&compare=sides",
    "blink": "#cell=chelsea-teal&compare=blink",
    "mask": "#cell=chelsea-ochre&step=fabric&compare=mask",
    "change": "#cell=workshop-right-teal&compare=change",
    "no-result": "#cell=deep-field-teal",
    "in-doubt": "#cell=launch-pad-39a-teal",
    "money": "#view=money",
    "time": "#view=time",
    "recipe": "#view=recipe",
}
SCREENSHOTS = Path(__file__).parents[1] / "screenshots"


@pytest.fixture(scope="module")
def page_file(photo_run: PhotoRun) -> Path:
    return photo_run.write_page()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_in_any_view(page_file: Path, open_file: Opener, theme: str, width: int) -> None:
    shown = {"viewport": {"width": width, "height": 900}, "color_scheme": theme, "bypass_csp": True}
    page = open_file(page_file, reduced_motion="reduce", **shown)
    found = {}
    for view, address in VIEWS.items():
        page.goto(f"{page_file.as_uri()}{address}")
        see_pictures(page)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found[view] = axe(page)
    assert found == {view: [] for view in VIEWS}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_dialogs_and_verdicts(page_file: Path, open_file: Opener, theme: str) -> None:
    page = open_file(page_file, address="#cell=garage-teal", color_scheme=theme, bypass_csp=True)
    for key in "krx":
        page.keyboard.press(key)
        assert axe(page) == []
    page.keyboard.press("?")
    keys = axe(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Verdicts 1").click()
    assert keys + axe(page) == []


def test_axe_finds_nothing_without_script(open_page: Opener) -> None:
    page = open_page(full_journal(), bypass_csp=True)
    page.evaluate("document.querySelector('noscript').outerHTML = document.querySelector('noscript').textContent")
    page.evaluate("document.getElementById('browse').hidden = true")
    assert axe(page) == []


def see_pictures(page: Page) -> None:
    """Wait until the pictures on the screen are drawn."""
    page.evaluate(
        "() => Promise.all([...document.images].filter((one) => one.loading !== 'lazy' || one.complete)"
        ".map((one) => one.decode().catch(() => null)))"
    )


def tab_to(page: Page, target: Locator) -> None:
    for _ in range(60):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(target).to_be_focused()


def test_the_keyboard_alone_is_enough(open_page: Opener) -> None:
    page = open_page(full_journal())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("radio", name="All 3"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("#list li")).to_have_count(2)
    tab_to(page, card(page, "b"))
    page.keyboard.press("Enter")
    expect(title(page)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(title(page)).to_contain_text("c failed")
    tab_to(page, page.get_by_role("slider"))
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("slider")).to_have_value("49")
    tab_to(page, page.get_by_role("button", name="Reject"))
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(opened(page)).to_be_hidden()
    expect(card(page, "c")).to_be_focused()
    expect(card(page, "c")).to_contain_text("Reject")


def test_nothing_but_the_open_cell_is_reached_by_tab(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=a")
    outside = (
        "document.activeElement !== document.body && !document.getElementById('cell').contains(document.activeElement)"
    )
    for _ in range(60):
        page.keyboard.press("Tab")
        assert not page.evaluate(outside)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_views_fit_their_width_and_are_drawn_to_be_looked_at(
    page_file: Path, open_file: Opener, width: int, theme: str
) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    height = {360: 780, 1440: 900, 2560: 1440}[width]
    page = open_file(page_file, viewport={"width": width, "height": height}, color_scheme=theme)
    for view, address in VIEWS.items():
        page.goto(f"{page_file.as_uri()}{address}")
        see_pictures(page)
        page.screenshot(path=SCREENSHOTS / f"{view}-{width}-{theme}.png")
        assert page.evaluate("document.documentElement.scrollWidth") == width, view
        assert opened(page).evaluate("one => one.scrollWidth <= one.clientWidth"), view
