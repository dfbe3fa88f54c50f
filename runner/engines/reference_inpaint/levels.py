"""The scales at which a hole is filled from patches, and the sources at each."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Bits, Rgb, shrink
from runner.engines.reference_inpaint.patches import RADIUS_PX, Index, Sources

PAD_PX = RADIUS_PX + 1
_COARSEST_DEPTH_PX = 5.0
_SMALLEST_SIDE = 24


@dataclass(frozen=True, slots=True)
class Swatch:
    """A picture that patches may come from, and which of its pixels are fit for that."""

    pixels: Rgb
    usable: Bits


@dataclass(frozen=True, slots=True)
class Level:
    """One scale: the picture, its hole and the sources, shrunk alike."""

    image: Rgb
    hole: Bits
    swatches: list[Swatch]


def build_levels(image: Rgb, hole: Bits, swatches: list[Swatch], scale: float) -> list[Level]:
    """Halve until the hole is a few pixels deep; coarsest first."""
    levels = [_scaled(image, hole, swatches, scale)]
    while _depth_px(levels[0].hole) > _COARSEST_DEPTH_PX and min(levels[0].hole.shape) >= 2 * _SMALLEST_SIDE:
        scale *= 0.5
        levels.insert(0, _scaled(image, hole, swatches, scale))
    return levels


def _scaled(image: Rgb, hole: Bits, swatches: list[Swatch], scale: float) -> Level:
    small = [Swatch(shrink(s.pixels, scale), shrink(s.usable.astype(np.float32), scale) > 0.99) for s in swatches]
    return Level(shrink(image, scale), shrink(hole.astype(np.float32), scale) > 0.01, small)


def _depth_px(hole: Bits) -> float:
    padded = np.pad(hole, 1, mode="edge").astype(np.uint8)
    return float(cv2.distanceTransform(padded, cv2.DIST_L2, 5).max()) if not padded.all() else 1e9


def pad_level(level: Level) -> tuple[Rgb, Bits]:
    """Give every patch centre of the picture a whole patch; beyond the edge a hole goes on."""
    image = np.pad(level.image, ((PAD_PX, PAD_PX), (PAD_PX, PAD_PX), (0, 0)), mode="reflect")
    hole = np.pad(level.hole, PAD_PX, mode="edge")
    return np.ascontiguousarray(image, np.float32), hole


def wanted_centres(hole: Bits) -> Index:
    """List the centres of all patches that touch the hole, in the padded picture."""
    reach = np.ones((2 * RADIUS_PX + 1,) * 2, np.uint8)
    touched = cv2.dilate(hole.astype(np.uint8), reach) > 0
    touched[:PAD_PX] = touched[-PAD_PX:] = False
    touched[:, :PAD_PX] = touched[:, -PAD_PX:] = False
    return np.asarray(np.flatnonzero(touched), np.intp)


def stack_sources(level: Level) -> Sources:
    """Stack the swatches; a patch is usable where all its pixels are."""
    columns = max(swatch.pixels.shape[1] for swatch in level.swatches)
    pixels, usable = [], []
    reach = np.ones((2 * RADIUS_PX + 1,) * 2, np.uint8)
    for swatch in level.swatches:
        whole = cv2.erode(np.pad(swatch.usable, RADIUS_PX).astype(np.uint8), reach)[
            RADIUS_PX:-RADIUS_PX, RADIUS_PX:-RADIUS_PX
        ]
        gap = columns - swatch.pixels.shape[1]
        pixels.append(np.pad(swatch.pixels, ((0, 0), (0, gap), (0, 0))))
        usable.append(np.pad(whole > 0, ((0, 0), (0, gap))))
    return Sources(pixels=np.ascontiguousarray(np.concatenate(pixels)), usable=np.concatenate(usable))


def block_tops(level: Level) -> Index:
    """Give the first row of each swatch in the stack, and one past the last."""
    return np.cumsum([0, *(swatch.pixels.shape[0] for swatch in level.swatches)], dtype=np.intp)


def locate(found: Index, level: Level) -> tuple[Index, NDArray[np.float32], NDArray[np.float32]]:
    """Say of each partner which swatch it lies in and where there."""
    tops = block_tops(level)
    columns = max(swatch.pixels.shape[1] for swatch in level.swatches)
    row, column = np.divmod(found, columns)
    block = np.searchsorted(tops, row, side="right") - 1
    return block, (row - tops[block]).astype(np.float32), column.astype(np.float32)
