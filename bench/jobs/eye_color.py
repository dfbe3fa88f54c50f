"""What recoloring the eyes of a portrait takes, beside finding the face."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.engines.cost.cost import Cost
from bench.engines.cost.cost import measure as measure_cost
from bench.engines.cost.pictures import write_face, write_portrait
from bench.measure import TIMES, Figures
from bench.results import Claim, Result, Row

_MEGAPIXELS = (2, 12)
_FACE_PX = 800
_PROGRAMS = {
    "eye-color": "runflow/eye-color",
    "face search": "decode, landmark network on the photo and on tiles, encode",
    "face network": "decode, landmark network once, encode",
}
_HOW = (
    "The floor looks for faces as the engine does: one look at the whole photo misses faces of less than about a tenth "
    "of its height. Each program is one process that does the job again and again, in turn with the others; the first "
    "time, which loads, is not counted."
)


def measure(place: Path) -> Result:
    """Measure portraits of two sizes, and one face of the same size on photos of both."""
    portraits = [_measured(place / f"large-{size}", partial(write_portrait, megapixels=size)) for size in _MEGAPIXELS]
    same_face = partial(write_face, face_px=_FACE_PX)
    faces = [_measured(place / f"face-{size}", partial(same_face, megapixels=size)) for size in _MEGAPIXELS]
    small_s, large_s = (ours.cpu_s - search.cpu_s for ours, search, _ in faces)
    ours, search, _ = portraits[-1]
    return Result(
        rows=[
            row
            for kind, measured in (("portrait", portraits), (f"a face of {_FACE_PX} px", faces))
            for size, costs in zip(_MEGAPIXELS, measured, strict=True)
            for row in _rows(f"{kind}, {size} MP", costs)
        ],
        claims=[
            Claim(text="a portrait of 12 MP over its floor", measured=ours.wall_s / search.wall_s, bar=1.6),
            Claim(text="CPU beyond the search: the same face on 12 MP over on 2 MP", measured=large_s / small_s, bar=2),
        ],
        notes=[_HOW],
    )


def _measured(folder: Path, write: Callable[[Path], None]) -> list[Cost]:
    folder.mkdir()
    write(folder)
    return measure_cost([*_PROGRAMS], folder, TIMES)


def _rows(work: str, costs: list[Cost]) -> list[Row]:
    least = costs[1]
    notes = ("", "floor", "the network alone")
    return [
        Row(
            work=work,
            program=program,
            figures=Figures(cost.wall_s, cost.cpu_s, cost.peak_mib, TIMES),
            ratio=None if cost is least else cost.wall_s / least.wall_s,
            note=note,
        )
        for program, cost, note in zip(_PROGRAMS.values(), costs, notes, strict=True)
    ]
