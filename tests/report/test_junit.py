"""A run in, JUnit XML out."""

from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

from runner.core.event import Event
from runner.report.junit import render_junit
from runner.report.summary import summarize
from tests.report.runs import began, full_journal, plan_of, started


def suite_of(events: list[Event]) -> Element:
    suite = fromstring(render_junit(summarize(events))).find("testsuite")
    assert suite is not None
    return suite


def test_each_cell_is_a_test_case_and_failures_are_counted() -> None:
    suite = suite_of(full_journal())
    assert [case.get("name") for case in suite] == ["a", "b", "c"]
    assert [suite.get(count) for count in ("tests", "failures", "errors", "skipped")] == ["3", "2", "0", "0"]


def test_a_failure_says_why() -> None:
    failures = [case.find("failure") for case in suite_of(full_journal())]
    assert [failure.get("message") if failure is not None else None for failure in failures] == [
        None,
        "tone: photos/b.jpg: no visible iris",
        "out/c.jpg: the disk is full",
    ]


def test_money_in_doubt_is_an_error_and_work_left_undone_is_skipped() -> None:
    suite = suite_of([started(plan_of("a", "b")), began("tone", "a", 1)])
    assert [[child.tag for child in case] for case in suite] == [["error"], ["skipped"]]


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    plan = plan_of("a")
    recipe = replace(plan.recipe, name="bell \x07 & <tag> \ufffe end")
    assert suite_of([started(replace(plan, recipe=recipe))]).get("name") == "bell \ufffd & <tag> \ufffd end"
