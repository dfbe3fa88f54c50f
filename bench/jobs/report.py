"""How long a report takes: its page by the number of cells, its thumbnails by the photo, to open it, to filter it."""

import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from bench.browser import changed_ms, chromium, opened_ms, why_not
from bench.measure import FLOORS, PYTHON, REPOSITORY, Program, alternate
from bench.report_folder import fill_folder
from bench.report_ours import PHOTO_SIZE
from bench.report_photos import write_photos
from bench.report_run import write_run
from bench.results import Claim, Result, Row

_CELLS = (100, 1_000, 10_000)
_PHOTOS = 64
_SEARCHES = ("item-01", "item-0", "42", "7", "", "no such cell", "item")
_ORDERS = ("key", "change", "time", "cost", "recipe")


def measure(place: Path) -> Result:
    """Measure all."""
    pages = [_page(place / str(cells), cells) for cells in _CELLS]
    thumbnails = _thumbnails(place / "photos-project")
    opened = [*_opened(place / str(_CELLS[-1]))]
    found = [(row, claims) for row, claims in (*pages, thumbnails, *opened)]
    return Result(
        rows=[row for rows, _ in found for row in rows],
        claims=[claim for _, claims in found for claim in claims],
        notes=[_growth(pages), _WORK],
    )


_Found = tuple[Sequence[Row], Sequence[Claim]]

_WORK = (
    "Each cell has two actions, a mask, a check, an output and the figures of three changes. The page is written as if "
    "all thumbnails were there; `runner report` is the whole command with all of them on the disk."
)


def _page(root: Path, cells: int) -> _Found:
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
    # A smaller page takes as long as the start of the program, which job 3 measures.
    return rows, [Claim(text=f"page of {work}", measured=ratio, bar=4)] if cells == _CELLS[-1] else []


def _growth(pages: Sequence[_Found]) -> str:
    """Say how the time of a page grows from each size to the next, ten times as large."""
    walls = [row.figures.wall_s for rows, _ in pages for row in rows[:1] if row.figures]
    ratios = [f"{after / before:.1f} ×" for before, after in pairwise(walls)]
    return (
        f"Ten times the cells take {' and '.join(ratios)} the time. A page of 100 cells takes as long as the program "
        "needs to start, so only the largest is held against the bar."
    )


def _thumbnails(root: Path) -> _Found:
    root.mkdir()
    (root / "runner.toml").write_text("")
    photos = write_photos(root / "photos", _PHOTOS, PHOTO_SIZE)
    drawing = (PYTHON, "-m", "bench.report_ours", "thumbnails", str(root))
    anew = ("bash", "-c", 'rm -rf "$1" && shift && exec "$@"', "-", str(root / "ours"), *drawing, str(root / "ours"))
    programs = [
        Program(name="runner report: thumbnails drawn", words=anew, folder=REPOSITORY),
        Program(name="runner report: thumbnails reused", words=(*drawing, str(root / "kept")), folder=REPOSITORY),
        Program(
            name="floors/report_thumbnails.py",
            words=(PYTHON, str(FLOORS / "report_thumbnails.py"), str(root / "floor"), *map(str, photos)),
            folder=REPOSITORY,
        ),
    ]
    drawn, reused, least = alternate(programs)
    work = f"{_PHOTOS} photos of 12 MP"
    ratios = (drawn.wall_s / least.wall_s, reused.wall_s / least.wall_s, None)
    rows = [
        Row(work=work, program=program.name, figures=figures, ratio=ratio, note="" if ratio else "floor")
        for program, figures, ratio in zip(programs, (drawn, reused, least), ratios, strict=True)
    ]
    bars = (("thumbnails drawn", ratios[0], 1.3), ("thumbnails reused", ratios[1], 1.0))
    return rows, [Claim(text=text, measured=ratio, bar=bar) for text, ratio, bar in bars]


def _opened(root: Path) -> Iterator[_Found]:
    """Write the report of the largest run by the command, open it, and filter it."""
    folder = root / "reports" / "bench"
    fill_folder(root, folder)
    work = f"{_CELLS[-1]:,} cells"
    command = Program(name="runner report", words=(PYTHON, "-m", "runner", "report"), folder=root)
    (taken,) = alternate([command], times=1, warm_up=False)
    yield [Row(work=work, program="runner report", figures=taken, note="thumbnails there")], []
    missing = why_not()
    if missing:
        yield [Row(work=work, program="Chromium: open and filter", figures=None, note=missing)], []
        return
    yield _in_browser(work, folder / "index.html", root / "plain.html")


def _in_browser(work: str, page: Path, plain: Path) -> _Found:
    words = (PYTHON, str(FLOORS / "report_opened.py"), str(page.stat().st_size), str(plain))
    subprocess.run(words, check=True)
    with chromium() as browser:
        opened, least = opened_ms(browser, [page, plain])
        filtered = {
            "searched": changed_ms(browser, page, "input[type=search]", "input", _SEARCHES),
            "ordered": changed_ms(browser, page, "select:has(option[value=change])", "change", _ORDERS),
        }
    ratio = opened / least
    size = f"{page.stat().st_size / 1e6:.1f} MB"
    milliseconds = [
        Row(work=work, program=f"Chromium: {what}", figures=None, note=f"{ms:.0f} ms") for what, ms in filtered.items()
    ]
    rows = [
        Row(work=work, program="Chromium: open the page", figures=None, ratio=ratio, note=f"{opened:.0f} ms · {size}"),
        Row(work=work, program="floors/report_opened.py", figures=None, note=f"floor · {least:.0f} ms · {size}"),
        *milliseconds,
    ]
    slowest = max(filtered.values())
    return rows, [
        Claim(text=f"page of {work} opened", measured=ratio, bar=1.5),
        Claim(text=f"{work} filtered, painted", measured=slowest, bar=50, unit=" ms"),
    ]
