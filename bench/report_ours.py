"""What the benchmarks of the report time: our page, and our thumbnails.

Usage: python -m bench.report_ours page STATE.db PAGE.html | thumbnails ROOT FOLDER
"""

import sys
from pathlib import Path

from bench.report_run import RUN_ID, made_up_change, photos_plan
from runner.app.collector import without_collector
from runner.core.artifact import Size
from runner.core.event import RunFinished, RunStarted
from runner.plan.document import plan_document
from runner.report.html import render_html
from runner.report.pictures import Drawn, link_pictures
from runner.report.shown import find_pictures
from runner.report.summary import summarize
from runner.report.wanted import HeatPicture
from runner.store.store import open_store

PHOTO_SIZE = Size(4000, 3000)


def page(root: Path, target: Path) -> None:
    """Write the page of the run, as if all its thumbnails were there and all its changes measured."""
    with open_store(root) as store, without_collector():
        summary = summarize(store.ledger.events(RUN_ID))
        shown = find_pictures(summary)
        drawn = {one.id: Drawn(".jpg") for one in shown.wanted}
        changes = {one.id: made_up_change(one) for one in shown.wanted if isinstance(one, HeatPicture)}
        pictures = link_pictures(summary, drawn, "../..", shown=shown, changes=changes)
        target.write_text(render_html(summary, pictures), encoding="utf-8")


def thumbnails(root: Path, folder: Path) -> None:
    """Bring the thumbnails of the photos of a project up to date."""
    from runner.app.report_pictures import ProjectSources, write_pictures

    plan = photos_plan(root, sorted((root / "photos").iterdir()), PHOTO_SIZE)
    at = "2026-11-21T07:25:00.000Z"
    started = RunStarted(at=at, run_id=RUN_ID, plan=plan_document(plan, created_at=at), recipe_text="")
    summary = summarize([started, RunFinished(at=at, run_id=RUN_ID, state="succeeded", exit_code=0)])
    with open_store(root) as store:
        write_pictures(summary, ProjectSources(store, root), folder)


if __name__ == "__main__":
    {"page": page, "thumbnails": thumbnails}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
