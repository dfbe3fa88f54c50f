"""Portraits in which a person, or the code that drew them, has marked every iris."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.engines.pictures import read_rgb
from runner.engines.base import Rgb8

Expected: TypeAlias = Literal["recolored", "refused", "either"]
"""What should become of a portrait."""

_GROUND_TRUTH = "iris_ground_truth.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedEye:
    """One iris as it is in the photo.

    Attributes:
        side: Of the picture: left or right.
        x, y, radius: The disc of the iris, in pixels; the middle of pixel (0, 0) is (0.5, 0.5).
        polygon: The border of its visible part, shape (corners, 2), x and y.
        is_sure: Whether the marking is good to about a pixel, and so to be scored by.
    """

    side: str
    x: float
    y: float
    radius: float
    polygon: NDArray[np.float64]
    is_sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """A photo with its marked eyes; its name begins with a number such as `d01`."""

    name: str
    photo: Rgb8
    eyes: tuple[MarkedEye, ...]
    expected: Expected
    is_gray: bool


def read_portraits(folder: Path, wanted: Callable[[str], bool]) -> Iterator[Portrait]:
    """Read the portraits of a folder one by one, in the order of its list.

    Args:
        folder: Holds the list, `iris_ground_truth.json`, and the photos that it names.
        wanted: Says by the name which to read.
    """
    truth = json.loads((folder / _GROUND_TRUTH).read_text(encoding="utf-8"))
    for entry in truth["images"]:
        name = Path(entry["image"]).stem
        if wanted(name):
            yield Portrait(
                name=name,
                photo=read_rgb(folder / entry["image"]),
                eyes=tuple(_eye(eye) for eye in entry["eyes"]),
                expected=_expected(name, entry["tags"]),
                is_gray="grayscale" in entry["tags"],
            )


def _eye(entry: dict[str, Any]) -> MarkedEye:
    x, y = entry["center"]
    return MarkedEye(
        side=entry["image_side"],
        x=x,
        y=y,
        radius=entry["radius"],
        polygon=np.array(entry["visible_polygon"], np.float64),
        is_sure=entry["confidence"] != "low",
    )


def _expected(name: str, tags: list[str]) -> Expected:
    if not name.startswith("e"):
        return "recolored"
    return "either" if "painting" in tags else "refused"
