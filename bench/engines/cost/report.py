"""The table of what the engines cost."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.engines.cost.cost import Cost, measure
from bench.engines.cost.pictures import write_pair, write_portrait, write_small_face
from bench.engines.tables import table


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A job on pictures of one size; `write` puts them into a folder."""

    name: str
    megapixels: float
    write: Callable[[Path], None]


_PORTRAITS = tuple(
    Work(name=f"{megapixels} MP, portrait", megapixels=megapixels, write=partial(write_portrait, megapixels=megapixels))
    for megapixels in (1, 2, 12, 50)
)
_SMALL = tuple(
    Work(
        name=f"{megapixels} MP, small face",
        megapixels=megapixels,
        write=partial(write_small_face, megapixels=megapixels),
    )
    for megapixels in (12, 50)
)
_HOLES = tuple(
    Work(
        name=f"{megapixels} MP, hole of {hole:.0%}",
        megapixels=megapixels,
        write=partial(write_pair, megapixels=megapixels, hole=hole),
    )
    for megapixels in (1, 4, 12)
    for hole in (0.02, 0.1, 0.25)
)
_EXPLAINED = (
    "The floor: decode, one look of the face network or one warp, encode. `first` is the first photo of a process, "
    "which loads what it needs; the other times are medians of those after it. To reach: eye-color at most 1.6 × its "
    "floor at 12 MP; reference-inpaint at most 8 s per megapixel for holes up to 10 %, at most 1536 MiB at 12 MP, the "
    "first photo at most 10 s longer."
)
_HEADS = ("work", "CPU s", "wall s", "first s", "peak MiB", "floor CPU s", "floor MiB", "ratio of CPU", "wall s/MP")


def cost_report(most_megapixels: float, times: int) -> Iterator[str]:
    """Measure both engines up to a size, each work so many times, and write Markdown lines."""
    yield from _engine("eye-color", "face network", _upto((*_PORTRAITS, *_SMALL), most_megapixels), times)
    yield ""
    yield from _engine("reference-inpaint", "warp", _upto(_HOLES, most_megapixels), times)
    yield from ("", f"{times} photos in one process, in alternation with the floor. {_EXPLAINED}")


def _engine(job: str, floor: str, works: Sequence[Work], times: int) -> Iterator[str]:
    yield from table([job, *_HEADS[1:]], [_row(job, floor, work, times) for work in works])


def _row(job: str, floor: str, work: Work, times: int) -> list[str]:
    with TemporaryDirectory() as place:
        work.write(Path(place))
        ours, least = measure([job, floor], Path(place), times)
    return [work.name, *_shown(ours, least), f"{ours.wall_s / work.megapixels:.1f}"]


def _shown(ours: Cost, least: Cost) -> list[str]:
    own = [f"{ours.cpu_s:.2f}", f"{ours.wall_s:.2f}", f"{ours.first_s:.2f}", f"{ours.peak_mib:.0f}"]
    return [*own, f"{least.cpu_s:.2f}", f"{least.peak_mib:.0f}", f"{ours.cpu_s / least.cpu_s:.2f}"]


def _upto(works: Sequence[Work], most_megapixels: float) -> list[Work]:
    return [work for work in works if work.megapixels <= most_megapixels]
