"""Holes of many kinds, by the size of the photo."""

from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np

from bench.engines.generated.worlds import blob
from runner.engines.base import Mask8

Hole: TypeAlias = Callable[[tuple[int, int]], Mask8]
"""Makes a mask, 255 to fill, for a photo of so many rows and columns."""


def box(top: float, left: float, bottom: float, right: float) -> Hole:
    """Cut a box out; its sides in shares of the photo's. At 0 or 1 it touches the border."""

    def hole(shape: tuple[int, int]) -> Mask8:
        mask = np.zeros(shape, np.uint8)
        rows, columns = shape
        mask[round(top * rows) : round(bottom * rows), round(left * columns) : round(right * columns)] = 255
        return mask

    return hole


def uneven_disc(reach: float, seed: int) -> Hole:
    """Cut an uneven round piece out of the middle."""
    return lambda shape: np.where(blob(shape, seed, reach) > 0.5, np.uint8(255), np.uint8(0))


def soft_disc(reach: float, seed: int, edge: float) -> Hole:
    """Cut the same with an edge that fades over ``edge`` of the shorter side."""

    def hole(shape: tuple[int, int]) -> Mask8:
        hard = blob(shape, seed, reach)
        return np.asarray(np.rint(255 * cv2.GaussianBlur(hard, (0, 0), edge * min(shape) / 2)), np.uint8)

    return hole


def brush(seed: int) -> Hole:
    """Paint over a part with a few strokes."""

    def hole(shape: tuple[int, int]) -> Mask8:
        rng, mask = np.random.default_rng([6, seed]), np.zeros(shape, np.uint8)
        size, place = np.array(shape[::-1]), np.array([0.5, 0.5])
        for _ in range(9):
            ahead = np.clip(place + rng.uniform(-0.28, 0.28, 2), 0.08, 0.92)
            start, end = ((share * size).astype(int).tolist() for share in (place, ahead))
            cv2.line(mask, start, end, (255,), max(6, min(shape) // 14))
            place = ahead
        return mask

    return hole


def all_of(*holes: Hole) -> Hole:
    """Make several holes."""
    return lambda shape: np.maximum.reduce([hole(shape) for hole in holes])
