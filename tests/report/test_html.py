"""A run in, one page out."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

from runner.core.diagnostic import Diagnostic, Span
from runner.core.event import ActionSucceeded, Event, OutputWritten
from runner.report.html import render_html
from runner.report.pictures import Drawn, link_pictures
from runner.report.shown import find_pictures
from runner.report.summary import summarize
from runner.report.wanted import InputPicture
from tests.report.page_data import read_tables
from tests.report.runs import (
    RUN_ID,
    artifact,
    at,
    checked_journal,
    digest,
    doubted,
    finished,
    full_journal,
    key,
    photo,
    plan_of,
    reused,
    started,
)

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{ 7*7 }}\u2028"


class Page(HTMLParser):
    """What a browser without script sees: tags, and the text of each kind of element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)


def page_of(events: list[Event]) -> str:
    summary = summarize(events)
    drawn = {wanted.id: Drawn(".jpg") for wanted in find_pictures(summary).wanted}
    return render_html(summary, link_pictures(summary, drawn, "../.."))


def hostile_journal() -> list[Event]:
    plan = plan_of(HOSTILE, matrix={HOSTILE: HOSTILE})
    recipe = replace(plan.recipe, name=HOSTILE, path=HOSTILE)
    noted = ActionSucceeded(
        at=at(1),
        key=key("tone", HOSTILE),
        artifact=artifact(HOSTILE),
        duration_ms=1,
        attempts=1,
        job_id=HOSTILE,
        details={HOSTILE: HOSTILE, f"{HOSTILE} list": [{HOSTILE: HOSTILE}, {}]},
        notes=(HOSTILE,),
    )
    return [started(replace(plan, recipe=recipe), recipe_text=HOSTILE), noted, finished(3, "failed", 1)]


def text_of(html: str) -> str:
    body = html.rpartition("</style>")[2].partition('id="data"')[0]
    shown = re.sub(r"<noscript>.*?</noscript>", " ", body, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", shown))


def test_the_top_tells_what_happened_in_words_and_figures() -> None:
    text = text_of(page_of(full_journal()))
    for claim in [
        "autumn failed 2 of 3 cells failed: no-visible-iris ×1, not-writable ×1",
        "cells done 1 of 3 failed 2",
        "list price $0.30",
        "quoted $0.30 at most charged $0.15 $0.15 under",
        "duration 7.0 s",
        "recipe recipes/autumn.yaml",
    ]:
        assert claim in text


def test_what_is_set_aside_stands_beside_what_was_charged() -> None:
    text = text_of(page_of([started(plan_of("a")), doubted("tone", "a", 2), finished(3, "failed", 5)]))
    for claim in [
        "in doubt 1",
        "set aside $0.05 in doubt charged $0.00",
        "quoted set aside charged worked",
        "$0.10 $0.05 $0.00",
    ]:
        assert claim in text
    assert "set aside" not in text_of(page_of(full_journal()))


def test_the_top_tells_of_checks_and_the_gate() -> None:
    text = text_of(page_of(checked_journal()))
    for claim in [
        "failed the gate closed after the canary: 3 of 6 passed, 95% demanded",
        "in quarantine check outside_mask_unchanged of step fabric, mask sofa, 1 cell",
        "checks passed 3 of 7, 3 failed, 1 warn",
    ]:
        assert claim in text


def test_checks_are_in_the_table_for_readers_without_script() -> None:
    table = page_of(checked_journal()).partition("<noscript>")[2].partition("</noscript>")[0]
    assert table.count('class="badge warned"') == 1
    assert "4.2%, demanded at most 3%" in table


def test_what_needs_a_person_stands_before_the_figures() -> None:
    html = page_of(full_journal())
    assert html.index("Needs a person") < html.index('aria-label="Figures"') < html.index("Money by step")


def test_a_run_that_needs_nobody_asks_nobody() -> None:
    assert "Needs a person" not in page_of([started(plan_of("a")), reused("tone", "a", 1), finished(2)])


def test_an_interrupted_run_says_how_to_go_on() -> None:
    assert f"runner resume {RUN_ID}" in text_of(page_of(full_journal()[:5]))


def test_the_warnings_of_the_plan_are_shown() -> None:
    warning = Diagnostic(
        path="recipes/autumn.yaml", span=Span(3, 5), code="price-old", message="the price is old", severity="warning"
    )
    text = text_of(page_of([started(replace(plan_of("a"), diagnostics=(warning,)))]))
    assert "recipes/autumn.yaml:3:5 warning[price-old]: the price is old" in text


def test_every_cell_is_in_the_table_for_readers_without_script() -> None:
    table = page_of(full_journal()).partition("<noscript>")[2].partition("</noscript>")[0]
    assert table.count("<tr id=") == 3
    assert table.count("<img ") == 3 + 2 + 2
    for fact in ["studio/inpaint@1", "linen, &lt;b&gt;cream", "strength:</span> 0.40", "charged $0.05", "job job-1"]:
        assert fact in table
    assert "16-bit samples were reduced to 8" in table
    assert "photos/b.jpg: no visible iris" in table


def test_hostile_texts_stay_texts() -> None:
    plain, hostile = Page(page_of([started(plan_of("a")), finished(1)])), Page(page_of(hostile_journal()))
    assert hostile.tags.count("script") == plain.tags.count("script")
    assert not [name for name, _ in hostile.attributes if name.startswith("on")]
    assert HOSTILE.strip() in "".join(hostile.texts["span"])
    assert "49" not in hostile.texts["h1"][0]


def test_the_data_for_the_script_survives_hostile_texts() -> None:
    data = read_tables(page_of(hostile_journal()))
    assert data["cells"][0]["id"] == HOSTILE
    assert data["actions"][0]["notes"] == [HOSTILE]


def test_the_policy_allows_exactly_the_style_and_scripts_of_the_page() -> None:
    html = page_of(full_journal())
    policy = re.search(r'Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    inline = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", html, re.DOTALL)
    hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in inline]
    assert re.findall(r"sha256-([^&]*)&#39;", policy[1]) == hashes
    assert policy[1].startswith("default-src &#39;none&#39;;")


def test_the_page_names_no_other_host() -> None:
    urls = [value or "" for name, value in Page(page_of(full_journal())).attributes if name in {"src", "href"}]
    assert urls
    assert not [url for url in urls if "//" in url or ":" in url.replace("data:,", "")]


def test_a_path_cannot_become_another_address() -> None:
    plan = plan_of("a")
    output = replace(plan.outputs[0], path="javascript:alert(1)//#?%2e.jpg")
    written = OutputWritten(at=at(1), cell=output.cell, path=output.path, digest=digest("a"), unchanged=False)
    html = page_of([started(replace(plan, outputs=(output,))), written, finished(2)])
    assert 'href="../../javascript%3Aalert%281%29//%23%3F%252e.jpg"' in html


def test_an_output_that_was_not_written_leads_nowhere() -> None:
    assert 'href="../../out/' not in page_of([started(plan_of("a")), finished(1)])


def test_a_picture_without_a_thumbnail_is_named_as_missing() -> None:
    summary = summarize(full_journal())
    shown = InputPicture(photo("a").path, photo("a").artifact)
    html = render_html(summary, link_pictures(summary, {shown.id: Drawn(".png")}, "../.."))
    table = html.partition("<noscript>")[2].partition("</noscript>")[0]
    assert re.findall(r'<img src="([^"]*)"', table) == [f"thumbs/{shown.id}.png"]


def test_the_page_of_equal_events_is_equal() -> None:
    assert page_of(full_journal()) == page_of(full_journal())
