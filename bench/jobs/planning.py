"""How long a plan takes, by the number of photos: two steps each, digests known, nothing bought."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.batch_project import write_project
from bench.measure import FLOORS, PYTHON, TIMES, Figures, Program, alternate
from bench.peer_chains import DRY_RUNS, peer_program, write_chains
from bench.results import Claim, Result, Row

_SIZES = {100: TIMES, 1_000: TIMES, 10_000: TIMES, 100_000: 3}
"""How often each number of photos is planned."""

_PEERS = {
    "make -n": range(1_000, 10_001),
    "doit list": range(1_000, 10_001),
    "snakemake -n": range(1_000, 10_001),
    "snakemake -n --quiet": range(1_000, 10_001),
    "dvc repro --dry": range(1_000, 1_001),
}
"""The numbers of photos that each peer is given."""

_SLOW = frozenset({"snakemake -n", "snakemake -n --quiet", "dvc repro --dry"})
"""Peers that are measured once."""

_HOW = (
    "The peers are given the same chain, as rules that copy. None of them prices anything, and `doit list` names tasks "
    "without a look at files; × of a peer is its time over that of `runner plan`. `snakemake -n` names each job, as it "
    "does by default; with `--quiet` it counts them, as `runner plan` does. `dvc repro --dry` takes minutes at "
    "10,000 photos and is left out there."
)


@dataclass(frozen=True, slots=True)
class _Size:
    """One number of photos, measured; a peer that is not installed has no figures."""

    photos: int
    ours: Figures
    floor: Figures
    peers: Mapping[str, Figures | None]


def measure(place: Path) -> Result:
    """Measure all sizes."""
    sizes = [_measured(place / str(photos), photos) for photos in _SIZES]
    return Result(
        rows=[row for size in sizes for row in _rows(size)],
        claims=list(_claims({size.photos: size for size in sizes})),
        notes=[_HOW, _growth(sizes)],
    )


def _measured(root: Path, photos: int) -> _Size:
    recipe = write_project(root, photos, paid=True)
    state = root / ".runner" / "state.db"
    ours = Program(name="runner plan", words=(PYTHON, "-m", "runner", "plan", str(recipe)), folder=root)
    floor = Program(
        name="floors/plan.py", words=(PYTHON, str(FLOORS / "plan.py"), str(recipe), str(state)), folder=root
    )
    names = [name for name, given in _PEERS.items() if photos in given]
    peers = {name: peer_program(name, DRY_RUNS[name], root) for name in names}
    if peers:
        write_chains(root)
    quick = [program for name, program in peers.items() if program is not None and name not in _SLOW]
    slow = [program for name, program in peers.items() if program is not None and name in _SLOW]
    taken = alternate([ours, floor, *quick], _SIZES[photos])
    once = alternate(slow, 1, warm_up=False)
    by_name = {program.name: figures for program, figures in zip([*quick, *slow], [*taken[2:], *once], strict=True)}
    return _Size(photos, taken[0], taken[1], {name: by_name.get(name) for name in names})


def _rows(size: _Size) -> Iterator[Row]:
    work, ours_s = f"{size.photos:,} photos × 2 steps", size.ours.wall_s
    yield Row(work=work, program="runner plan", figures=size.ours, ratio=ours_s / size.floor.wall_s)
    yield Row(work=work, program="floors/plan.py", figures=size.floor, note="floor")
    for name, figures in size.peers.items():
        ratio = None if figures is None else figures.wall_s / ours_s
        note = "not installed" if figures is None else "over `runner plan`"
        yield Row(work=work, program=name, figures=figures, ratio=ratio, note=note)


def _claims(sizes: Mapping[int, _Size]) -> Iterator[Claim]:
    usual, large = sizes[10_000], sizes[100_000]
    yield Claim(text="plan of 10,000 photos over its floor", measured=usual.ours.wall_s / usual.floor.wall_s, bar=6)
    for name, least in (("snakemake -n", 20), ("make -n", 1)):
        peer = usual.peers[name]
        if peer is not None:
            ratio = peer.wall_s / usual.ours.wall_s
            yield Claim(text=f"`{name}` over the plan of 10,000 photos", measured=ratio, bar=least, at_least=True)
    yield Claim(text="plan of 100,000 photos over 10,000", measured=large.ours.wall_s / usual.ours.wall_s, bar=11)
    yield Claim(text="peak of a plan of 100,000 photos", measured=large.ours.peak_mib, bar=500, unit=" MiB")


def _growth(sizes: list[_Size]) -> str:
    steps = [
        f"{after.ours.wall_s / before.ours.wall_s:.1f} from {before.photos:,} to {after.photos:,}"
        for before, after in pairwise(sizes)
    ]
    each = (sizes[-1].ours.cpu_s - sizes[0].ours.cpu_s) / (sizes[-1].photos - sizes[0].photos)
    return (
        f"It grows with the number of photos, beside what a start costs: ten times the photos take {', '.join(steps)} "
        f"times as long; a photo with its two steps costs {each * 1e6:.0f} µs of CPU."
    )
