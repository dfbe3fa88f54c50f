"""Events in, a run in full out."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.core.event import Event
from runner.core.money import ZERO, Money
from runner.report.document import run_document
from runner.report.html import render_html
from runner.report.junit import render_junit
from runner.report.parts import CellOutcome
from runner.report.pictures import link_pictures
from runner.report.summary import summarize
from tests.report.runs import (
    PRICE,
    began,
    charged,
    doubted,
    failed,
    finished,
    full_journal,
    key,
    plan_of,
    reused,
    skipped,
    started,
    succeeded,
    unwritten,
    written,
)

ONE_DONE: list[Event] = [succeeded("tone", "a", 1), succeeded("fabric", "a", 2), written("a", 2)]


def outcomes(events: Sequence[Event], *, price: Money = PRICE) -> list[CellOutcome]:
    """How the steps of cell a ended, then the cell itself."""
    summary = summarize([started(plan_of("a", price=price)), *events])
    return [action.outcome for action in summary.actions.values()] + [cell.outcome for cell in summary.cells]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (ONE_DONE, ["succeeded", "succeeded", "succeeded"]),
        ([reused("tone", "a", 1), reused("fabric", "a", 1)], ["reused", "reused", "reused"]),
        ([reused("tone", "a", 1), succeeded("fabric", "a", 2)], ["reused", "succeeded", "succeeded"]),
        ([failed("tone", "a", 1), skipped("fabric", "a", 1)], ["failed", "skipped", "failed"]),
        ([succeeded("tone", "a", 1)], ["succeeded", "skipped", "skipped"]),
        ([*ONE_DONE[:2], unwritten("a", 3)], ["succeeded", "succeeded", "failed"]),
        ([began("tone", "a", 1)], ["in_doubt", "skipped", "in_doubt"]),
        ([], ["skipped", "skipped", "skipped"]),
    ],
)
def test_a_cell_is_as_its_worst_part(events: list[Event], expected: list[CellOutcome]) -> None:
    assert outcomes(events) == expected


def test_work_that_is_free_is_never_in_doubt() -> None:
    assert outcomes([began("tone", "a", 1)], price=ZERO) == ["skipped", "skipped", "skipped"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (ONE_DONE, [reused("tone", "a", 9), reused("fabric", "a", 9)], ["succeeded", "succeeded", "succeeded"]),
        ([failed("tone", "a", 1)], [succeeded("tone", "a", 9)], ["succeeded", "skipped", "skipped"]),
        ([failed("tone", "a", 1)], [skipped("tone", "a", 9)], ["failed", "skipped", "failed"]),
        ([began("tone", "a", 1)], [reused("tone", "a", 9)], ["reused", "skipped", "skipped"]),
        ([began("tone", "a", 1)], [skipped("tone", "a", 9)], ["in_doubt", "skipped", "in_doubt"]),
    ],
)
def test_a_resumed_run_keeps_what_was_done_before(
    before: list[Event], after: list[Event], expected: list[CellOutcome]
) -> None:
    assert outcomes([*before, started(plan_of("a"), 8), *after]) == expected


def test_a_job_that_is_reported_twice_is_charged_once() -> None:
    twice = [succeeded("tone", "a", 1, job_id="job-1"), succeeded("tone", "a", 9, job_id="job-1")]
    assert summarize([started(plan_of("a")), *twice]).charged == PRICE


def test_a_charge_told_by_another_process_is_not_lost_when_its_job_is_collected() -> None:
    told = [began("tone", "a", 1), charged("tone", "a", 8, "job-1")]
    summary = summarize([started(plan_of("a")), *told, succeeded("tone", "a", 9, charged=ZERO, job_id="job-1")])
    assert [summary.charged, summary.steps[0].charged] == [PRICE, PRICE]


def test_what_is_in_doubt_stays_set_aside_until_it_is_known() -> None:
    began_and_doubted = [started(plan_of("a")), began("tone", "a", 1), doubted("tone", "a", 2)]
    summary = summarize([*began_and_doubted, finished(3, "failed", 5)])
    assert (summary.reserved, summary.steps[0].reserved, summary.charged) == (PRICE, PRICE, ZERO)
    assert (summary.needs[0].outcome, summary.exit_code) == ("in_doubt", 5)
    assert summary.reason == "1 of 1 cell in doubt"
    later = summarize([*began_and_doubted, succeeded("tone", "a", 9, job_id="job-1")])
    assert (later.reserved, later.charged) == (ZERO, PRICE)


def test_a_failure_that_was_charged_counts() -> None:
    events = [failed("tone", "a", 1, charged=PRICE, job_id="job-1"), succeeded("tone", "a", 3, job_id="job-2")]
    summary = summarize([started(plan_of("a")), *events])
    assert [summary.charged, summary.cells[0].charged, summary.steps[0].charged] == [PRICE * 2] * 3


def test_a_charge_for_an_action_outside_the_plan_counts_in_the_total() -> None:
    assert summarize([started(plan_of("a")), succeeded("tone", "elsewhere", 1)]).charged == PRICE


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ([], ("interrupted", 130, None, "it stopped with 2 of 2 actions to go")),
        ([*ONE_DONE, finished(5)], ("succeeded", 0, "2026-11-21T07:25:05.000Z", "its one cell is done")),
        (
            [failed("tone", "a", 1), skipped("fabric", "a", 1), finished(5, "failed", 1)],
            ("failed", 1, "2026-11-21T07:25:05.000Z", "1 of 1 cell failed: no-visible-iris ×1"),
        ),
        (
            [*ONE_DONE, unwritten("a", 4), finished(5, "failed", 1)],
            ("failed", 1, "2026-11-21T07:25:05.000Z", "1 of 1 cell failed: not-writable ×1"),
        ),
        (
            [finished(5, "refused", 3)],
            ("refused", 3, "2026-11-21T07:25:05.000Z", "it was stopped before anything was spent"),
        ),
        (
            [finished(5, "interrupted", 130), started(plan_of("a"), 9)],
            ("interrupted", 130, None, "it stopped with 2 of 2 actions to go"),
        ),
    ],
)
def test_the_state_has_its_reason(end: list[Event], expected: tuple[str, int, str | None, str]) -> None:
    summary = summarize([started(plan_of("a")), *end])
    assert (summary.state, summary.exit_code, summary.finished_at, summary.reason) == expected


def test_a_refusal_names_the_budget_that_is_too_small() -> None:
    plan = plan_of("a")
    budget = replace(plan.quote.budget, max=Money(Decimal("0.01")), ok=False)
    refused = replace(plan, quote=replace(plan.quote, budget=budget))
    summary = summarize([started(refused), finished(1, "refused", 3)])
    assert summary.reason == "it may cost up to $0.10, the budget is $0.01"


def test_the_pause_before_a_run_is_resumed_is_no_part_of_its_duration() -> None:
    events = [started(plan_of("a")), began("tone", "a", 10), started(plan_of("a"), 500), finished(505)]
    assert summarize(events).duration_ms == 15_000


def test_alike_problems_stand_together_and_doubtful_money_stands_first() -> None:
    events = [failed("tone", "a", 1), failed("tone", "b", 1), began("tone", "c", 2), unwritten("a", 3)]
    needs = summarize([started(plan_of("a", "b", "c")), *events]).needs
    assert [(need.outcome, need.code, need.cells) for need in needs] == [
        ("in_doubt", "in-doubt", ("c",)),
        ("failed", "no-visible-iris", ("a", "b")),
        ("failed", "not-writable", ("a",)),
    ]


def test_attempts_and_working_time_add_up_over_a_resumed_run() -> None:
    events = [began("tone", "a", 1), failed("tone", "a", 2), started(plan_of("a"), 8), began("tone", "a", 9)]
    ended = summarize([started(plan_of("a")), *events, succeeded("tone", "a", 11)]).actions[key("tone", "a")]
    assert (ended.attempts, ended.duration_ms) == (2, 2200)


@settings(deadline=None)  # the first page compiles the templates
@given(st.integers(min_value=0, max_value=len(full_journal())))
def test_a_journal_cut_off_anywhere_can_be_told_in_every_form(length: int) -> None:
    summary = summarize(full_journal()[:length])
    told = [render_html(summary, link_pictures(summary, {}, "../..")), render_junit(summary), run_document(summary)]
    assert all(told)


_ENDINGS = st.sampled_from([began, succeeded, reused, failed, skipped])
_EVENTS = st.lists(
    st.builds(
        lambda make, step, cell, second: make(step, cell, second),
        _ENDINGS,
        st.sampled_from(["tone", "fabric"]),
        st.sampled_from(["a", "b", "unknown"]),
        st.integers(min_value=0, max_value=600),
    )
)


@given(_EVENTS, st.integers(min_value=0, max_value=600))
def test_any_order_of_events_folds_and_counts_every_action_once(events: list[Event], again: int) -> None:
    summary = summarize([started(plan_of("a", "b")), *events, started(plan_of("a", "b"), again)])
    totals = run_document(summary)["totals"]
    assert isinstance(totals, dict)
    counts = [totals[outcome] for outcome in ("succeeded", "reused", "failed", "skipped", "in_doubt")]
    assert sum(count for count in counts if isinstance(count, int)) == totals["actions"] == 4
