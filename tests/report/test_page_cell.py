"""One cell in a real browser: chain, comparison, enlargement, verdicts."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.report.browsing import card, matrix_journal, opened, share_before, title
from tests.report.conftest import Opener
from tests.report.photo_run import PhotoRun
from tests.report.runs import full_journal, plan_of, started, succeeded

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_cell_shows_its_chain_with_parameters_and_money(open_page: Opener) -> None:
    page = open_page(full_journal())
    card(page, "a").click()
    cell = opened(page)
    expect(cell).to_contain_text("linen, <b>cream</b>")
    expect(cell).to_contain_text("list $0.05, quoted $0.05, charged $0.05")
    expect(cell).to_contain_text("studio/inpaint@1, revision 1")
    expect(cell).to_contain_text("16-bit samples were reduced to 8")
    expect(cell.get_by_role("link", name="out/a.jpg")).to_have_attribute("href", "../../out/a.jpg")


def test_a_step_of_the_chain_can_be_chosen_and_sent(open_page: Opener) -> None:
    page = open_page(full_journal())
    card(page, "a").click()
    steps = page.get_by_role("list", name="Steps")
    steps.get_by_role("button", name="tone").click()
    expect(steps.get_by_role("button", name="tone")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("img", name="a, step tone after")).to_be_visible()
    again = open_page(full_journal(), address=page.evaluate("location.hash"))
    expect(again.get_by_role("img", name="a, step tone after")).to_be_visible()


def test_a_cell_shows_each_check_against_its_threshold(open_page: Opener) -> None:
    page = open_page(matrix_journal(), address="#cell=b")
    expect(title(page)).to_contain_text("sofa-b · teal")
    row = opened(page).get_by_role("table").get_by_role("row", name="mask legs")
    expect(row).to_contain_text("not measured")
    expect(row).to_contain_text("the mask is empty")
    expect(page.get_by_role("region", name="Checks")).to_contain_text("Not measured: 1")


def test_the_slider_follows_the_arrow_keys(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=a")
    page.get_by_role("slider").focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", "70 % before, 30 % after")
    assert share_before(page) == pytest.approx(0.7, abs=0.01)
    expect(title(page)).to_contain_text("a done")


def test_the_slider_follows_the_mouse(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=a")
    box = page.get_by_role("slider").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 3, steps=5)
    page.mouse.up()
    assert share_before(page) == pytest.approx(0.25, abs=0.02)


def test_the_slider_follows_a_finger(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=a", has_touch=True, viewport={"width": 360, "height": 740})
    box = page.get_by_role("slider").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 3)
    assert share_before(page) == pytest.approx(0.8, abs=0.02)
    swipe(page, box["x"] + box["width"] * 0.8, box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 3)
    assert share_before(page) == pytest.approx(0.3, abs=0.04)


def swipe(page: Page, start: float, end: float, y: float) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": start, "y": y}]})
    for part in range(1, 11):
        x = start + (end - start) * part / 10
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_the_slider_has_buttons_for_those_who_cannot_drag(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=a")
    page.get_by_role("button", name="Show less of before").click()
    assert share_before(page) == pytest.approx(0.4, abs=0.01)
    page.get_by_role("button", name="Show more of before").click()
    assert share_before(page) == pytest.approx(0.5, abs=0.01)


def test_blinking_can_be_paused_and_stands_still_for_who_asks_for_less_motion(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=a&compare=blink", reduced_motion="no-preference")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    still = open_page(full_journal(), address="#cell=a&compare=blink", reduced_motion="reduce")
    expect(still.get_by_role("button", name="Play")).to_be_visible()
    expect(still.get_by_text("after", exact=True)).to_be_visible()
    still.get_by_role("button", name="Swap").click()
    expect(still.get_by_text("before", exact=True)).to_be_visible()


def places(page: Page) -> list[list[float]]:
    boxes: list[list[float]] = page.locator(".sheet").evaluate_all(
        "all => all.map((one) => { const box = one.getBoundingClientRect(), pane = one.closest('.pane')"
        ".getBoundingClientRect(); return [box.left - pane.left, box.top - pane.top, box.width, box.height]; })"
    )
    return boxes


def test_both_sides_are_enlarged_and_moved_in_step(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=a&compare=sides")
    page.get_by_role("button", name="1:1").click()
    for _ in range(4):
        page.get_by_role("button", name="Larger").click()
    pane = page.locator(".pane").first.bounding_box()
    assert pane is not None
    page.mouse.move(pane["x"] + 100, pane["y"] + 100)
    page.mouse.down()
    page.mouse.move(pane["x"] + 40, pane["y"] + 60, steps=4)
    page.mouse.up()
    before, after = places(page)
    assert before == pytest.approx(after, abs=0.5)
    assert before[2] / before[3] == pytest.approx(640 / 480)


def test_beyond_single_pixels_there_is_a_grid(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=a")
    page.get_by_role("button", name="1:1").click()
    expect(page.locator(".percent")).to_have_text("100 %")
    for _ in range(6):
        page.get_by_role("button", name="Larger").click()
    assert page.locator(".pane").get_attribute("class") == "pane pixels"
    page.keyboard.press("0")
    expect(page.get_by_role("button", name="Fit")).to_have_attribute("aria-pressed", "true")


def test_what_is_enlarged_is_moved_by_arrow_keys(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=a")
    for _ in range(3):
        page.get_by_role("button", name="Larger").click()
    start = places(page)[0]
    page.get_by_role("group", name="a: plus and minus enlarge").focus()
    page.keyboard.press("ArrowRight")
    assert places(page)[0][0] < start[0]
    expect(title(page)).to_contain_text("a done")


def test_an_enlarged_slider_still_moves_by_its_handle(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=a")
    for _ in range(3):
        page.get_by_role("button", name="Larger").click()
    line = page.locator(".handle").bounding_box()
    assert line is not None
    start = places(page)[0]
    page.mouse.move(line["x"], line["y"] + 100)
    page.mouse.down()
    page.mouse.move(line["x"] + 100, line["y"] + 100, steps=5)
    page.mouse.up()
    assert places(page)[0] == start
    moved = page.locator(".handle").bounding_box()
    assert moved is not None
    assert moved["x"] == pytest.approx(line["x"] + 100, abs=8)


def test_two_fingers_enlarge(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=a&compare=sides", has_touch=True)
    pane = page.locator(".pane").first.bounding_box()
    assert pane is not None
    start = places(page)[0]
    middle = pane["x"] + pane["width"] / 2
    session = page.context.new_cdp_session(page)
    for kind, apart in [("touchStart", 20), *(("touchMove", 20 + 5 * step) for step in range(1, 13)), ("touchEnd", 0)]:
        points = [{"x": middle + side * apart, "y": pane["y"] + 100, "id": side + 1} for side in (-1, 1)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points if apart else []})
    assert places(page)[0][2] == pytest.approx(start[2] * 4, rel=0.05)


def test_real_pixels_are_shown_where_the_preview_is_too_small(photo_run: PhotoRun, open_file: Opener) -> None:
    page = open_file(photo_run.write_page(), address="#cell=garage-ochre", viewport={"width": 1440, "height": 900})
    page.get_by_role("button", name="Larger").click()
    result = page.get_by_role("img", name="garage · ochre after")
    expect(result).to_have_attribute("src", "../../out/garage-ochre.jpg")
    assert result.evaluate("image => image.naturalWidth") == 741


def test_cells_are_walked_through_by_key_and_closed_with_escape(open_page: Opener) -> None:
    page = open_page(full_journal())
    card(page, "a").focus()
    page.keyboard.press("Enter")
    expect(title(page)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(title(page)).to_contain_text("b failed")
    page.keyboard.press("ArrowLeft")
    expect(title(page)).to_contain_text("a done")
    page.keyboard.press("Escape")
    expect(opened(page)).to_be_hidden()
    expect(card(page, "a")).to_be_focused()


def test_a_chain_that_crops_opens_at_a_step_that_can_be_compared(open_page: Opener) -> None:
    page = open_page([started(plan_of("a")), succeeded("tone", "a", 1), succeeded("fabric", "a", 2, rows=240)])
    card(page, "a").click()
    expect(page.get_by_role("img", name="a, step tone after")).to_be_visible()
    page.get_by_role("list", name="Steps").get_by_role("button", name="whole chain").click()
    expect(page.get_by_role("slider")).to_have_count(0)
    expect(page.get_by_role("img", name="a after")).to_be_visible()


def test_verdicts_are_kept_shown_and_exported(open_page: Opener, tmp_path: Path) -> None:
    page = open_page(full_journal(), address="#cell=a")
    page.keyboard.press("k")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Redo").click()
    page.reload()
    expect(page.get_by_role("button", name="Redo")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(card(page, "a")).to_contain_text("Keep")
    page.get_by_role("combobox", name="Verdict").select_option("redo")
    expect(page.locator("#list li")).to_have_count(1)
    page.get_by_role("button", name="Verdicts 2").click()
    page.get_by_role("button", name="Redo 1").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Save the list").click()
    downloading.value.save_as(tmp_path / "redo.txt")
    assert (tmp_path / "redo.txt").read_bytes() == b"b\n"
    assert downloading.value.suggested_filename == "20261121T072500-ab12cd-redo.txt"
    expect(page.get_by_role("dialog")).to_contain_text("--select @20261121T072500-ab12cd-redo.txt")


def test_a_verdict_given_again_is_taken_back(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=a")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Reject")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Reject")).to_have_attribute("aria-pressed", "false")


def test_single_letters_can_be_switched_off(open_page: Opener) -> None:
    page = open_page(full_journal(), address="#cell=a")
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Single letters").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Keep")).to_have_attribute("aria-pressed", "false")
