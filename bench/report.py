"""How long a report takes: its page by the number of cells, its thumbnails by the photo."""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.alternate import Ratio, time_in_alternation
from bench.report_ours import PHOTO_SIZE
from bench.report_run import write_photos, write_run

CELLS = (100, 1_000, 10_000)
PHOTOS = 32
_FLOORS = Path(__file__).parent / "floors"
_HERE = Path(__file__).parent.parent


def ratios() -> Iterator[Ratio]:
    """Measure all."""
    with TemporaryDirectory() as place:
        for cells in CELLS:
            yield _page(Path(place) / str(cells), cells)
        yield from _thumbnails(Path(place) / "photos-project")


def _page(root: Path, cells: int) -> Ratio:
    root.mkdir()
    write_run(root, cells)
    ours = [sys.executable, "-m", "bench.report_ours", "page", str(root), str(root / "ours.html")]
    state = root / ".runner" / "state.db"
    floor = [sys.executable, str(_FLOORS / "report_page.py"), str(state), str(root / "floor.html")]
    median_ms, floor_ms = time_in_alternation(ours, floor, _HERE)
    sizes = [(root / f"{name}.html").stat().st_size / 1e6 for name in ("ours", "floor")]
    return Ratio(
        job=f"report: page of {cells:,} cells ({sizes[0]:.1f} MB)",
        command="runner report",
        median_ms=median_ms,
        floor=f"bench/floors/report_page.py ({sizes[1]:.1f} MB)",
        floor_ms=floor_ms,
        to_reach="4",
    )


def _thumbnails(root: Path) -> Iterator[Ratio]:
    root.mkdir()
    (root / "runner.toml").write_text("")
    photos = write_photos(root / "photos", PHOTOS, PHOTO_SIZE)
    floor = [sys.executable, str(_FLOORS / "report_thumbnails.py"), str(root / "floor"), *map(str, photos)]
    ours = [sys.executable, "-m", "bench.report_ours", "thumbnails", str(root)]
    anew = ["bash", "-c", 'rm -rf "$1" && shift && exec "$@"', "-", str(root / "ours"), *ours, str(root / "ours")]
    for job, command, to_reach in (("drawn", anew, "1.3"), ("reused", [*ours, str(root / "kept")], "1")):
        median_ms, floor_ms = time_in_alternation(command, floor, _HERE)
        yield Ratio(
            job=f"report: {PHOTOS} thumbnails of 12 MP, {job}",
            command="runner report",
            median_ms=median_ms,
            floor="bench/floors/report_thumbnails.py",
            floor_ms=floor_ms,
            to_reach=to_reach,
        )
