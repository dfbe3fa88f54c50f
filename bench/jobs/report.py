"""How long a report takes: its page by the number of cells, its thumbnails by the photo."""

from collections.abc import Iterator
from pathlib import Path

from bench.measure import FLOORS, PYTHON, REPOSITORY, Program, alternate
from bench.report_ours import PHOTO_SIZE
from bench.report_photos import write_photos
from bench.report_run import write_run
from bench.results import Claim, Result, Row

_CELLS = (100, 1_000, 10_000)
_PHOTOS = 32


def measure(place: Path) -> Result:
    """Measure all."""
    pages = [_page(place / str(cells), cells) for cells in _CELLS]
    thumbnails = [*_thumbnails(place / "photos-project")]
    rows = [row for both, _ in (*pages, *thumbnails) for row in both]
    return Result(number=8, title="A report", rows=rows, claims=[claim for _, claim in (*pages, *thumbnails)])


def _page(root: Path, cells: int) -> tuple[tuple[Row, Row], Claim]:
    root.mkdir()
    write_run(root, cells)
    ours = Program(
        name="runner report: the page",
        words=(PYTHON, "-m", "bench.report_ours", "page", str(root), str(root / "ours.html")),
        folder=REPOSITORY,
    )
    state = root / ".runner" / "state.db"
    floor = Program(
        name="floors/report_page.py",
        words=(PYTHON, str(FLOORS / "report_page.py"), str(state), str(root / "floor.html")),
        folder=REPOSITORY,
    )
    taken, least = alternate([ours, floor])
    ratio = taken.wall_s / least.wall_s
    ours_mb, floor_mb = ((root / f"{name}.html").stat().st_size / 1e6 for name in ("ours", "floor"))
    work = f"{cells:,} cells"
    rows = (
        Row(work=work, program=ours.name, figures=taken, ratio=ratio, note=f"{ours_mb:.1f} MB"),
        Row(work=work, program=floor.name, figures=least, note=f"floor · {floor_mb:.1f} MB"),
    )
    return rows, Claim(text=f"page of {work}", measured=ratio, bar=4)


def _thumbnails(root: Path) -> Iterator[tuple[tuple[Row, Row], Claim]]:
    root.mkdir()
    (root / "runner.toml").write_text("")
    photos = write_photos(root / "photos", _PHOTOS, PHOTO_SIZE)
    least_words = (PYTHON, str(FLOORS / "report_thumbnails.py"), str(root / "floor"), *map(str, photos))
    floor = Program(name="floors/report_thumbnails.py", words=least_words, folder=REPOSITORY)
    drawing = (PYTHON, "-m", "bench.report_ours", "thumbnails", str(root))
    anew = ("bash", "-c", 'rm -rf "$1" && shift && exec "$@"', "-", str(root / "ours"), *drawing, str(root / "ours"))
    work = f"{_PHOTOS} photos of 12 MP"
    for kind, words, bar in (("drawn", anew, 1.3), ("reused", (*drawing, str(root / "kept")), 1.0)):
        ours = Program(name=f"runner report: thumbnails {kind}", words=words, folder=REPOSITORY)
        taken, least = alternate([ours, floor])
        ratio = taken.wall_s / least.wall_s
        rows = (
            Row(work=work, program=ours.name, figures=taken, ratio=ratio),
            Row(work=work, program=floor.name, figures=least, note="floor"),
        )
        yield rows, Claim(text=f"thumbnails {kind}", measured=ratio, bar=bar)
