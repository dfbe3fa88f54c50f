"""The local tools, in worker processes, from plan to output."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest
from PIL import Image

from runner.core.errors import ExitCode
from runner.core.event import ActionFailed, ActionSucceeded, Event
from runner.execute.doors import Doors, Policy, Run
from runner.execute.execute import execute
from runner.execute.stop import StopSignal
from runner.plan.document import plan_document
from runner.plan.plan import Plan
from runner.providers.local import LocalProvider
from runner.providers.pool import WorkerPool
from runner.store.store import open_store
from tests.execute.plans import RUN_ID, Carried, action, after, output, part_mask, photo, plan
from tests.providers import calls

P = ParamSpec("P")
T = TypeVar("T")

pytestmark = pytest.mark.slow


class DyingPool(WorkerPool):
    """Its first worker is killed in the middle of its first call."""

    died = False

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if not self.died:
            self.died = True
            await super().run(calls.die)
        return await super().run(function, *args, **kwargs)


class HangingPool(WorkerPool):
    """Its first worker hangs in its first call."""

    hung = False

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if not self.hung:
            self.hung = True
            await super().run(time.sleep, 3600)
        return await super().run(function, *args, **kwargs)


def carry_out_here(wanted: Plan, pool: WorkerPool) -> Carried:
    events: list[Event] = []
    run = Run(run_id=RUN_ID, document=plan_document(wanted, created_at="2026-11-21T00:00:00Z"), recipe_text="")
    with open_store(Path(wanted.root)) as store, pool:
        doors = Doors(store=store, pool=pool, providers={"local": LocalProvider(pool)}, emit=events.append)
        code = asyncio.run(execute(wanted, run=run, doors=doors, policy=Policy(jobs=2), stop=StopSignal()))
    return Carried(code=code, events=events)


def half_as_jpeg(root: Path) -> Plan:
    """Halve a picture, and store it as JPEG."""
    resize = action("half", {"image": photo(root, "in/a.png", 1), "width": 24}, uses="image/resize", provider="local")
    convert = action(
        "web", {"image": after(resize), "format": "jpeg", "quality": 80}, uses="image/convert", provider="local"
    )
    written = replace(output(convert, "out/a.jpg"), media_type="image/jpeg", mark=True)
    return plan(root, resize, convert, outputs=(written,))


def test_a_chain_of_tools_ends_in_an_output(tmp_path: Path) -> None:
    carried = carry_out_here(half_as_jpeg(tmp_path), WorkerPool(1))
    assert carried.code == ExitCode.DONE
    assert [event.artifact.media_type for event in carried.of(ActionSucceeded)] == ["image/png", "image/jpeg"]
    with Image.open(tmp_path / "out/a.jpg") as picture:
        assert (picture.format, picture.size) == ("JPEG", (24, 16))


def test_a_result_tells_how_long_it_waited_and_how_long_it_was_worked_on(tmp_path: Path) -> None:
    carried = carry_out_here(half_as_jpeg(tmp_path), WorkerPool(1))
    for made in carried.of(ActionSucceeded):
        assert made.phases is not None
        assert made.phases.download_ms == 0
        assert made.phases.queue_ms + made.phases.run_ms <= made.duration_ms


def test_a_mask_becomes_a_picture(tmp_path: Path) -> None:
    show = action("show", {"mask": part_mask("50%")}, uses="image/mask", provider="local")
    wanted = plan(tmp_path, show, outputs=(output(show, "out/mask.png"),))
    assert carry_out_here(wanted, WorkerPool(1)).code == ExitCode.DONE
    with Image.open(tmp_path / "out/mask.png") as picture:
        assert picture.convert("L").getextrema() == (0, 255)


def test_a_worker_that_dies_fails_one_action_and_resuming_mends_it(tmp_path: Path) -> None:
    first = carry_out_here(half_as_jpeg(tmp_path), DyingPool(1))
    failed = first.of(ActionFailed)
    assert [(event.code, event.retryable) for event in failed] == [("worker-died", True)]
    assert first.code == ExitCode.FAILED
    assert carry_out_here(half_as_jpeg(tmp_path), WorkerPool(1)).code == ExitCode.DONE


def test_a_worker_that_takes_too_long_is_killed_and_the_work_done_again(tmp_path: Path) -> None:
    """The first worker hangs; the next one answers within the same time."""
    given = photo(tmp_path, "in/a.png", 1)
    half = action("half", {"image": given, "width": 24}, uses="image/resize", provider="local")
    wanted = plan(tmp_path, replace(half, attempts=2, timeout_s="4"))
    carried = carry_out_here(wanted, HangingPool(1))
    assert carried.code == ExitCode.DONE
    assert carried.of(ActionSucceeded)[0].attempts == 2
