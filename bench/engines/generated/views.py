"""How a second camera sees a scene: from places in the reference to places in the photo."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import Rgb8

Places: TypeAlias = NDArray[np.float64]
"""x and y from the middle of a picture, in halves of its longer side; shape (..., 2)."""

Warp: TypeAlias = Callable[[Places], Places]
"""Says which place of the photo a place of the reference shows."""

_FINE = 2


def unmoved(places: Places) -> Places:
    """See the same."""
    return places


def homography(*rows: Sequence[float]) -> Warp:
    """See a plane from elsewhere.

    Args:
        rows: Three of three numbers.
    """
    matrix = np.array(rows, np.float64)

    def warp(places: Places) -> Places:
        projected = np.concatenate([places, np.ones((*places.shape[:-1], 1))], axis=-1) @ matrix.T
        seen: Places = projected[..., :2] / projected[..., 2:]
        return seen

    return warp


def two_planes(first: Warp, crease: tuple[float, float, float], tilt: tuple[float, float, float]) -> Warp:
    """See two planes that meet in a line, as a floor and a wall do.

    Args:
        first: Of the one plane.
        crease: a, b and c of the line a·x + b·y + c = 0 in the reference; the other plane lies where it is positive.
        tilt: How the other plane differs: its homography is that of the first after I + tilt·creaseᵀ, which leaves
            the line where it is.
    """
    other = homography(*(np.eye(3) + np.outer(tilt, crease)))

    def warp(places: Places) -> Places:
        beyond = places @ np.array(crease[:2]) + crease[2] > 0
        return first(np.where(beyond[..., None], other(places), places))

    return warp


def uneven(strength: float, seed: int) -> Warp:
    """See a surface of smoothly varying depth from a little to the side: each place moves along one direction."""
    rng = np.random.default_rng([4, seed])
    waves = [(rng.uniform(-5, 5, 2), rng.uniform(0, 6)) for _ in range(4)]
    direction = np.array([np.cos(angle := rng.uniform(0, 6)), np.sin(angle)])

    def warp(places: Places) -> Places:
        depth = sum(np.cos(places @ wave + phase) for wave, phase in waves) / len(waves)
        moved: Places = places + strength * np.asarray(depth)[..., None] * direction
        return moved

    return warp


def lens(bulge: float) -> Warp:
    """See through a lens that bends straight lines: outwards where ``bulge`` is positive."""
    return lambda places: places * (1 + bulge * (places**2).sum(axis=-1, keepdims=True))


def after(first: Warp, then: Warp) -> Warp:
    """See by the one, then by the other."""
    return lambda places: then(first(places))


def render(world: Rgb8, warp: Warp, size: tuple[int, int], unit_px: float) -> Rgb8:
    """Show a world through a warp.

    Args:
        world: What there is; beyond its border it is mirrored.
        warp: From places of the result to places of the world.
        size: Rows and columns of the result.
        unit_px: How many pixels of the world a place's unit is long; half of the result's longer side shows one.
    """
    rows, columns = size[0] * _FINE, size[1] * _FINE
    y, x = np.mgrid[0:rows, 0:columns] + 0.5
    places = np.stack([x - columns / 2, y - rows / 2], axis=-1) / (max(rows, columns) / 2)
    seen = warp(places) * unit_px + np.array([world.shape[1], world.shape[0]]) / 2 - 0.5
    chart = seen.astype(np.float32)
    fine = cv2.remap(world, chart[..., 0], chart[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(cv2.resize(fine, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)
