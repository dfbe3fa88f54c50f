"""A run as a comment for a pull request."""

import re
from dataclasses import replace

from runner.cli.render.markdown_text import MOST_CHARACTERS
from runner.cli.render.run_markdown import run_markdown
from runner.core.event import ActionFailed, Event
from runner.report.since import Since, since
from runner.report.summary import summarize
from tests.report.runs import (
    at,
    checked_journal,
    doubted,
    failed,
    finished,
    full_journal,
    key,
    made,
    plan_of,
    started,
    succeeded,
    written,
)


def comment(events: list[Event], earlier: Since | None = None) -> str:
    return run_markdown(summarize(events), earlier)


def test_totals_and_steps_are_told() -> None:
    text = comment(full_journal())
    for line in [
        "### autumn: failed",
        "3 cells: 2 failed, 1 done · list $0.30, from the cache $0.00, quoted $0.30, **charged $0.15** · 7.0 s",
        "| `tone` | 1 done, 1 failed, 1 reused | $0.15 | $0.00 | $0.15 | $0.00 | $0.10 |",
        "- **failed** step tone (`b`): runner mask shows what the engine sees",
        "| b | failed | tone: photos/b.jpg: no visible iris | $0.05 |",
    ]:
        assert line in text


def test_what_is_in_doubt_is_set_aside_and_stands_first() -> None:
    text = comment(
        [started(plan_of("a", "b")), failed("tone", "a", 1), doubted("tone", "b", 2), finished(3, "failed", 5)]
    )
    assert "set aside $0.05" in text
    assert text.index("| b | in doubt |") < text.index("| a | failed |")


def test_a_failed_check_is_told_with_its_figures() -> None:
    assert "| c | in quarantine | 3.1%, demanded at most 3% (outside\\_mask\\_unchanged) |" in comment(
        checked_journal()
    )


def test_what_is_otherwise_than_in_the_run_before_is_told() -> None:
    before = [started(plan_of("a", "b", "c")), *made("a", 1), written("a", 1), failed("tone", "b", 2), *made("c", 3)]
    now = [started(plan_of("a", "b", "d")), failed("tone", "a", 1), *made("b", 2), *made("d", 3), finished(9)]
    text = comment(now, since(summarize(before), summarize(now)))
    for line in ["- not done any more: 1: `a`", "- done now: 1: `b`", "- new: 1: `d`", "- not in this run: 1: `c`"]:
        assert line in text
    assert "($0.20 were charged then, $0.20 now)" in text


def test_another_result_is_told() -> None:
    before = [started(plan_of("a")), *made("a", 1)]
    now = [started(plan_of("a")), succeeded("tone", "a", 1), succeeded("fabric", "a", 2, rows=479)]
    assert since(summarize(before), summarize(now)).changed == ()
    other = replace(now[2], artifact=now[1].artifact)  # type: ignore[arg-type,union-attr] # a succeeded action
    assert since(summarize(before), summarize([now[0], now[1], other])).changed == ("a",)


def test_a_run_as_before_says_so() -> None:
    events = [started(plan_of("a")), *made("a", 1)]
    assert "- every cell as before" in comment(events, since(summarize(events), summarize(events)))


def test_a_comment_has_room_whatever_the_size_of_the_batch() -> None:
    cells = [f"{'|`@<&' * 40}{number}" for number in range(300)]
    failures: list[Event] = [
        ActionFailed(
            at=at(1), key=key("tone", cell), code=f"code-{number}", message="<&|" * 4000, hint="&" * 4000,
            retryable=False, duration_ms=1, attempts=1,
        )
        for number, cell in enumerate(cells)
    ]  # fmt: skip
    events = [started(plan_of(*cells)), *failures, finished(2, "failed", 1)]
    earlier = since(summarize([started(plan_of(*[f"{cell}x" for cell in cells]))]), summarize(events))
    assert len(comment(events, earlier)) < MOST_CHARACTERS


def test_hostile_names_stay_text_in_the_comment() -> None:
    name = "<img src=x onerror=alert(1)>\n| @team ![x](http://evil) `"
    text = comment([started(plan_of(name)), failed("tone", name, 1), finished(2, "failed", 1)])
    outside_code = re.sub(r"`[^`\n]*`", "", text)
    for live in ("<img", "![x]", "@team", "`"):
        assert live not in outside_code
    assert "@\N{WORD JOINER}team" in outside_code
