"""Write the report of a run: page, thumbnails, run.json and junit.xml."""

import os
import tempfile
from pathlib import Path

import orjson

from runner.core.errors import EngineError, ImageError, StoreError
from runner.plan.plan import FileSource, MaskSource, Plan, StepSource
from runner.report.document import run_document
from runner.report.html import render_html
from runner.report.junit import render_junit
from runner.report.pictures import (
    InputPicture,
    MaskPicture,
    PictureId,
    ResultPicture,
    Suffix,
    Wanted,
    link_pictures,
    thumb_name,
    wanted_pictures,
)
from runner.report.summary import RunSummary
from runner.report.thumbs import draw_thumbs
from runner.store.store import Store


def write_report(summary: RunSummary, store: Store, root: Path, folder: Path) -> Path:
    """Write a report into a folder; thumbnails that are there already are not made again.

    Returns:
        The page.

    Raises:
        StoreError: the folder cannot be written.
    """
    try:
        suffixes = _write_thumbs(summary, store, root, folder)
        root_url = Path(os.path.relpath(root.resolve(), folder.resolve())).as_posix()
        page = render_html(summary, link_pictures(summary, suffixes, root_url))
        _write(folder / "run.json", orjson.dumps(run_document(summary), option=orjson.OPT_INDENT_2) + b"\n")
        _write(folder / "junit.xml", render_junit(summary).encode())
        _write(folder / "index.html", page.encode())
    except OSError as error:
        message = f"cannot write the report to '{folder}': {error.strerror}"
        hint = f"the results are kept; write it again: runner report {summary.run_id} -o DIR"
        raise StoreError("report-not-written", message, hint=hint) from error
    return folder / "index.html"


def default_report(root: Path, plan: Plan) -> Path:
    """Where a recipe's report stands."""
    return root / (plan.report_dir or f"reports/{plan.recipe.name}")


def _write_thumbs(summary: RunSummary, store: Store, root: Path, folder: Path) -> dict[PictureId, Suffix]:
    (folder / "thumbs").mkdir(parents=True, exist_ok=True)
    there = {f"thumbs/{path.name}" for path in (folder / "thumbs").iterdir()}
    suffixes: dict[PictureId, Suffix] = {}
    for wanted in wanted_pictures(summary):
        suffix = _suffix_of(wanted.id, there) or _write_thumb(wanted, store, root, folder)
        if suffix is not None:
            suffixes[wanted.id] = suffix
    return suffixes


def _suffix_of(picture: PictureId, there: set[str]) -> Suffix | None:
    """The ending of a thumbnail that is there in both sizes; the large one is written last."""
    endings: tuple[Suffix, ...] = (".jpg", ".png")
    return next((ending for ending in endings if thumb_name(picture, ending, "large") in there), None)


def _write_thumb(wanted: Wanted, store: Store, root: Path, folder: Path) -> Suffix | None:
    """Draw one picture small; None where its file is gone, changed or damaged: the page then says "no picture"."""
    try:
        thumbs = draw_thumbs(wanted, _content(wanted, store, root), _mask_contents(wanted, store, root))
    except (FileNotFoundError, EngineError, ImageError, StoreError):
        return None
    for size in ("small", "large"):
        _write(folder / thumb_name(wanted.id, thumbs.suffix, size), thumbs.content(size))
    return thumbs.suffix


def _content(wanted: Wanted, store: Store, root: Path) -> bytes:
    match wanted:
        case MaskPicture(photo=photo):
            return _content(photo, store, root)
        case InputPicture(path=path):
            return (root / path).read_bytes()
        case ResultPicture(artifact=artifact):
            return store.blobs.read(artifact.digest)


def _mask_contents(wanted: Wanted, store: Store, root: Path) -> dict[str, bytes]:
    """The bytes of a mask's sources; FileNotFoundError where a result is not there any more."""
    sources = wanted.mask.sources if isinstance(wanted, MaskPicture) else ()
    return {source.ref: _source(source, store, root) for source in sources}


def _source(source: MaskSource, store: Store, root: Path) -> bytes:
    match source:
        case FileSource(path=path):
            return (root / path).read_bytes()
        case StepSource(key=key):
            known = store.lookup([key])
            if key not in known:
                raise FileNotFoundError(key)
            return store.blobs.read(known[key].artifact.digest)


def _write(path: Path, content: bytes) -> None:
    """Replace a file as a whole: who opens the report meanwhile sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".report-", delete=False) as file:
        file.write(content)
    temporary = Path(file.name)
    try:
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
