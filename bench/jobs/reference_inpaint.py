"""What filling a hole from a reference photo takes."""

from pathlib import Path

from bench.engines.cost.cost import Cost
from bench.engines.cost.cost import measure as measure_cost
from bench.engines.cost.pictures import write_pair
from bench.engines.pairs.peer import has_patchmatch, patchmatch_program
from bench.measure import TIMES, Figures, alternate
from bench.results import Claim, Result, Row

_MEGAPIXELS = (1, 4)
_HOLES = (0.02, 0.10, 0.25)
_MOST_HOLE = 0.10
_S_PER_MEGAPIXEL = 8.0
_PEAK_MIB = 1536
_HOW = (
    "Each program is one process that does the job again and again, in turn with its floor; the first time, which "
    "loads, is not counted."
)
_PEER = "PatchMatch knows no reference: it fills from the surroundings. It is measured once, as a whole process."


def measure(place: Path) -> Result:
    """Measure two sizes of photo with three sizes of hole."""
    rows: list[Row] = []
    dearest_s, peak_mib = 0.0, 0.0
    for megapixels in _MEGAPIXELS:
        for hole in _HOLES:
            folder = place / f"{megapixels}-{hole}"
            folder.mkdir()
            write_pair(folder, megapixels, hole)
            ours, least = measure_cost(["reference-inpaint", "warp"], folder, TIMES)
            work = f"{megapixels} MP, a hole of {hole:.0%}"
            rows += [*_rows(work, ours, least), _peer(work, folder)]
            peak_mib = max(peak_mib, ours.peak_mib)
            if hole <= _MOST_HOLE:
                dearest_s = max(dearest_s, ours.wall_s / megapixels)
    return Result(
        rows=rows,
        claims=[
            Claim(
                text=f"a megapixel of photo, holes up to {_MOST_HOLE:.0%}",
                measured=dearest_s,
                bar=_S_PER_MEGAPIXEL,
                unit=" s",
            ),
            Claim(text="memory up to 4 MP", measured=peak_mib, bar=_PEAK_MIB, unit=" MiB"),
        ],
        notes=[_HOW, _PEER],
    )


def _rows(work: str, ours: Cost, least: Cost) -> tuple[Row, Row]:
    ratio = ours.wall_s / least.wall_s
    return (
        Row(work=work, program="runflow/reference-inpaint", figures=_figures(ours), ratio=ratio),
        Row(work=work, program="decode, warp, encode", figures=_figures(least), note="floor"),
    )


def _figures(cost: Cost) -> Figures:
    return Figures(cost.wall_s, cost.cpu_s, cost.peak_mib, TIMES)


def _peer(work: str, folder: Path) -> Row:
    if not has_patchmatch():
        return Row(work=work, program="PyPatchMatch", figures=None, note="not installed: make peers")
    program = patchmatch_program(folder / "photo.jpg", folder / "mask.png", folder / "filled.png")
    (taken,) = alternate([program], 1, warm_up=False)
    return Row(work=work, program="PyPatchMatch", figures=taken, note="fills from the surroundings")
