"""Holes that a person judges: objects and textures without a truth."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.engines.pairs.pair import Pair
from bench.engines.pairs.sheet import reduced, spot_of
from bench.engines.pictures import read_mask, read_rgb
from bench.engines.sheets import Picture, Row
from bench.engines.tables import table
from runner.engines.base import EngineResult
from runner.engines.reference_inpaint.engine import inpaint


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A hole filled with an object or a texture, and what a person would expect there."""

    pair: Pair
    result: EngineResult
    expected: str


def fill_objects(folder: Path, wanted: Callable[[str], bool]) -> Iterator[Placed]:
    """Fill the cases of a folder one by one: its objects.json lists them with their pictures.

    Args:
        folder: Holds the list and the pictures.
        wanted: Says by the name which to fill.
    """
    for entry in json.loads((folder / "objects.json").read_text(encoding="utf-8"))["cases"]:
        if wanted(entry["id"]):
            photo = read_rgb(folder / entry["target"])
            mask, reference = read_mask(folder / entry["mask"]), read_rgb(folder / entry["reference"])
            pair = Pair(name=entry["id"], photo=photo, mask=mask, reference=reference, truth=photo)
            result = inpaint({"image": photo, "mask": mask, "reference": reference}, {"prompt": None})
            yield Placed(pair=pair, result=result, expected=entry["expected_by_a_person"])


def objects_report(placed: Sequence[Placed]) -> Iterator[str]:
    """List what the engine took each reference for, and what a person expects to see."""
    rows = [
        [one.pair.name, str(one.result.details["mode"]), str(one.result.details["confidence"]), one.expected]
        for one in placed
    ]
    yield from table(["case", "mode", "confidence", "expected by a person"], rows, words=4)


def object_row(placed: Placed) -> Row:
    """Show the hole and its surroundings at 100 % before and after, and the reference."""
    pair, spot = placed.pair, spot_of(placed.pair.mask)
    before = pair.photo.copy()
    before[pair.mask > 0] = before[pair.mask > 0] // 2 + 127
    return Row(
        pair.name,
        f"{placed.result.details['mode']}; {placed.expected}",
        [
            Picture("before, the mask lightened", before[spot]),
            Picture("reference, reduced", reduced(pair.reference, spot[0].stop - spot[0].start)),
            Picture("after", placed.result.pixels[spot]),
        ],
    )
