"""The sections of the page of figures, each measured by itself."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bench.engines.cost.report import cost_report
from bench.engines.eyes.drawn import draw_portraits
from bench.engines.eyes.report import report as eyes_report
from bench.engines.eyes.results import recolor
from bench.engines.eyes.sheet import sheet_rows
from bench.engines.eyes.truth import read_portraits
from bench.engines.generated.build import build
from bench.engines.generated.cases import CASES
from bench.engines.pairs.figures import GAINS, SAME_SCENE, WRONG_REFERENCE
from bench.engines.pairs.objects import fill_objects, object_row, objects_report
from bench.engines.pairs.pair import read_pairs, with_references_taken_for_objects, with_wrong_references
from bench.engines.pairs.report import known_failures
from bench.engines.pairs.report import report as pairs_report
from bench.engines.pairs.results import fill, other_ways
from bench.engines.pairs.sheet import sheet_row
from bench.engines.sheets import write_page

NO_PHOTOS = "No marked photos on this machine: only generated cases are measured."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to measure on.

    Attributes:
        photos: The folder of photos for development, or none.
        wanted: Says by the name which of them to take.
        sheets: The folder for contact sheets.
    """

    photos: Path | None
    wanted: Callable[[str], bool]
    sheets: Path


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its heading, and what measures it and gives Markdown lines."""

    heading: str
    measure: Callable[[Asked], Iterator[str]]


def _portraits(asked: Asked) -> Iterator[str]:
    if asked.photos is None:
        yield NO_PHOTOS
        return
    recolored = [recolor(portrait) for portrait in read_portraits(asked.photos, asked.wanted)]
    rows = [row for one in recolored for row in sheet_rows(one)]
    write_page(asked.sheets / "portraits" / "index.html", "Eye color: portraits", rows)
    yield from eyes_report(recolored)


def _drawn_eyes(asked: Asked) -> Iterator[str]:
    recolored = [recolor(portrait) for portrait in draw_portraits(asked.wanted)]
    rows = [row for one in recolored for row in sheet_rows(one)]
    write_page(asked.sheets / "drawn-eyes" / "index.html", "Eye color: drawn eyes", rows)
    yield from eyes_report(recolored)


def _pairs(asked: Asked) -> Iterator[str]:
    if asked.photos is None:
        yield NO_PHOTOS
        return
    filled = [fill(pair, other_ways()) for pair in read_pairs(asked.photos / "pairs", asked.wanted)]
    write_page(asked.sheets / "pairs" / "index.html", "Reference inpaint: pairs", [sheet_row(one) for one in filled])
    yield from pairs_report(filled, SAME_SCENE)


def _wrong(asked: Asked) -> Iterator[str]:
    if asked.photos is None:
        yield NO_PHOTOS
        return
    pairs = read_pairs(asked.photos / "pairs", asked.wanted)
    filled = [fill(pair, other_ways()) for pair in with_wrong_references(pairs)]
    placed = [fill(pair, other_ways()) for pair in with_references_taken_for_objects(pairs)]
    rows = [sheet_row(one) for one in (*filled, *placed)]
    write_page(asked.sheets / "wrong" / "index.html", "Reference inpaint: references of other scenes", rows)
    yield from pairs_report(filled, WRONG_REFERENCE)
    yield from known_failures(placed)


def _generated(asked: Asked) -> Iterator[str]:
    filled = [fill(build(case), other_ways()) for case in CASES if asked.wanted(case.name)]
    rows = [sheet_row(one) for one in filled]
    write_page(asked.sheets / "generated" / "index.html", "Reference inpaint: generated pairs", rows)
    yield from pairs_report(filled, GAINS)


def _objects(asked: Asked) -> Iterator[str]:
    if asked.photos is None:
        yield NO_PHOTOS
        return
    placed = [*fill_objects(asked.photos, asked.wanted)]
    rows = [object_row(one) for one in placed]
    write_page(asked.sheets / "objects" / "index.html", "Reference inpaint: objects and textures", rows)
    yield from objects_report(placed)


def _cost(_asked: Asked) -> Iterator[str]:
    yield from cost_report(most_megapixels=50, times=3)


SECTIONS: Mapping[str, Section] = MappingProxyType(
    {
        "portraits": Section("Eye color: portraits", _portraits),
        "drawn-eyes": Section("Eye color: drawn eyes", _drawn_eyes),
        "pairs": Section("Reference inpaint: pairs of one scene", _pairs),
        "generated": Section("Reference inpaint: generated pairs", _generated),
        "wrong": Section("Reference inpaint: references of another scene", _wrong),
        "objects": Section("Reference inpaint: objects and textures", _objects),
        "cost": Section("Cost", _cost),
    }
)
"""By the name on the command line, in the order of the page."""
