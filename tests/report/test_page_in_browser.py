"""The page in a real browser, opened from disk; every test also proves: no complaint, no request outside."""

import json
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from runner.core.event import Event
from tests.report.conftest import Opener
from tests.report.runs import checked_journal, checked_plan, finished, full_journal, plan_of, started, succeeded
from tests.report.test_html import HOSTILE, hostile_journal

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = [360, 768, 1440, 2560]


def card(page: Page, cell: str) -> Locator:
    return page.locator("#list li").filter(has=page.get_by_text(cell, exact=True)).get_by_role("link")


def done_journal(cells: int) -> list[Event]:
    names = [f"item-{number:05}" for number in range(cells)]
    return [started(plan_of(*names)), *(succeeded("tone", name, 1) for name in names), finished(2)]


def axe(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # ships no types

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": tags}).response["violations"]
    return [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]


def test_the_contact_sheet_shows_every_cell(open_page: Opener) -> None:
    page = open_page(full_journal())
    expect(page.get_by_role("heading", level=1)).to_have_text("autumn")
    expect(page.locator("#list li")).to_have_count(3)
    expect(card(page, "a")).to_contain_text("done")
    expect(card(page, "b")).to_contain_text("photos/b.jpg: no visible iris")
    assert page.locator("#list img").evaluate_all("images => images.every((image) => image.naturalWidth > 0)")


def test_without_script_there_is_a_table(open_page: Opener) -> None:
    page = open_page(full_journal(), java_script_enabled=False)
    expect(page.get_by_role("row", name="no visible iris")).to_be_visible()
    expect(page.get_by_role("img", name="a before")).to_be_visible()
    expect(page.locator("#browse")).to_be_hidden()


def test_a_cell_shows_its_chain_with_parameters_and_money(open_page: Opener) -> None:
    page = open_page(full_journal())
    card(page, "a").click()
    article = page.get_by_role("article")
    expect(article).to_contain_text("linen, <b>cream</b>")
    expect(article).to_contain_text("list $0.05, quoted $0.05, charged $0.05")
    expect(article).to_contain_text("studio/inpaint@1, revision 1")
    expect(article).to_contain_text("16-bit samples were reduced to 8")
    expect(article.get_by_role("link", name="out/a.jpg")).to_have_attribute("href", "../../out/a.jpg")


def test_a_step_of_the_chain_can_be_chosen(open_page: Opener) -> None:
    page = open_page(full_journal())
    card(page, "a").click()
    steps = page.get_by_role("list", name="Steps")
    steps.get_by_role("button", name="tone").click()
    expect(steps.get_by_role("button", name="tone")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("img", name="a, step tone after")).to_be_visible()


def share_before(page: Page) -> float:
    """The share of the frame's width in which the picture before is seen."""
    return float(page.locator(".handle").evaluate("(line) => line.offsetLeft / line.parentElement.clientWidth"))


def test_the_slider_follows_the_arrow_keys(open_page: Opener) -> None:
    page = open_page(full_journal())
    card(page, "a").click()
    page.get_by_role("slider").focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", "70 % before, 30 % after")
    assert share_before(page) == pytest.approx(0.7, abs=0.01)


def test_the_slider_follows_the_mouse(open_page: Opener) -> None:
    page = open_page(full_journal())
    card(page, "a").click()
    box = page.locator(".frame").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    page.mouse.up()
    assert share_before(page) == pytest.approx(0.25, abs=0.03)


def test_the_slider_follows_a_tap(open_page: Opener) -> None:
    page = open_page(full_journal(), has_touch=True, viewport={"width": 360, "height": 740})
    card(page, "a").tap()
    box = page.locator(".frame").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    assert share_before(page) == pytest.approx(0.8, abs=0.03)


def test_the_slider_has_buttons_for_those_who_cannot_drag(open_page: Opener) -> None:
    page = open_page(full_journal())
    card(page, "a").click()
    page.get_by_role("button", name="Show less of before").click()
    assert share_before(page) == pytest.approx(0.4, abs=0.01)
    page.get_by_role("button", name="Show more of before").click()
    assert share_before(page) == pytest.approx(0.5, abs=0.01)


def test_pictures_are_never_stretched(open_page: Opener) -> None:
    page = open_page(full_journal(), viewport={"width": 2560, "height": 700})
    card(page, "a").click()
    shapes = page.locator(".frame img").evaluate_all("all => all.map((one) => one.clientWidth / one.clientHeight)")
    assert shapes == [pytest.approx(4 / 3, abs=0.01)] * 2


def test_the_list_is_filtered_by_state_and_searched_by_key(open_page: Opener) -> None:
    page = open_page(full_journal())
    page.get_by_role("radio", name="failed 2").check()
    expect(page.locator("#list li")).to_have_count(2)
    page.get_by_role("searchbox", name="Search").fill("C")
    expect(page.locator("#list li")).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("1 of 3 cells")


def matrix_journal() -> list[Event]:
    """The checked run, its cells named by a matrix."""
    finishes = {"a": "oak", "b": "teal", "c": "oak", "d": "teal", "e": "white"}
    plan = checked_plan(*finishes)
    cells = tuple(replace(cell, item=f"sofa-{cell.id}", matrix={"finish": finishes[cell.id]}) for cell in plan.cells)
    return [started(replace(plan, cells=cells)), *checked_journal()[1:]]


def test_cards_show_the_matrix_and_the_worst_check(open_page: Opener) -> None:
    page = open_page(matrix_journal())
    expect(card(page, "sofa-a")).to_contain_text("3 checks passed")
    expect(card(page, "sofa-b")).to_contain_text("4.2%, demanded at most 3%")
    expect(card(page, "sofa-c")).to_contain_text("in quarantine")
    expect(card(page, "sofa-d")).to_contain_text("teal")


def test_a_cell_shows_each_check_against_its_threshold(open_page: Opener) -> None:
    page = open_page(matrix_journal(), address="#cell=b")
    expect(page.get_by_role("article").get_by_role("heading", level=2)).to_contain_text("sofa-b · teal")
    row = page.get_by_role("table").get_by_role("row", name="mask legs")
    expect(row).to_contain_text("not measured")
    expect(row).to_contain_text("the mask is empty")
    expect(page.get_by_role("region", name="Checks")).to_contain_text("Not measured: 1")


@pytest.mark.parametrize(
    ("label", "value", "found"),
    [
        ("Checks", "failed", ["sofa-b"]),
        ("Checks", "warned", ["sofa-d"]),
        ("Checks", "unmeasured", ["sofa-e"]),
        ("Checks", "not outside_mask_unchanged", ["sofa-b", "sofa-c"]),
        ("finish", "oak", ["sofa-a", "sofa-c"]),
    ],
)
def test_the_list_is_filtered_by_check_and_matrix(open_page: Opener, label: str, value: str, found: list[str]) -> None:
    page = open_page(matrix_journal())
    page.get_by_role("combobox", name=label).select_option(value)
    assert page.locator("#list b").all_inner_texts() == found
    again = open_page(matrix_journal(), address=page.evaluate("location.hash"))
    expect(again.get_by_role("combobox", name=label)).to_have_value(value)
    assert again.locator("#list b").all_inner_texts() == found


@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_in_checks(open_page: Opener, width: int) -> None:
    page = open_page(matrix_journal(), viewport={"width": width, "height": 900}, address="#cell=b", bypass_csp=True)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_address_restores_the_view(open_page: Opener) -> None:
    page = open_page(full_journal())
    page.get_by_role("radio", name="failed 2").check()
    page.get_by_role("combobox", name="Order").select_option("cost")
    card(page, "b").click()
    address = page.evaluate("location.hash")
    again = open_page(full_journal(), address=address)
    expect(again.get_by_role("radio", name="failed 2")).to_be_checked()
    expect(again.get_by_role("combobox", name="Order")).to_have_value("cost")
    expect(again.get_by_role("article").get_by_role("heading", level=2)).to_contain_text("b failed")


def test_an_address_that_names_nothing_known_shows_everything(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=nowhere&state=constructor&order=toString&x=%ff")
    expect(page.locator("#list li")).to_have_count(3)
    expect(page.get_by_role("article")).to_be_hidden()


def test_cells_are_walked_through_by_key_and_closed_with_escape(open_page: Opener) -> None:
    page = open_page(full_journal())
    card(page, "a").focus()
    page.keyboard.press("Enter")
    title = page.get_by_role("article").get_by_role("heading", level=2)
    expect(title).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(title).to_contain_text("b failed")
    page.keyboard.press("ArrowLeft")
    expect(title).to_contain_text("a done")
    page.keyboard.press("Escape")
    expect(page.get_by_role("article")).to_be_hidden()
    expect(card(page, "a")).to_be_focused()


def test_cards_are_reached_by_arrow_keys(open_page: Opener) -> None:
    page = open_page(done_journal(500), viewport={"width": 360, "height": 740})
    card(page, "item-00000").focus()
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    expect(card(page, "item-00030")).to_be_focused()
    expect(card(page, "item-00030")).to_be_in_viewport(ratio=1)


def test_a_problem_leads_to_its_cell(open_page: Opener) -> None:
    page = open_page(full_journal())
    page.get_by_role("region", name="Needs a person").get_by_role("link", name="b", exact=True).click()
    expect(page.get_by_role("article").get_by_role("heading", level=2)).to_contain_text("b failed")


def test_the_recipe_is_in_the_page(open_page: Opener) -> None:
    page = open_page(full_journal())
    page.get_by_role("link", name="recipes/autumn.yaml").click()
    expect(page.get_by_text("steps: []")).to_be_in_viewport()


def test_an_address_that_names_a_place_leaves_the_view_alone(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#recipe")
    expect(page.get_by_text("steps: []")).to_be_visible()
    page.get_by_role("radio", name="failed 2").check()
    page.get_by_role("link", name="To the cells").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cells")).to_be_focused()
    expect(page.locator("#list li")).to_have_count(2)


def test_the_theme_is_chosen_and_remembered(open_page: Opener) -> None:
    page = open_page(full_journal(), color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Theme: system").click()
    page.get_by_role("button", name="Theme: light").click()
    page.reload()
    expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
    assert page.evaluate(ground) != light


def test_hostile_texts_stay_texts_in_the_browser(open_page: Opener) -> None:
    page = open_page(hostile_journal())
    page.locator("#list a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(page.get_by_role("article")).to_contain_text("{{ 7*7 }}")
    for summary in page.locator(".action details summary").all():
        summary.click()
    expect(page.locator(".records").first).to_contain_text("{{ 7*7 }}")
    assert page.locator("[onerror], img[src='x']").count() == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(open_page: Opener, width: int) -> None:
    page = open_page(hostile_journal(), viewport={"width": width, "height": 800})
    page.locator("#list a").click()
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing(open_page: Opener, theme: str, width: int) -> None:
    page = open_page(full_journal(), viewport={"width": width, "height": 900}, color_scheme=theme, bypass_csp=True)
    closed = axe(page)
    card(page, "b").click()
    assert closed + axe(page) == []


def test_axe_finds_nothing_without_script(open_page: Opener) -> None:
    page = open_page(full_journal(), bypass_csp=True)
    page.evaluate("document.querySelector('noscript').outerHTML = document.querySelector('noscript').textContent")
    assert axe(page) == []


def test_ten_thousand_cells_keep_a_hundred_cards(open_page: Opener) -> None:
    page = open_page(done_journal(10_000))
    assert 0 < page.locator("#list li").count() <= 100
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(card(page, "item-09999")).to_be_visible()
    page.get_by_role("searchbox", name="Search").fill("item-07")
    expect(page.get_by_role("status")).to_have_text("1000 of 10000 cells")
    assert page.locator("#list li").count() <= 100


def test_paper_gets_every_cell_of_the_filter(open_page: Opener) -> None:
    page = open_page(done_journal(300))
    page.evaluate("window.printed = 0; addEventListener('beforeprint', () => { printed = list.children.length; })")
    page.pdf()
    assert page.evaluate("printed") == 300
    page.wait_for_function("list.children.length <= 100")
    assert json.loads(page.evaluate("JSON.stringify(shown.length)")) == 300


def test_a_chain_that_crops_opens_at_a_step_that_can_be_compared(open_page: Opener) -> None:
    page = open_page([started(plan_of("a")), succeeded("tone", "a", 1), succeeded("fabric", "a", 2, rows=240)])
    card(page, "a").click()
    expect(page.get_by_role("img", name="a, step tone after")).to_be_visible()
    page.get_by_role("list", name="Steps").get_by_role("button", name="whole chain").click()
    expect(page.get_by_role("slider")).to_have_count(0)
    expect(page.get_by_role("img", name="a after")).to_be_visible()
