"""The contact sheet in a real browser: cells, filters, search, order, the address, ten thousand cells, paper."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from runner.report.html import render_html
from runner.report.pictures import link_pictures
from runner.report.summary import summarize
from tests.report.browsing import card, done_journal, matrix_journal, opened, title
from tests.report.conftest import Opener
from tests.report.runs import full_journal

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_contact_sheet_shows_every_cell(open_page: Opener) -> None:
    page = open_page(full_journal())
    expect(page.get_by_role("heading", level=1)).to_have_text("autumn")
    expect(page.locator("#list li")).to_have_count(3)
    expect(card(page, "a")).to_contain_text("done")
    expect(card(page, "b")).to_contain_text("photos/b.jpg: no visible iris")
    assert page.locator("#list img").evaluate_all("images => images.every((image) => image.naturalWidth > 0)")


def test_without_script_everything_is_there_to_read(open_page: Opener) -> None:
    page = open_page(full_journal(), java_script_enabled=False)
    expect(page.get_by_role("row", name="no visible iris")).to_be_visible()
    expect(page.get_by_role("img", name="a before")).to_be_visible()
    expect(page.get_by_role("heading", name="Money by step")).to_be_visible()
    expect(page.get_by_text("steps: []")).to_be_visible()
    expect(page.locator("#browse")).to_be_hidden()


def test_the_parts_of_the_page_are_tabs(open_page: Opener) -> None:
    page = open_page(full_journal())
    expect(page.get_by_role("table")).to_have_count(0)
    page.get_by_role("tab", name="Cells").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Money")).to_be_focused()
    expect(page.get_by_role("table").get_by_role("row", name="fabric")).to_be_visible()
    assert page.evaluate("location.hash") == "#view=money"
    again = open_page(full_journal(), address="#view=recipe")
    expect(again.get_by_text("steps: []")).to_be_visible()
    expect(again.locator("#list")).to_be_hidden()


def test_the_list_is_filtered_by_state_and_searched_by_key(open_page: Opener) -> None:
    page = open_page(full_journal())
    page.get_by_role("radio", name="Failed 2").check()
    expect(page.locator("#list li")).to_have_count(2)
    page.get_by_role("searchbox", name="Search").fill("C")
    expect(page.locator("#list li")).to_have_count(1)
    expect(page.locator(".count")).to_have_text("1 of 3 cells")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#list li")).to_have_count(3)
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("")


def test_cards_show_the_matrix_and_the_worst_check(open_page: Opener) -> None:
    page = open_page(matrix_journal())
    expect(card(page, "sofa-a")).to_contain_text("3 checks passed")
    expect(card(page, "sofa-b")).to_contain_text("4.2%, demanded at most 3%")
    expect(card(page, "sofa-c")).to_contain_text("in quarantine")
    expect(card(page, "sofa-d")).to_contain_text("teal")


@pytest.mark.parametrize(
    ("label", "value", "found"),
    [
        ("Checks", "failed", ["sofa-b"]),
        ("Checks", "warned", ["sofa-d"]),
        ("Checks", "unmeasured", ["sofa-e"]),
        ("Checks", "not outside_mask_unchanged", ["sofa-b", "sofa-c"]),
        ("Step", "fabric skipped", ["sofa-e"]),
        ("finish", "oak", ["sofa-a", "sofa-c"]),
        ("Verdict", "none", ["sofa-a", "sofa-b", "sofa-c", "sofa-d", "sofa-e"]),
    ],
)
def test_the_list_is_filtered_and_the_address_keeps_it(
    open_page: Opener, label: str, value: str, found: list[str]
) -> None:
    page = open_page(matrix_journal())
    page.get_by_role("combobox", name=label).select_option(value)
    assert page.locator("#list b").all_inner_texts() == found
    again = open_page(matrix_journal(), address=page.evaluate("location.hash"))
    expect(again.get_by_role("combobox", name=label)).to_have_value(value)
    assert again.locator("#list b").all_inner_texts() == found


@pytest.mark.parametrize(("order", "found"), [("key", "abc"), ("cost", "abc"), ("time", "abc"), ("recipe", "abc")])
def test_the_list_is_ordered(open_page: Opener, order: str, found: str) -> None:
    page = open_page(full_journal(), address=f"#order={order}")
    assert page.locator("#list b").all_inner_texts() == list(found)


def test_the_address_restores_the_view(open_page: Opener) -> None:
    page = open_page(full_journal())
    page.get_by_role("radio", name="Failed 2").check()
    page.get_by_role("combobox", name="Order").select_option("cost")
    card(page, "b").click()
    address = page.evaluate("location.hash")
    again = open_page(full_journal(), address=address)
    expect(title(again)).to_contain_text("b failed")
    again.keyboard.press("Escape")
    expect(again.get_by_role("radio", name="Failed 2")).to_be_checked()
    expect(again.get_by_role("combobox", name="Order")).to_have_value("cost")


def test_going_back_closes_the_cell(open_page: Opener) -> None:
    page = open_page(full_journal())
    card(page, "a").click()
    expect(opened(page)).to_be_visible()
    page.go_back()
    expect(opened(page)).to_be_hidden()


def test_an_address_that_names_nothing_known_shows_everything(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=nowhere&state=constructor&order=toString&view=__proto__&x=%ff")
    expect(page.locator("#list li")).to_have_count(3)
    expect(opened(page)).to_be_hidden()
    again = open_page(full_journal(), address="#%ff")
    expect(again.locator("#list li")).to_have_count(3)


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
    expect(title(page)).to_contain_text("b failed")


def test_the_recipe_is_in_the_page(open_page: Opener) -> None:
    page = open_page(full_journal())
    page.get_by_role("link", name="recipes/autumn.yaml").click()
    expect(page.get_by_text("steps: []")).to_be_in_viewport()
    expect(page.get_by_role("tab", name="Recipe")).to_have_attribute("aria-selected", "true")


def test_an_address_that_names_a_place_leaves_the_filter_alone(open_page: Opener) -> None:
    page = open_page(full_journal())
    page.get_by_role("radio", name="Failed 2").check()
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


def test_ten_thousand_cells_keep_a_hundred_cards(open_page: Opener) -> None:
    page = open_page(done_journal(10_000))
    assert 0 < page.locator("#list li").count() <= 100
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(card(page, "item-09999")).to_be_visible()
    page.get_by_role("searchbox", name="Search").fill("item-07")
    expect(page.locator(".count")).to_have_text("1000 of 10000 cells")
    assert page.locator("#list li").count() <= 100


def test_paper_gets_every_cell_of_the_filter(open_page: Opener) -> None:
    page = open_page(done_journal(300))
    page.evaluate(
        "window.printed = 0; addEventListener('beforeprint', () => "
        "{ printed = document.querySelectorAll('#list li').length; })"
    )
    page.pdf()
    assert page.evaluate("printed") == 300
    page.wait_for_function("document.querySelectorAll('#list li').length <= 100")


@pytest.mark.parametrize("left_out", ["top", "cells", "money", "recipe", "figures"])
def test_a_page_whose_own_template_leaves_a_part_out_works(open_file: Opener, tmp_path: Path, left_out: str) -> None:
    own = f'{{% extends "base.html.j2" %}}{{% block {left_out} %}}<p>nothing here</p>{{% endblock %}}'
    summary = summarize(full_journal())
    page_file = tmp_path / "reports" / "own" / "index.html"
    page_file.parent.mkdir(parents=True)
    page_file.write_text(render_html(summary, link_pictures(summary, {}, "../.."), {"page.html.j2": own}))
    page = open_file(page_file, address="#cell=a")
    expect(page.get_by_text("nothing here")).to_have_count(1)
    expect(opened(page)).to_have_count(0 if left_out == "cells" else 1)
