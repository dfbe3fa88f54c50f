"""What recoloring the eyes of a portrait takes, beside finding the face."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.engines.cost.cost import Cost
from bench.engines.cost.cost import measure as measure_cost
from bench.engines.cost.pictures import write_face, write_portrait
from bench.measure import TIMES, Figures
from bench.results import Claim, Result, Row

_MEGAPIXELS = (2, 12)
_FACE_PX = 800


def measure(place: Path) -> Result:
    """Measure portraits of two sizes, and one face of the same size on photos of both."""
    portraits = [
        _measured(place / f"portrait-{size}", partial(write_portrait, megapixels=size)) for size in _MEGAPIXELS
    ]
    faces = [
        _measured(place / f"face-{size}", partial(write_face, megapixels=size, face_px=_FACE_PX))
        for size in _MEGAPIXELS
    ]
    beyond_s = [ours.cpu_s - least.cpu_s for ours, least in faces]
    large, least = portraits[-1]
    return Result(
        number=5,
        title="Eye color",
        rows=[
            *_rows("portrait", portraits),
            *_rows(f"a face of {_FACE_PX} px", faces),
        ],
        claims=[
            Claim(
                text="a portrait of 12 MP over decode, landmark network and encode",
                measured=large.wall_s / least.wall_s,
                bar=1.6,
            ),
            Claim(
                text="CPU beyond the landmarks, the same face on 12 MP over on 2 MP",
                measured=beyond_s[1] / beyond_s[0],
                bar=2,
            ),
        ],
        notes=[
            "Each time a process of its own does the job twice; the figures are those of the second, without loading."
        ],
    )


def _measured(folder: Path, write: "partial[None]") -> tuple[Cost, Cost]:
    folder.mkdir()
    write(folder)
    return measure_cost("eye-color", "face network", folder, TIMES)


def _rows(kind: str, measured: Sequence[tuple[Cost, Cost]]) -> list[Row]:
    rows: list[Row] = []
    for size, (ours, least) in zip(_MEGAPIXELS, measured, strict=True):
        work = f"{kind}, {size} MP"
        ratio = ours.wall_s / least.wall_s
        rows += [
            Row(work=work, program="runflow/eye-color", figures=_figures(ours), ratio=ratio),
            Row(work=work, program="decode, landmark network, encode", figures=_figures(least), note="floor"),
        ]
    return rows


def _figures(cost: Cost) -> Figures:
    return Figures(cost.wall_s, cost.cpu_s, cost.peak_mib, TIMES)
