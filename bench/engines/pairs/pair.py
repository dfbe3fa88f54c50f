"""Photos with a hole, a reference, and what belongs into the hole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.engines.pictures import read_mask, read_rgb
from runner.engines.base import Mask8, Rgb8


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A photo to fill from a reference.

    Attributes:
        name: Begins with a number, as `pd01`.
        photo: What the engine is given; nothing of the truth shows in the hole where the mask is white.
        mask: Its hole, 255 to fill, between 0 and 255 a blend.
        reference: Of any size.
        truth: The photo as it should become.
    """

    name: str
    photo: Rgb8
    mask: Mask8
    reference: Rgb8
    truth: Rgb8


def painted_white(truth: Rgb8, mask: Mask8) -> Rgb8:
    """Paint the hole over, so that nothing of the truth leaks into a result."""
    return np.where(mask[..., None] > 0, np.uint8(255), truth)


def read_pairs(folder: Path, wanted: Callable[[str], bool]) -> list[Pair]:
    """Read the pairs of a folder by name: a folder each, with truth.jpg, reference.jpg and mask.png.

    Args:
        folder: Holds the folders.
        wanted: Says by the name which to read.
    """
    places = sorted(place.parent for place in folder.glob("*/mask.png"))
    return [_read(place) for place in places if wanted(place.name)]


def with_wrong_references(pairs: Sequence[Pair]) -> list[Pair]:
    """Give each pair the reference of the pair that stands half the list further: one of another scene."""
    apart = len(pairs) // 2
    others = [pairs[(index + apart) % len(pairs)] for index in range(len(pairs))]
    return [_with_reference_of(pair, other) for pair, other in zip(pairs, others, strict=True)]


def with_references_taken_for_objects(pairs: Sequence[Pair]) -> list[Pair]:
    """Give the reference of another scene where the engine is known to take it for an object and to place it."""
    by_number = {_number(pair): pair for pair in pairs}
    known = [("pd08", "pd07")]
    return [_with_reference_of(by_number[to], by_number[of]) for to, of in known if {to, of} <= set(by_number)]


def _with_reference_of(pair: Pair, other: Pair) -> Pair:
    return replace(pair, name=f"{pair.name} with {_number(other)}", reference=other.reference)


def _number(pair: Pair) -> str:
    return pair.name.split("_")[0]


def _read(place: Path) -> Pair:
    truth, mask = read_rgb(place / "truth.jpg"), read_mask(place / "mask.png")
    return Pair(
        name=place.name,
        photo=painted_white(truth, mask),
        mask=mask,
        reference=read_rgb(place / "reference.jpg"),
        truth=truth,
    )
