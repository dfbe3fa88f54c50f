"""When attempts were under way: events in, the time axis and its table out."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from runner.core.event import ActionSucceeded, AttemptFailed, Event, Phases
from runner.report.action_view import view_actions
from runner.report.pictures import link_pictures
from runner.report.summary import summarize
from runner.report.timeline import make_timeline
from runner.report.timeline_chart import TimelineView, view_timeline
from runner.report.views import ActionView
from tests.report.runs import at, began, doubted, failed, finished, key, plan_of, reused, skipped, started, succeeded


def phased(step: str, cell: str, second: int, *, queue_s: int, run_s: int, download_s: int = 0) -> Event:
    done = succeeded(step, cell, second)
    assert isinstance(done, ActionSucceeded)
    return replace(done, phases=Phases(queue_ms=queue_s * 1000, run_ms=run_s * 1000, download_ms=download_s * 1000))


def tried(step: str, cell: str, second: int) -> Event:
    return AttemptFailed(
        at=at(second), key=key(step, cell), attempt=1, code="busy", message="come back", hint="wait", duration_ms=1000
    )


def parts(events: list[Event]) -> list[str]:
    timeline = make_timeline(summarize(events))
    if timeline is None:
        return []
    return [
        f"{one.cell} {one.step} {one.number}: "
        + ", ".join(f"{part.phase} {part.began_ms / 1000:g}-{part.ended_ms / 1000:g}" for part in one.parts)
        for one in timeline.tries
    ]


def waits(events: list[Event]) -> list[str]:
    timeline = make_timeline(summarize(events))
    assert timeline is not None
    return [f"{wait.began_ms // 1000}-{wait.ended_ms // 1000}: {wait.queued}" for wait in timeline.waits]


def drawn(events: list[Event]) -> TimelineView:
    view = view_timeline(make_timeline(summarize(events)))
    assert view is not None
    return view


def action(events: list[Event]) -> ActionView:
    summary = summarize(events)
    return view_actions(summary, link_pictures(summary, {}, "../.."))[0]


def test_an_attempt_is_split_into_queue_run_download_and_the_rest() -> None:
    events = [began("tone", "a", 1), phased("tone", "a", 11, queue_s=2, run_s=5, download_s=1), finished(12)]
    assert parts([started(plan_of("a")), *events]) == ["a tone 1: queue 1-3, run 3-8, download 8-9, other 9-11"]


def test_phases_that_are_longer_than_the_attempt_are_cut() -> None:
    events = [began("tone", "a", 1), phased("tone", "a", 4, queue_s=2, run_s=50), finished(5)]
    assert parts([started(plan_of("a")), *events]) == ["a tone 1: queue 1-3, run 3-4"]


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (succeeded("tone", "a", 3), "a tone 1: other 1-3"),
        (failed("tone", "a", 3), "a tone 1: failed 1-3"),
        (doubted("tone", "a", 3), "a tone 1: in_doubt 1-3"),
        (skipped("tone", "a", 3), "a tone 1: other 1-1"),
    ],
)
def test_an_attempt_of_which_less_is_known_is_one_part(ending: Event, expected: str) -> None:
    assert parts([started(plan_of("a")), began("tone", "a", 1), ending, finished(4)]) == [expected]


def test_the_pause_before_a_run_goes_on_takes_no_time() -> None:
    plan = plan_of("a", "b")
    events = [started(plan), began("tone", "a", 1), succeeded("tone", "a", 2), finished(3, "interrupted", 130)]
    events += [started(plan, 1003), began("tone", "b", 1004), succeeded("tone", "b", 1006), finished(1007)]
    assert parts(events) == ["a tone 1: other 1-2", "b tone 1: other 4-6"]
    assert "chart-pause" in drawn(events).svg


def test_a_run_that_only_reused_has_no_timeline() -> None:
    assert parts([started(plan_of("a")), reused("tone", "a", 1), reused("fabric", "a", 1), finished(2)]) == []


def test_steps_stand_in_the_order_of_the_recipe() -> None:
    events = [began("fabric", "b", 1), succeeded("fabric", "b", 2), began("tone", "a", 3), succeeded("tone", "a", 4)]
    assert [row.step for row in drawn([started(plan_of("a", "b")), *events]).rows] == ["tone", "fabric"]


def test_the_table_says_what_the_drawing_shows() -> None:
    events = [began("tone", "a", 0), tried("tone", "a", 2), began("tone", "a", 3, attempt=2)]
    events += [phased("tone", "a", 13, queue_s=4, run_s=5, download_s=1), finished(13)]
    view = drawn([started(plan_of("a")), *events])
    row = view.rows[0]
    assert (row.actions, row.attempts, row.retried) == (1, 2, 1)
    assert (row.queue, row.run, row.download, row.other) == ("4.0 s", "5.0 s", "1.0 s", "2.0 s")
    assert view.legend == ("queue", "run", "download", "failed")


def test_it_is_told_where_the_run_waited() -> None:
    events = [began("tone", "a", 0), phased("tone", "a", 10, queue_s=6, run_s=4), began("tone", "b", 10)]
    events += [phased("tone", "b", 12, queue_s=0, run_s=2), finished(20)]
    assert waits([started(plan_of("a", "b")), *events]) == ["0-6: 1", "12-20: 0"]


def test_a_large_batch_is_drawn_with_few_shapes() -> None:
    cells = [f"c{number}" for number in range(500)]
    events = [
        event for cell in cells for event in (began("tone", cell, 1), phased("tone", cell, 9, queue_s=4, run_s=4))
    ]
    view = drawn([started(plan_of(*cells)), *events, finished(10)])
    assert view.svg.count("<rect") < 1000
    assert "at most 500 at a time" in view.svg


def test_hostile_names_stay_text_in_the_drawing() -> None:
    name = '"><script>alert(1)</script>'
    events = [started(plan_of(name)), began("tone", name, 1), succeeded("tone", name, 2), finished(3)]
    view = drawn(events)
    tags = {element.tag for element in ET.fromstring(view.svg).iter()}
    assert tags == {"svg", "line", "text", "rect", "title"}
    assert name in "".join(ET.fromstring(view.svg).itertext())


def test_every_attempt_is_told_with_its_error() -> None:
    events = [started(plan_of("a")), began("tone", "a", 0), tried("tone", "a", 2), began("tone", "a", 3, attempt=2)]
    shown = action([*events, phased("tone", "a", 13, queue_s=4, run_s=5), finished(13)])
    assert [(one.number, one.state, one.word, one.problem, one.hint, one.time) for one in shown.tries] == [
        (1, "failed", "failed, tried again", "busy: come back", "wait", "2.0 s"),
        (2, "succeeded", "succeeded", "", "", "10.0 s"),
    ]
    assert [(phase.label, phase.text) for phase in shown.phases] == [
        ("queue", "4.0 s"), ("run", "5.0 s"), ("other", "1.0 s"),
    ]  # fmt: skip


def test_an_attempt_of_an_earlier_version_that_was_repeated_says_nothing_of_its_end() -> None:
    events = [began("tone", "a", 0), began("tone", "a", 3, attempt=2), succeeded("tone", "a", 5), finished(6)]
    shown = action([started(plan_of("a")), *events])
    assert [(one.state, one.word) for one in shown.tries] == [("running", "no end is told"), ("succeeded", "succeeded")]


def test_a_journal_that_ends_in_an_attempt_says_so() -> None:
    shown = action([started(plan_of("a")), began("tone", "a", 0)])
    assert [(one.state, one.time) for one in shown.tries] == [("running", "")]
