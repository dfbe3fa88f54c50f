"""Pictures of a report that are drawn while the run goes on."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from runner.app.draw_ahead import drawing_ahead
from runner.app.report_pictures import CHANGES, ProjectSources, write_pictures
from runner.core.event import Event
from runner.execute.doors import Doors, Policy, Run
from runner.execute.execute import execute
from runner.execute.stop import StopSignal
from runner.plan.document import plan_document
from runner.plan.plan import Plan
from runner.providers.local import LocalProvider
from runner.providers.pool import WorkerPool
from runner.providers.shelf import KEPT_BYTES
from runner.report.summary import summarize
from runner.store.store import open_store
from tests.execute.plans import RUN_ID, action, after, output, photo, plan

pytestmark = pytest.mark.slow


def two_conversions(root: Path) -> Plan:
    """Convert a PNG to a TIFF and that to a JPEG, both of its size."""
    tiff = action(
        "tiff", {"image": photo(root, "in/a.png", 1), "format": "tiff"}, uses="image/convert", provider="local"
    )
    jpeg = action(
        "web", {"image": after(tiff), "format": "jpeg", "quality": 80}, uses="image/convert", provider="local"
    )
    return plan(root, tiff, jpeg, outputs=(replace(output(jpeg, "out/a.jpg"), media_type="image/jpeg"),))


def carry_out_and_draw(wanted: Plan, folder: Path) -> list[Event]:
    """Carry a plan out and draw ahead into a folder."""
    events: list[Event] = []
    run = Run(run_id=RUN_ID, document=plan_document(wanted, created_at="2026-11-21T00:00:00Z"), recipe_text="")

    async def carry_out() -> None:
        async with drawing_ahead(wanted, pool, store.blobs, folder) as ahead:
            doors = Doors(
                store=store, pool=pool, providers={"local": LocalProvider(pool)}, emit=ahead.after(events.append)
            )
            await execute(wanted, run=run, doors=doors, policy=Policy(jobs=2), stop=StopSignal())

    with open_store(Path(wanted.root)) as store, WorkerPool(1, KEPT_BYTES) as pool:
        asyncio.run(carry_out())
    return events


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_pictures_drawn_ahead_are_those_of_the_report(tmp_path: Path) -> None:
    wanted, ahead, late = two_conversions(tmp_path), tmp_path / "ahead", tmp_path / "late"
    summary = summarize(carry_out_and_draw(wanted, ahead))
    drawn = contents(ahead)
    assert len([name for name in drawn if name.endswith((".jpg", ".png"))]) == 8
    with open_store(tmp_path) as store:
        write_pictures(summary, ProjectSources(store, tmp_path), late)
        write_pictures(summary, ProjectSources(store, tmp_path), ahead)
    assert contents(ahead) == contents(late)
    assert drawn.items() - {(Path(CHANGES).name, drawn[Path(CHANGES).name])} <= contents(late).items()


def test_a_folder_that_cannot_be_written_fails_no_run(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    events = carry_out_and_draw(two_conversions(tmp_path), tmp_path / "taken" / "report")
    assert summarize(events).state == "succeeded"
