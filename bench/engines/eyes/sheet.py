"""The rows of a contact sheet of recolored eyes."""

from typing import Any

import numpy as np
from PIL import Image

from bench.engines.eyes.results import Recolored
from bench.engines.sheets import Picture, Row
from runner.engines.base import Rgb8

_LEAST_PX = 60
_THUMBNAIL_PX = 320


def sheet_rows(recolored: Recolored) -> list[Row]:
    """Show each eye that the engine saw, before and in every color; a refused photo as a whole, reduced."""
    if recolored.refusal:
        return [Row(recolored.portrait.name, recolored.refusal, [Picture("refused", _reduced(recolored))])]
    return [_eye_row(recolored, index, eye) for index, eye in enumerate(recolored.eyes)]


def _eye_row(recolored: Recolored, index: int, eye: dict[str, Any]) -> Row:
    said = eye["reason"] or "recolored"
    note = f"{eye['side']} eye, radius {eye['radius_px']} px, confidence {eye['confidence']}: {said}"
    pictures = {"before": recolored.portrait.photo} | {
        target: result.pixels for target, result in recolored.results.items()
    }
    crops = [Picture(caption, _crop(pixels, eye)) for caption, pixels in pictures.items()]
    return Row(f"{recolored.portrait.name} {index}", note, crops)


def _crop(pixels: Rgb8, eye: dict[str, Any]) -> Rgb8:
    """Cut an eye out with its lids and brow, at 100 %."""
    x, y = (round(value) for value in eye["center_px"])
    half_x = max(_LEAST_PX, round(3.2 * eye["radius_px"]))
    half_y = round(0.6 * half_x)
    padded = np.pad(pixels, ((half_y, half_y), (half_x, half_x), (0, 0)))
    return padded[y : y + 2 * half_y, x : x + 2 * half_x]


def _reduced(recolored: Recolored) -> Rgb8:
    picture = Image.fromarray(recolored.portrait.photo)
    picture.thumbnail((_THUMBNAIL_PX, _THUMBNAIL_PX))
    return np.array(picture)
