"""Measurements in; what they say of cells, runs and for a person out."""

from decimal import Decimal
from xml.etree.ElementTree import fromstring

import pytest

from runner.core.event import CheckMeasured, Event
from runner.report.checks import CheckSummary, worst_check
from runner.report.document import run_document
from runner.report.junit import render_junit
from runner.report.summary import summarize
from runner.report.wording import check_text, measured_text, percent_text
from tests.report.runs import (
    checked_journal,
    checked_plan,
    closed,
    failed,
    finished,
    made,
    measured,
    started,
    written,
)


def checks_of(*events: Event) -> list[tuple[str, str | None, str]]:
    """Of cell a: the mask, value and state of each check."""
    cell = summarize([started(checked_plan("a")), *made("a", 1), *events]).cells[0]
    return [(check.mask, check.measured.value, check.state) for check in cell.checks]


def test_cells_are_as_their_worst_check() -> None:
    assert [cell.outcome for cell in summarize(checked_journal()).cells] == [
        "succeeded",
        "failed",
        "quarantined",
        "succeeded",
        "skipped",
    ]


def test_alike_checks_are_told_apart_by_their_order() -> None:
    assert checks_of(measured("a", 1, "0.1"), measured("a", 1, "0.2")) == [
        ("sofa", "0.1", "failed"),
        ("legs", "0.2", "failed"),
    ]


def test_the_latest_draw_counts() -> None:
    assert checks_of(measured("a", 1, "0.1"), measured("a", 2, "0.01", passed=True, draw=1)) == [
        ("sofa", "0.01", "passed")
    ]


def test_a_run_that_goes_on_measures_anew() -> None:
    again = [started(checked_plan("a"), 5), measured("a", 6, "0.01", passed=True)]
    assert checks_of(measured("a", 1, "0.1"), *again) == [("sofa", "0.01", "passed")]


def test_a_check_that_was_never_measured_is_counted() -> None:
    assert [cell.unmeasured for cell in summarize(checked_journal()).cells] == [0, 1, 2, 2, 3]


def test_the_worst_check_is_the_first_of_the_worst_kind() -> None:
    events = [
        measured("a", 1, "0.1", passed=True),
        measured("a", 1, "0.2", severity="warn"),
        measured("a", 1, "0.3", on_fail="quarantine"),
        measured("a", 1, "0.4"),
        measured("a", 1, "0.5"),
    ]
    checks = [CheckSummary(event, "") for event in events if isinstance(event, CheckMeasured)]
    worst = worst_check(checks)
    assert worst is not None
    assert worst.measured.value == "0.4"
    assert worst_check([]) is None


def test_an_output_in_quarantine_stands_where_it_was_written() -> None:
    output = summarize(checked_journal()).cells[2].outputs[0]
    assert (output.path, output.quarantined, output.digest is None) == ("quarantine/out/c.jpg", True, False)


GATE = "the gate closed after the canary: 3 of 6 passed, 95% demanded"


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([*made("a", 1), measured("a", 2, "0.1")], "1 of 2 cells failed a check"),
        ([*made("a", 1), measured("a", 2, "0.1"), failed("tone", "b", 2)],
         "2 of 2 cells failed: no-visible-iris ×1, check-failed ×1"),
        ([closed(3)], GATE),
        ([closed(3, "batch")], "the gate closed: 3 of 6 passed, 95% demanded"),
        ([closed(3), started(checked_plan("a", "b"), 4), *made("a", 5), measured("a", 5, "1")],
         "1 of 2 cells failed a check"),
    ],
)  # fmt: skip
def test_a_failed_run_says_what_the_checks_found(events: list[Event], reason: str) -> None:
    summary = summarize([started(checked_plan("a", "b")), *events, finished(9, "failed", 4)])
    assert summary.reason == reason


def test_failed_checks_need_a_person_and_warnings_do_not() -> None:
    needs = summarize(checked_journal()).needs
    assert [(need.outcome, need.subject, need.cells, need.messages) for need in needs] == [
        ("failed", "check outside_mask_unchanged of step fabric, mask sofa", ("b",), ("4.2%, demanded at most 3%",)),
        ("failed", "check outside_mask_unchanged of step fabric, mask legs", ("b",), ("the mask is empty",)),
        ("quarantined", "check outside_mask_unchanged of step fabric, mask sofa", ("c",),
         ("3.1%, demanded at most 3%",)),
    ]  # fmt: skip


def test_the_document_has_every_measured_check() -> None:
    checks = run_document(summarize(checked_journal()))["checks"]
    assert isinstance(checks, list)
    assert len(checks) == 7
    assert checks[3:5] == [
        {
            "cell": "b",
            "step": "fabric",
            "type": "outside_mask_unchanged",
            "measure": "final",
            "value": value,
            "threshold": "at most 3%",
            "passed": False,
            "severity": "error",
        }
        for value in ("0.042", None)
    ]


def test_junit_fails_cells_for_their_checks_and_prints_warnings() -> None:
    suite = fromstring(render_junit(summarize(checked_journal()))).find("testsuite")
    assert suite is not None
    assert suite.get("failures") == "2"
    told = [[(part.tag, part.get("message") or part.text) for part in case] for case in suite]
    sentence = "fabric: check outside_mask_unchanged"
    assert told[:4] == [
        [],
        [("failure", f"{sentence} failed: 4.2%, demanded at most 3%")],
        [("failure", f"{sentence} in quarantine: 3.1%, demanded at most 3%")],
        [("system-out", "fabric: check max_bytes warns: 912345 bytes, demanded at most 900,000 bytes")],
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.042", "4.2%"),
        ("0", "0%"),
        ("1", "100%"),
        ("0.0300004", "3.00004%"),
        ("0.00000025", "0.000025%"),
        ("0.12345", "12.3%"),
        ("1E-999999", "0%"),
        ("NaN", "NaN"),
        ("png", "png"),
        (None, "not measured"),
    ],
)
def test_shares_are_written_as_exactly_as_tells_them_from_the_bound(value: str | None, text: str) -> None:
    event = measured("a", 1, value)
    assert isinstance(event, CheckMeasured)
    assert measured_text(event) == text


def test_bytes_have_their_unit() -> None:
    event = measured("a", 1, "912345", type="max_bytes", message="the file is large")
    assert isinstance(event, CheckMeasured)
    assert check_text(event) == "912345 bytes, demanded at most 900,000 bytes: the file is large"


def test_a_rate_is_written_as_in_the_recipe() -> None:
    assert [percent_text(Decimal(rate)) for rate in ("0.95", "1.00", "0.005")] == ["95%", "100%", "0.5%"]


def test_a_run_without_failures_is_done() -> None:
    events = [*made("a", 1), measured("a", 2, "0.01", passed=True), written("a", 3), finished(4)]
    summary = summarize([started(checked_plan("a")), *events])
    assert (summary.cells[0].outcome, summary.reason, summary.needs) == ("succeeded", "its one cell is done", ())
