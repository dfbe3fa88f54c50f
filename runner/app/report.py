"""Write the report of a run: page, thumbnails, run.json and junit.xml."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from runner.app.replace_file import replace_file
from runner.app.report_pictures import ProjectSources, draw_in_memory, write_full, write_pictures
from runner.core.errors import StoreError, UsageError
from runner.report.document import run_document
from runner.report.html import render_html
from runner.report.junit import render_junit
from runner.report.pictures import inline_pictures, link_pictures
from runner.report.summary import RunSummary
from runner.store.store import Store

MOST_CELLS_ALONE = 60
"""In a single file: with its pictures inside, a page of more is slow to open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportManner:
    """How a report is written.

    Attributes:
        is_full: Whether the pictures in full size are put beside it.
        is_alone: Whether all is put into the page, and nothing beside it.
        templates: Other people's templates, by file name.
    """

    is_full: bool = False
    is_alone: bool = False
    templates: Mapping[str, str] = field(default_factory=dict)


AS_USUAL = ReportManner()


def write_report(summary: RunSummary, store: Store, root: Path, folder: Path, manner: ReportManner = AS_USUAL) -> Path:
    """Write a report into a folder; thumbnails that are there already are not made again.

    Returns:
        The page.

    Raises:
        StoreError: the folder cannot be written.
        UsageError: the templates make no page, or there are too many cells for a single file.
    """
    if manner.is_alone and len(summary.cells) > MOST_CELLS_ALONE:
        message = f"a single file holds at most {MOST_CELLS_ALONE} cells, this run has {len(summary.cells)}"
        raise UsageError("too-many-cells", message, hint="leave out --single-file: the folder can be sent as a whole")
    sources = ProjectSources(store, root)
    try:
        page = _alone(summary, sources, manner) if manner.is_alone else _beside(summary, sources, folder, manner)
        replace_file(folder / "index.html", page.encode())
    except OSError as error:
        message = f"cannot write the report to '{folder}': {error.strerror}"
        hint = f"the results are kept; write it again: runner report {summary.run_id} -o DIR"
        raise StoreError("report-not-written", message, hint=hint) from error
    return folder / "index.html"


def _beside(summary: RunSummary, sources: ProjectSources, folder: Path, manner: ReportManner) -> str:
    """Make the page, and write what stands beside it."""
    gallery = write_pictures(summary, sources, folder)
    full = write_full(gallery, sources, folder) if manner.is_full else {}
    root_url = Path(os.path.relpath(sources.root.resolve(), folder.resolve())).as_posix()
    pictures = link_pictures(summary, gallery.drawn, root_url, shown=gallery.shown, changes=gallery.changes, full=full)
    page = render_html(summary, pictures, manner.templates)
    replace_file(folder / "run.json", orjson.dumps(run_document(summary), option=orjson.OPT_INDENT_2) + b"\n")
    replace_file(folder / "junit.xml", render_junit(summary).encode())
    return page


def _alone(summary: RunSummary, sources: ProjectSources, manner: ReportManner) -> str:
    """Make a page that holds its pictures."""
    gallery, contents = draw_in_memory(summary, sources)
    linked = link_pictures(summary, gallery.drawn, ".", shown=gallery.shown, changes=gallery.changes)
    return render_html(summary, inline_pictures(linked, contents), manner.templates, is_alone=True)
