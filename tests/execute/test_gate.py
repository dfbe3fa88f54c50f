"""The gate stops a batch of which too few cells pass."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

import pytest

from runner.core.errors import ExitCode
from runner.core.event import ActionStarted, CheckMeasured, GateClosed, RunFinished
from runner.execute.doors import Policy
from runner.plan.plan import Action, Check, Gate, Plan
from tests.execute.checked import OTHER_FORMAT, check, checked, in_cells, output_of, skipped, written
from tests.execute.plans import Carried, action, after, carry_out, photo
from tests.execute.providers import CountingProvider

ONE_AT_A_TIME = Policy(jobs=1)


@pytest.fixture
def provider() -> CountingProvider:
    return CountingProvider()


def batch(root: Path, cells: int, failing: set[int], gate: Gate, *, broken: AbstractSet[int] = frozenset()) -> Plan:
    """Two steps in each cell; all first steps stand before all second ones, so that plan order is not cell order."""
    given = photo(root, "in/a.png", 1)
    names = [f"cell {number}" for number in range(cells)]
    firsts = [
        in_cells(
            action(f"first {number}", {"image": given}, uses="test/fails" if number in broken else "test/echo"), name
        )
        for number, name in enumerate(names)
    ]
    seconds = [
        in_cells(action(f"second {number}", {"image": after(firsts[number])}), name)
        for number, name in enumerate(names)
    ]
    checks = tuple(
        check(one, name, params=OTHER_FORMAT) if number in failing else check(one, name)
        for number, (one, name) in enumerate(zip(seconds, names, strict=True))
    )
    outputs = tuple(output_of(one, name) for one, name in zip(seconds, names, strict=True))
    return checked(root, *firsts, *seconds, checks=checks, outputs=outputs, gate=gate)


def closed(carried: Carried) -> list[tuple[str, int, int, str]]:
    return [(event.phase, event.passed, event.measured, event.min_pass_rate) for event in carried.of(GateClosed)]


def test_the_canary_runs_to_its_end_before_anything_else(tmp_path: Path, provider: CountingProvider) -> None:
    carried = carry_out(batch(tmp_path, 4, set(), Gate(canary=2, min_pass_rate="0.9")), provider)
    assert carried.code == ExitCode.DONE
    assert {*provider.steps[:4]} == {"first 0", "second 0", "first 1", "second 1"}
    measured = [event.cell for event in carried.of(CheckMeasured)]
    assert {*measured[:2]} == {"cell 0", "cell 1"}


def test_a_canary_of_which_too_few_pass_closes_the_gate(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = batch(tmp_path, 5, {0}, Gate(canary=2, min_pass_rate="0.95"))
    carried = carry_out(wanted, provider)
    assert carried.code == ExitCode.CHECKS_FAILED
    assert closed(carried) == [("canary", 1, 2, "0.95")]
    assert len(provider.steps) == 4
    assert set(skipped(carried, wanted).values()) == {"the gate closed: 1 of 2 cells passed, at least 95% must"}
    assert len(skipped(carried, wanted)) == 6
    assert carried.of(RunFinished)[0].state == "failed"


def test_a_cell_that_passed_is_written_though_the_gate_closed(tmp_path: Path, provider: CountingProvider) -> None:
    carried = carry_out(batch(tmp_path, 5, {0}, Gate(canary=2, min_pass_rate="0.95")), provider)
    assert written(carried) == ["out/cell 1.png"]


def test_a_batch_of_which_too_few_pass_closes_the_gate_later(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = batch(tmp_path, 8, {3, 4}, Gate(canary=2, min_pass_rate="0.7"))
    carried = carry_out(wanted, provider, policy=ONE_AT_A_TIME)
    assert carried.code == ExitCode.CHECKS_FAILED
    assert closed(carried) == [("batch", 3, 5, "0.7")]


def test_a_rate_that_is_just_held_keeps_the_gate_open(tmp_path: Path, provider: CountingProvider) -> None:
    carried = carry_out(batch(tmp_path, 10, {0}, Gate(canary=10, min_pass_rate="0.9")), provider)
    assert closed(carried) == []
    assert carried.code == ExitCode.CHECKS_FAILED
    assert len(written(carried)) == 9


def test_a_failed_action_fails_its_cell_for_the_gate(tmp_path: Path, provider: CountingProvider) -> None:
    carried = carry_out(batch(tmp_path, 4, set(), Gate(canary=1, min_pass_rate="0.5"), broken={0}), provider)
    assert closed(carried) == [("canary", 0, 1, "0.5")]
    assert carried.code == ExitCode.FAILED
    assert provider.steps == ["first 0"]


def test_a_canary_larger_than_the_batch_is_the_whole_batch(tmp_path: Path, provider: CountingProvider) -> None:
    carried = carry_out(batch(tmp_path, 3, {2}, Gate(canary=50, min_pass_rate="0.9")), provider)
    assert closed(carried) == [("canary", 2, 3, "0.9")]
    assert len(provider.steps) == 6


def test_reused_cells_count_for_the_gate(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = batch(tmp_path, 4, {0}, Gate(canary=2, min_pass_rate="0.95"))
    carry_out(wanted, provider)
    again = carry_out(wanted, provider)
    assert closed(again) == [("canary", 1, 2, "0.95")]
    assert again.of(ActionStarted) == []
    assert len(provider.steps) == 4


def test_a_canary_takes_along_what_it_shares(tmp_path: Path, provider: CountingProvider) -> None:
    first = in_cells(action("first", {"image": photo(tmp_path, "in/a.png", 1)}), "a", "b", "c")
    seconds = [in_cells(action(f"second {cell}", {"image": after(first)}), cell) for cell in "abc"]
    checks: tuple[Check, ...] = (check(first, "b", params=OTHER_FORMAT),)
    actions: tuple[Action, ...] = (first, *seconds)
    wanted = checked(tmp_path, *actions, checks=checks, gate=Gate(canary=1, min_pass_rate="0.9"))
    carried = carry_out(wanted, provider, policy=ONE_AT_A_TIME)
    assert provider.steps[:2] == ["first", "second a"]
    assert closed(carried) == [("batch", 1, 2, "0.9")]


def test_a_blocked_canary_closes_the_gate_before_anything_starts(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = batch(tmp_path, 3, set(), Gate(canary=1, min_pass_rate="0.9"))
    first, *others = wanted.actions
    blocked = replace(wanted, actions=(replace(first, decision="blocked", reason="mask 'floor' is empty"), *others))
    carried = carry_out(blocked, provider)
    assert closed(carried) == [("canary", 0, 1, "0.9")]
    assert provider.steps == []
