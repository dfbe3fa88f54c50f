"""How long a run takes that finds everything done, by the number of photos, against the plan that it begins with."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.batch_project import write_project
from bench.done_project import write_done_project
from bench.measure import PYTHON, TIMES, Figures, Program, alternate
from bench.peer_chains import RUNS, TAKE_OVER, peer_program, write_chains
from bench.results import Claim, Result, Row

_SIZES = {100: TIMES, 1_000: TIMES, 10_000: TIMES, 100_000: 1}
"""How often each number of photos is run."""

_PEERS = {"make": (1_000, 10_000), "snakemake": (1_000,), "dvc repro": (100,)}
"""The numbers of photos that each peer is given."""

_BAR = 1.5
_STATE = ("state.db", "state.db-wal", "state.db-shm")

_HOW = (
    "Results, outputs and lock file are all there and right; the report is a stand-in, for such a run looks only "
    "whether it was touched since it was written. × is the time over that of `runner plan` of the same project in the "
    "same alternation; of a peer, its time over that of `runner run`. The peers have the same chain as rules that "
    "copy, all up to date, in a folder of their own."
)


@dataclass(frozen=True, slots=True)
class _Size:
    """One number of photos, measured; a peer that is not installed has no figures.

    Attributes:
        written: Files of the project that a run touched, besides its state.
        state_bytes: By how much the state grew with each run.
    """

    photos: int
    run: Figures
    plan: Figures
    peers: Mapping[str, Figures | None]
    written: int
    state_bytes: float


def measure(place: Path) -> Result:
    """Measure all sizes."""
    sizes = [_measured(place / str(photos), photos) for photos in _SIZES]
    return Result(
        rows=[row for size in sizes for row in _rows(size)],
        claims=[claim for size in sizes for claim in _claims(size)],
        notes=[_HOW, _growth(sizes)],
    )


def _measured(root: Path, photos: int) -> _Size:
    recipe = write_done_project(root, photos)
    run = Program(name="runner run", words=(PYTHON, "-m", "runner", "run", str(recipe)), folder=root)
    plan = Program(name="runner plan", words=(PYTHON, "-m", "runner", "plan", str(recipe)), folder=root)
    alternate([run], 1, warm_up=False)  # reads the outputs, which were written a moment ago
    before, state_bytes = _stamps(root), _state_size(root)
    times = _SIZES[photos]
    taken = alternate([run, plan], times, warm_up=times > 1)
    runs = times + (times > 1)
    written = len(_stamps(root).items() ^ before.items())
    grown = (_state_size(root) - state_bytes) / runs
    peers = _peers(root.with_name(f"{photos}-peers"), photos)
    return _Size(photos, taken[0], taken[1], peers, written, grown)


def _peers(root: Path, photos: int) -> dict[str, Figures | None]:
    names = [name for name, given in _PEERS.items() if photos in given]
    if not names:
        return {}
    write_project(root, photos, paid=True)
    write_chains(root)
    _make_up_to_date(root)
    if dvc := peer_program("dvc repro", TAKE_OVER, root) if "dvc repro" in names else None:
        subprocess.run(dvc.words, cwd=root, check=True, capture_output=True)
    found = {name: program for name in names if (program := peer_program(name, RUNS[name], root)) is not None}
    taken = alternate(list(found.values()), 1)
    return {name: dict(zip(found, taken, strict=True)).get(name) for name in names}


def _make_up_to_date(root: Path) -> None:
    """Put the copies in place that the rules would make, each newer than what it is made from."""
    for photo in (root / "photos").iterdir():
        since_ns = photo.stat().st_mtime_ns
        for place, folder in enumerate(("mid", "out", "dvc-mid", "dvc-out"), 1):
            copy = root / folder / photo.name
            copy.write_bytes(photo.read_bytes())
            os.utime(copy, ns=(since_ns + place, since_ns + place))


def _stamps(root: Path) -> dict[str, tuple[int, int]]:
    """Look at every file of a project but its state."""
    files = (Path(folder) / name for folder, _, names in os.walk(root) for name in names if name not in _STATE)
    return {str(file): (file.stat().st_mtime_ns, file.stat().st_ino) for file in files}


def _state_size(root: Path) -> int:
    return (root / ".runner" / "state.db").stat().st_size


def _rows(size: _Size) -> Iterator[Row]:
    work, run_s = f"{size.photos:,} photos × 2 steps", size.run.wall_s
    grown = f"state grows by {size.state_bytes / 1024:.0f} KiB a run"
    yield Row(work=work, program="runner run", figures=size.run, ratio=run_s / size.plan.wall_s, note=grown)
    yield Row(work=work, program="runner plan", figures=size.plan, note="what it is held against")
    for name, figures in size.peers.items():
        ratio = None if figures is None else figures.wall_s / run_s
        note = "not installed" if figures is None else "over `runner run`"
        yield Row(work=work, program=name, figures=figures, ratio=ratio, note=note)


def _claims(size: _Size) -> Iterator[Claim]:
    work = f"a run of {size.photos:,} photos that finds everything done"
    yield Claim(text=f"{work}, over its plan", measured=size.run.wall_s / size.plan.wall_s, bar=_BAR)
    yield Claim(text=f"files that {work} writes", measured=size.written, bar=0, unit="")
    if size.photos == max(_SIZES):
        yield Claim(text=f"peak of {work}", measured=size.run.peak_mib, bar=500, unit=" MiB")


def _growth(sizes: list[_Size]) -> str:
    steps = [
        f"{after.run.wall_s / before.run.wall_s:.1f} from {before.photos:,} to {after.photos:,}"
        for before, after in pairwise(sizes)
    ]
    return f"It grows as its plan does: ten times the photos take {', '.join(steps)} times as long."
