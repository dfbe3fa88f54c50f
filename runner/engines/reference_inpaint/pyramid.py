"""The scales at which a hole is filled from patches, and the sources at each."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Bits, Rgb

Colors = NDArray[np.float32]
"""sRGB and roughness, shape (rows, columns, 4), in [0, 255]."""

_ROUGHNESS = 2.0
_COARSEST_HOLE_PX = 10000
_REACH_PX = 3.0
_SMALLEST_SIDE_PX = 14
_MOST_HALVINGS = 7


@dataclass(frozen=True, slots=True)
class Swatch:
    """A picture that patches may come from.

    Attributes:
        pixels: Its colors.
        usable: Which of its pixels are fit for that.
        price: What taking a patch from it costs, in squared sRGB values: what is dearer is taken only where it fits
            better.
        near: Whether it is the picture to fill itself, so that what lies near is likelier to fit.
    """

    pixels: Rgb
    usable: Bits
    price: float
    near: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One scale: the picture, what to fill in it, and all sources in one picture, shrunk alike.

    Attributes:
        image: What surrounds the hole, with a guess inside it.
        hole: What to fill.
        known: What of the picture counts in comparisons; neither the hole nor anything else unknown.
        sources: The swatches one above the other, NaN where nothing may be taken.
        price: What a patch centred at each pixel of the sources costs, in squared sRGB values.
        near_rows: The first rows of the sources, which are the picture itself; 0 where it is no source.
    """

    image: Rgb
    hole: Bits
    known: Bits
    sources: Rgb
    price: NDArray[np.float32]
    near_rows: int


def build_levels(image: Rgb, hole: Bits, known: Bits, swatches: list[Swatch]) -> list[Level]:
    """Halve until the hole is a few pixels deep; coarsest first.

    Sizes are brought to multiples of the coarsest pixel first, so that a place at one scale is twice that place at the
    next and the copying stays exact.
    """
    halvings = _halvings(hole, swatches)
    step = 2**halvings
    sources, price = _stack(swatches, step)
    finest = Level(
        image=_to_multiple(_with_roughness(image, known), step, "edge"),
        hole=_to_multiple(hole, step, "constant"),
        known=_to_multiple(known, step, "constant"),
        sources=sources,
        price=price,
        near_rows=-(-image.shape[0] // step) * step if swatches[0].near else 0,
    )
    levels = [finest]
    for _ in range(halvings):
        levels.insert(0, _halved(levels[0]))
    return levels


def depth_of(hole: Bits) -> NDArray[np.float32]:
    """Measure how far each pixel of a hole is from what is known; beyond the picture's edge the hole goes on."""
    padded = np.pad(hole, 1, mode="edge").astype(np.uint8)
    if padded.all():
        return np.full(hole.shape, float(max(hole.shape)), np.float32)
    return np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1], np.float32)


def depth_outside(hole: Bits) -> NDArray[np.float32]:
    """Measure how far each pixel is from a hole; 0 inside it."""
    return np.asarray(cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 5), np.float32)


def _halvings(hole: Bits, swatches: list[Swatch]) -> int:
    size_px = int((depth_outside(hole) <= _REACH_PX).sum())
    side_px, count = max(min(swatch.usable.shape) for swatch in swatches), 0
    while size_px > _COARSEST_HOLE_PX and side_px >= 2 * _SMALLEST_SIDE_PX and count < _MOST_HALVINGS:
        size_px, side_px, count = size_px // 4, side_px // 2, count + 1
    return count


def _stack(swatches: list[Swatch], step: int) -> tuple[Colors, NDArray[np.float32]]:
    heights = [(-(-swatch.pixels.shape[0] // step) + 1) * step for swatch in swatches]
    columns = -(-max(swatch.pixels.shape[1] for swatch in swatches) // step) * step
    sources = np.full((sum(heights), columns, 4), np.nan, np.float32)
    price = np.zeros((sum(heights), columns), np.float32)
    top = 0
    for swatch, height in zip(swatches, heights, strict=True):
        spot = sources[top : top + swatch.pixels.shape[0], : swatch.pixels.shape[1]]
        spot[...] = _with_roughness(swatch.pixels, swatch.usable)
        spot[~swatch.usable] = np.nan
        price[top : top + height] = swatch.price
        top += height
    return sources, price


def _with_roughness(image: Rgb, known: Bits) -> Colors:
    """Add how rough the picture is: the size of its gradient, averaged; at coarse scales it tells textures apart."""
    gray = image.mean(axis=2)
    slope = np.abs(cv2.Sobel(gray, cv2.CV_32F, 1, 0, scale=0.25)) + np.abs(
        cv2.Sobel(gray, cv2.CV_32F, 0, 1, scale=0.25)
    )
    fit = cv2.erode(known.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    mean = cv2.GaussianBlur(slope * fit, (0, 0), 2.0) / np.maximum(cv2.GaussianBlur(fit, (0, 0), 2.0), 1e-3)
    return np.dstack([image, _ROUGHNESS * mean]).astype(np.float32)


def _to_multiple(field: NDArray, step: int, mode: str) -> NDArray:  # type: ignore[type-arg] # any kind of pixel
    gap = [(0, -field.shape[axis] % step) for axis in range(2)] + [(0, 0)] * (field.ndim - 2)
    return np.asarray(np.pad(field, gap, mode=mode))  # type: ignore[call-overload] # numpy lists the modes one by one


def _halved(level: Level) -> Level:
    known = _blocks(level.known.astype(np.float32)[..., None])
    image = _blocks(level.image * level.known[..., None]) / np.maximum(known, 1e-6)
    guess = _blocks(level.image)
    return Level(
        image=np.where(known > 0, image, guess).astype(np.float32),
        hole=_blocks(level.hole.astype(np.float32)[..., None])[..., 0] > 0,
        known=known[..., 0] > 0.49,
        sources=_blocks(level.sources),
        price=_blocks(level.price[..., None])[..., 0],
        near_rows=level.near_rows // 2,
    )


def _blocks(field: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average squares of four pixels."""
    top, low = field[0::2], field[1::2]
    return np.asarray((top[:, 0::2] + top[:, 1::2] + low[:, 0::2] + low[:, 1::2]) * 0.25, np.float32)
