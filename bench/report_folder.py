"""The folder of a report as an earlier run of it left it: every thumbnail is there, every change is measured."""

from pathlib import Path

import orjson
from PIL import Image

from bench.report_run import RUN_ID, made_up_change
from runner.report.pictures import Drawn, file_names
from runner.report.shown import find_pictures
from runner.report.summary import summarize
from runner.report.wanted import HeatPicture, MaskPicture
from runner.store.store import open_store

_LINKS = 10_000
"""Names that one file is given: file systems allow some ten thousand."""


def fill_folder(root: Path, folder: Path) -> None:
    """Put a small picture under the name of every thumbnail of the run of a project."""
    with open_store(root) as store:
        shown = find_pictures(summarize(store.ledger.events(RUN_ID)))
    (folder / "thumbs").mkdir(parents=True)
    names: list[str] = []
    for one in shown.wanted:
        is_drawing = isinstance(one, HeatPicture) or (isinstance(one, MaskPicture) and one.drawn == "outline")
        names += file_names(one.id, Drawn(".png", "large") if is_drawing else Drawn(".jpg"))
    for at, name in enumerate(names):
        origin = folder / f"{at // _LINKS}{Path(name).suffix}"
        if not origin.exists():
            Image.new("RGB", (48, 36), (90, 120, 60)).save(origin)
        (folder / name).hardlink_to(origin)
    changes = {one.id: made_up_change(one) for one in shown.wanted if isinstance(one, HeatPicture)}
    (folder / "thumbs" / "changes.json").write_bytes(orjson.dumps(changes))
