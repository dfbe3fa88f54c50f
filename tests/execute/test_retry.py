"""What may succeed when tried again is tried again, so often and not longer than the step says."""

import asyncio
from dataclasses import replace
from pathlib import Path

from runner.core.errors import ExitCode
from runner.core.event import ActionFailed, ActionStarted, ActionSucceeded, AttemptFailed, RunFinished
from runner.execute.doors import Policy
from runner.execute.stop import StopSignal
from runner.plan.plan import Action, Plan
from tests.execute.plans import Carried, action, carry_out, carry_out_async, photo, plan
from tests.execute.providers import CountingProvider, FlakyProvider, SlowAtFirstProvider

QUICK = Policy(jobs=1, first_pause_s=0.002)


def edit(root: Path, *, attempts: int = 1, timeout_s: str | None = None) -> Action:
    one = action("edit", {"image": photo(root, "in/a.png", 1)})
    return replace(one, attempts=attempts, timeout_s=timeout_s)


def numbers(carried: Carried) -> list[int]:
    return [event.attempt for event in carried.of(ActionStarted)]


def test_a_failure_that_may_pass_is_tried_again(tmp_path: Path) -> None:
    carried = carry_out(plan(tmp_path, edit(tmp_path, attempts=3)), FlakyProvider(2), policy=QUICK)
    assert carried.code == ExitCode.DONE
    assert numbers(carried) == [1, 2, 3]
    assert carried.of(ActionSucceeded)[0].attempts == 3


def test_each_attempt_that_is_followed_by_another_tells_why_it_failed(tmp_path: Path) -> None:
    carried = carry_out(plan(tmp_path, edit(tmp_path, attempts=3)), FlakyProvider(9), policy=QUICK)
    assert [(event.attempt, event.code) for event in carried.of(AttemptFailed)] == [(1, "busy"), (2, "busy")]
    assert [type(event).__name__ for event in carried.events][1:5] == ["ActionStarted", "AttemptFailed"] * 2


def test_the_last_attempt_decides(tmp_path: Path) -> None:
    carried = carry_out(plan(tmp_path, edit(tmp_path, attempts=2)), FlakyProvider(2), policy=QUICK)
    assert carried.code == ExitCode.FAILED
    assert [(event.code, event.attempts) for event in carried.of(ActionFailed)] == [("busy", 2)]


def test_a_failure_that_stays_is_not_tried_again(tmp_path: Path) -> None:
    provider = FlakyProvider(1, retryable=False)
    carried = carry_out(plan(tmp_path, edit(tmp_path, attempts=5)), provider, policy=QUICK)
    assert numbers(carried) == [1]
    assert carried.of(ActionFailed)[0].attempts == 1


def test_attempts_go_on_counting_when_a_run_goes_on(tmp_path: Path) -> None:
    wanted = plan(tmp_path, edit(tmp_path, attempts=2))
    carry_out(wanted, FlakyProvider(2), policy=QUICK)
    assert numbers(carry_out(wanted, FlakyProvider(0), policy=QUICK)) == [3]


def test_pauses_grow(tmp_path: Path) -> None:
    async def duration(attempts: int) -> float:
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        wanted = plan(tmp_path, edit(tmp_path, attempts=attempts))
        await carry_out_async(wanted, FlakyProvider(attempts), policy=Policy(jobs=1, first_pause_s=0.1))
        return loop.time() - started_s

    assert asyncio.run(duration(4)) >= 0.05 + 0.1 + 0.2


def test_a_job_that_takes_too_long_fails_and_may_be_tried_again(tmp_path: Path) -> None:
    carried = carry_out(plan(tmp_path, edit(tmp_path, timeout_s="0.05")), SlowAtFirstProvider(), policy=QUICK)
    failed = carried.of(ActionFailed)[0]
    assert (failed.code, failed.retryable) == ("timeout", True)
    assert failed.message == "in/a.png: 'edit' took longer than 0.05 s"


def test_a_job_that_took_too_long_is_collected_again_and_not_submitted_again(tmp_path: Path) -> None:
    provider = SlowAtFirstProvider()
    carried = carry_out(plan(tmp_path, edit(tmp_path, attempts=2, timeout_s="0.2")), provider, policy=QUICK)
    assert carried.code == ExitCode.DONE
    assert provider.steps == ["edit"]
    assert len(provider.collected) == 2
    assert len(set(provider.collected)) == 1


async def interrupted_in_the_pause(wanted: Plan) -> Carried:
    stop, provider = StopSignal(), FlakyProvider(9)
    running = asyncio.create_task(
        carry_out_async(wanted, provider, policy=Policy(jobs=1, first_pause_s=3600), stop=stop)
    )
    await provider.failed.wait()
    await asyncio.sleep(0.02)
    stop.interrupt()
    return await running


def test_an_interrupt_ends_the_pause_and_the_run_can_be_gone_on_with(tmp_path: Path) -> None:
    wanted = plan(tmp_path, edit(tmp_path, attempts=9))
    carried = asyncio.run(interrupted_in_the_pause(wanted))
    assert carried.code == ExitCode.INTERRUPTED
    assert carried.of(RunFinished)[0].state == "interrupted"
    assert carried.of(ActionFailed) == []
    assert carry_out(wanted, CountingProvider()).code == ExitCode.DONE
