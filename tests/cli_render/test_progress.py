"""What a run's listener writes while the run goes on."""

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TextIO, TypeAlias

import click
import pytest

from runner.cli.render.progress import Listener, animated_progress, may_animate, plain_progress, silent_progress
from runner.cli.render.tally import Tally
from runner.core.event import Event, GateClosed, RunFinished
from runner.plan.plan import Plan
from tests.cli_render.journal import at, doubted, events, measured, portraits, succeeded
from tests.cli_render.plans import action, plan_of

Progress: TypeAlias = AbstractContextManager[Listener]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def plain_lines() -> list[str]:
    stream = io.StringIO()
    with plain_progress(portraits(), stream) as listen:
        for event in events():
            listen(event)
    return stream.getvalue().splitlines()


def animated_text() -> str:
    stream = Terminal()
    with animated_progress(portraits(), stream) as listen:
        for event in events():
            listen(event)
    return stream.getvalue()


def test_every_action_that_ended_has_a_line_and_the_run_its_totals() -> None:
    assert plain_lines() == [
        " 2/10 d00 web succeeded 80 ms",
        " 2/10 d02 eyes attempt 2",
        " 3/10 d01 eyes succeeded 1.2 s $0.29",
        " 4/10 d02 eyes failed: photos/d02.jpg: no visible iris (choose a photo with open eyes)",
        " 5/10 d02 web skipped: step 'eyes' failed",
        " 6/10 d03 eyes failed: photos/d03.jpg: no visible iris (choose a photo with open eyes)",
        " 7/10 d03 web skipped: step 'eyes' failed",
        " 8/10 d04 eyes succeeded 900 ms $0.29",
        " 9/10 d01 web succeeded 70 ms",
        "10/10 d04 web succeeded 70 ms",
        "output out/d04.jpg failed: the disk is full",
        "10 of 10 actions: 5 succeeded, 1 reused, 2 failed, 2 skipped · 12.3 s · $0.58 charged",
    ]


def test_plain_lines_hold_no_terminal_codes() -> None:
    assert "\x1b" not in "".join(plain_lines())


def test_skipped_actions_of_one_reason_are_not_all_listed() -> None:
    from runner.core.event import ActionSkipped

    actions = [action("eyes", [f"d{number}"]) for number in range(9)]
    stream = io.StringIO()
    with plain_progress(plan_of(actions), stream) as listen:
        for skipped in actions:
            listen(ActionSkipped(at=at(1), key=skipped.key, reason="the budget is reached"))
    assert len(stream.getvalue().splitlines()) == 3


def test_an_action_that_cells_share_is_named_by_their_number() -> None:
    stream = io.StringIO()
    with plain_progress(plan_of([action("web", ["d00", "d01"])]), stream) as listen:
        listen(replace(succeeded("web", "d00", 1, 50), key=action("web", ["d00", "d01"]).key))
    assert stream.getvalue() == "1/1 2 cells web succeeded 50 ms\n"


@pytest.mark.parametrize("progress", [plain_progress, animated_progress])
def test_what_was_noticed_about_a_picture_is_told(progress: Callable[[Plan, TextIO], Progress]) -> None:
    stream = Terminal()
    with progress(plan_of([action("web", ["d00"])]), stream) as listen:
        noted = replace(succeeded("web", "d00", 1, 50), notes=("first of 3 pictures in the file",))
        listen(replace(noted, key=action("web", ["d00"]).key))
    assert "1/1 d00 web succeeded 50 ms\n    note: first of 3 pictures in the file" in click.unstyle(stream.getvalue())


def check_lines(*events: Event) -> list[str]:
    stream = io.StringIO()
    with plain_progress(plan_of([action("eyes", ["d00"])]), stream) as listen:
        for event in events:
            listen(event)
    return stream.getvalue().splitlines()


def test_a_check_that_did_not_pass_has_a_line_and_the_totals_count_the_latest_draw() -> None:
    redrawn = replace(measured("0.012", passed=True), draw=1)
    end = RunFinished(at=at(3), run_id="r", state="succeeded", exit_code=0)
    assert check_lines(measured("0.0412"), replace(measured("21"), type="ssim", severity="warn"), redrawn, end) == [
        "0/1 d00 eyes check outside_mask_unchanged failed: 4.12%, demanded at most 3%",
        "0/1 d00 eyes check ssim warns: 21, demanded at most 3%",
        "0 of 1 action: nothing to do · checks: 1 warns, 1 passed · $0.00 charged",
    ]


def test_money_is_told_while_it_is_spent() -> None:
    tally = Tally(portraits())
    tellings = []
    for event in [*events()[:4], doubted("d02", 1.3), succeeded("eyes", "d01", 1.4, 1200)]:
        tally.add(event)
        tellings.append(tally.money)
    assert tellings == [
        "$0.00 of $1.16",
        "$0.00 of $1.16",
        "$0.00 + $0.29 set aside of $1.16",
        "$0.00 + $0.58 set aside of $1.16",
        "$0.00 + $0.58 set aside of $1.16",
        "$0.29 + $0.29 set aside of $1.16",
    ]
    assert str(tally.add(events()[-1])).endswith("$0.29 charged · $0.29 set aside")


def test_where_nothing_costs_anything_no_money_is_told() -> None:
    assert Tally(plan_of([action("web", ["d00"], price="0", provider="local")])).money == ""


def test_a_closed_gate_is_told() -> None:
    gate = GateClosed(at=at(1), phase="batch", passed=50, measured=60, min_pass_rate="0.95")
    assert check_lines(gate) == ["the gate closed: 50 of 60 passed, 95% demanded"]


def test_a_bar_counts_to_the_end() -> None:
    assert "10/10" in click.unstyle(animated_text())


def test_a_bar_leaves_failures_and_totals_on_the_screen() -> None:
    lines = [line.strip() for line in re.split(r"[\r\n]+", click.unstyle(animated_text()))]
    assert " 4/10 d02 eyes failed: photos/d02.jpg: no visible iris (choose a photo with open eyes)".strip() in lines
    assert lines[-1].endswith("$0.58 charged") or any(line.endswith("$0.58 charged") for line in lines)


def test_a_bar_does_not_list_successes() -> None:
    assert "d01 web succeeded" not in animated_text()


def test_names_are_no_markup_for_the_bar() -> None:
    from runner.core.event import ActionStarted

    hostile = action("eyes", ["[red]d00[/nonsense]"])
    stream = Terminal()
    with animated_progress(plan_of([hostile]), stream) as listen:
        listen(ActionStarted(at=at(0), key=hostile.key, attempt=2))
        listen(replace(succeeded("eyes", "d00", 1, 50), key=hostile.key))
    assert "[red]d00[/nonsense] eyes attempt 2" in click.unstyle(stream.getvalue())


def test_silence_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with silent_progress() as listen:
        for event in events():
            listen(event)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("stream", "environment", "animates"),
    [
        (Terminal(), {}, True),
        (io.StringIO(), {}, False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, False),
        (Terminal(), {"CI": "true"}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
    ],
)
def test_only_a_terminal_outside_ci_is_animated(
    stream: io.StringIO, environment: dict[str, str], animates: bool
) -> None:
    assert may_animate(stream, environment) is animates
