"""What is told at a run's end is the same, whether it is folded from all events or counted on the way."""

from runner.core.event import Event
from runner.report.closing import Course, closing_of
from runner.report.summary import summarize
from tests.report.runs import finished, plan_of, reused, skipped, started, succeeded, unwritten, written


def followed(events: list[Event]) -> Course:
    course = Course()
    for event in events:
        course.add(event)
    return course


def test_a_run_that_changes_nothing_is_counted_as_it_is_folded() -> None:
    plan = plan_of("a", "b")
    events = [
        started(plan),
        *(reused(step, cell, 1) for cell in ("a", "b") for step in ("tone", "fabric")),
        *(written(cell, 2, unchanged=True) for cell in ("a", "b")),
        finished(3),
    ]
    course = followed(events)
    assert not course.has_changed
    assert course.closing(plan) == closing_of(summarize(events))


def test_what_does_more_than_reuse_has_changed_something() -> None:
    plan = plan_of("a")
    for event in (succeeded("tone", "a", 1), written("a", 1), unwritten("a", 1), skipped("tone", "a", 1)):
        assert followed([started(plan), event, finished(2)]).has_changed
    assert followed([started(plan), finished(2, "failed", 1)]).has_changed
