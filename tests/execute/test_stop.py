"""Ctrl-C stops gently, a second one at once; either way the run can be gone on with."""

import asyncio
from pathlib import Path

import pytest

from runner.core.errors import ExitCode
from runner.core.event import ActionSkipped, ActionStarted, ActionSucceeded, RunFinished
from runner.execute.doors import Policy
from runner.execute.stop import StopSignal
from runner.plan.plan import Plan
from runner.store.store import open_store
from tests.execute.plans import RUN_ID, Carried, action, carry_out, carry_out_async, output, photo, plan
from tests.execute.providers import CountingProvider, HeldProvider


def three(root: Path) -> Plan:
    """Three actions that do not depend on each other."""
    given = photo(root, "in/a.png", 1)
    actions = [action(f"step {number}", {"image": given}) for number in range(3)]
    return plan(root, *actions, outputs=tuple(output(one, f"out/{one.step}.png") for one in actions))


async def interrupt(wanted: Plan, times: int) -> tuple[Carried, HeldProvider]:
    """Interrupt while the first action is in flight."""
    provider, stop = HeldProvider(), StopSignal()
    running = asyncio.create_task(carry_out_async(wanted, provider, policy=Policy(jobs=1), stop=stop))
    await provider.reached.wait()
    for _ in range(times):
        stop.interrupt()
    if times == 1:
        await asyncio.sleep(0.05)
        provider.release.set()
    return await running, provider


def test_the_first_interrupt_lets_what_runs_end_and_starts_nothing_more(tmp_path: Path) -> None:
    carried, provider = asyncio.run(interrupt(three(tmp_path), 1))
    assert carried.code == ExitCode.INTERRUPTED
    assert provider.steps == ["step 0"]
    assert len(carried.of(ActionSucceeded)) == 1
    assert (tmp_path / "out/step 0.png").is_file()
    assert {event.reason for event in carried.of(ActionSkipped)} == {"the run was interrupted"}
    assert (carried.of(RunFinished)[0].state, carried.of(RunFinished)[0].exit_code) == ("interrupted", 130)


def test_the_second_interrupt_leaves_at_once(tmp_path: Path) -> None:
    carried, _ = asyncio.run(interrupt(three(tmp_path), 2))
    assert carried.code == ExitCode.INTERRUPTED
    assert len(carried.of(ActionStarted)) == 1
    assert carried.of(ActionSucceeded) == []
    assert len(carried.of(ActionSkipped)) == 3


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupted_run_can_be_gone_on_with_and_buys_nothing_twice(tmp_path: Path, times: int) -> None:
    asyncio.run(interrupt(three(tmp_path), times))
    provider = CountingProvider()
    carried = carry_out(three(tmp_path), provider, policy=Policy(jobs=1))
    assert carried.code == ExitCode.DONE
    assert provider.steps == ["step 1", "step 2"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["step 0.png", "step 1.png", "step 2.png"]


def test_an_interrupt_before_the_start_starts_nothing(tmp_path: Path) -> None:
    async def interrupted_before() -> Carried:
        stop = StopSignal()
        stop.interrupt()
        return await carry_out_async(three(tmp_path), CountingProvider(), stop=stop)

    carried = asyncio.run(interrupted_before())
    assert carried.code == ExitCode.INTERRUPTED
    assert carried.of(ActionStarted) == []


def test_an_interrupt_after_the_last_action_is_none(tmp_path: Path) -> None:
    provider = CountingProvider()
    carry_out(three(tmp_path), provider)

    async def interrupted_late() -> Carried:
        held, stop = HeldProvider(), StopSignal()
        wanted = plan(tmp_path, action("last", {"image": photo(tmp_path, "in/b.png", 2)}))
        running = asyncio.create_task(carry_out_async(wanted, held, stop=stop, run_id="20261121T000000-000002"))
        await held.reached.wait()
        stop.interrupt()
        held.release.set()
        return await running

    assert asyncio.run(interrupted_late()).code == ExitCode.DONE


def test_a_run_that_ended_holds_no_leases(tmp_path: Path) -> None:
    asyncio.run(interrupt(three(tmp_path), 2))
    with open_store(tmp_path) as store:
        assert store.state.read("SELECT name FROM leases") == []
        row = store.ledger.run(RUN_ID)
    assert row is not None
    assert row.state == "interrupted"
