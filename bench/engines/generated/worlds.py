"""What generated photos show: drawn scenes, and photos of an installed package."""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.engines.pictures import installed_photo
from runner.engines.base import Rgb8

Floats: TypeAlias = NDArray[np.float32]
"""Values per pixel."""

_SIDES = (480, 640)


def posters(seed: int) -> Rgb8:
    """Draw a wall of many colored papers, one over the other: much to match, nothing that repeats."""
    rng = np.random.default_rng([1, seed])
    wall = np.full((*_SIDES, 3), rng.integers(90, 160, 3), np.uint8)
    for _ in range(220):
        middle = rng.uniform(0, 1, 2) * _SIDES[::-1]
        corners = cv2.boxPoints((tuple(middle), tuple(rng.uniform(8, 60, 2)), float(rng.uniform(-30, 30))))
        cv2.fillPoly(wall, [corners.astype(np.int32)], _color(rng), cv2.LINE_AA)
        cv2.putText(wall, _word(rng), (int(middle[0]) - 12, int(middle[1])), 0, 0.4, _color(rng), 1, cv2.LINE_AA)
    return _with_grain(wall, rng, 6.0)


def facade(seed: int) -> Rgb8:
    """Draw the front of a house: rows of windows that are all alike but for their curtains."""
    rng = np.random.default_rng([2, seed])
    front = np.full((*_SIDES, 3), (176, 158, 132), np.uint8)
    for top in range(24, _SIDES[0], 92):
        cv2.line(front, (0, top - 12), (_SIDES[1], top - 12), (120, 104, 88), 3, cv2.LINE_AA)
        for left in range(20, _SIDES[1], 76):
            cv2.rectangle(front, (left, top), (left + 44, top + 60), (232, 228, 216), 4, cv2.LINE_AA)
            cv2.rectangle(front, (left + 3, top + 3), (left + 41, top + 57), (52, 62, 74), -1)
            cv2.rectangle(front, (left + 3, top + 3), (left + 41, top + int(rng.integers(8, 52))), _color(rng), -1)
            cv2.line(front, (left + 22, top), (left + 22, top + 60), (232, 228, 216), 2, cv2.LINE_AA)
    return _with_grain(front, rng, 9.0)


def photo(name: str) -> Rgb8:
    """Take a photo that scikit-image carries."""
    return installed_photo(name)


def blob(shape: tuple[int, int], seed: int, reach: float) -> Floats:
    """Draw one uneven round shape in the middle, its radius ``reach`` halves of the shorter side.

    Returns:
        Its cover, 0 to 1, soft by about a pixel at the border, of the shape given.
    """
    rng = np.random.default_rng([3, seed])
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    u, v = (x - shape[1] / 2) / (min(shape) / 2), (y - shape[0] / 2) / (min(shape) / 2)
    angle = np.arctan2(v, u)
    waves = sum(rng.uniform(-0.14, 0.14) * np.cos(turns * angle + rng.uniform(0, 6)) for turns in range(2, 6))
    inside = reach * (1 + waves) - np.hypot(u, v)
    cover: Floats = np.clip(inside * min(shape) / 2 + 0.5, 0, 1).astype(np.float32)
    return cover


def _color(rng: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = rng.integers(20, 236, 3)
    return int(red), int(green), int(blue)


def _word(rng: np.random.Generator) -> str:
    return "".join(chr(letter) for letter in rng.integers(65, 91, 4))


def _with_grain(drawn: Rgb8, rng: np.random.Generator, strength: float) -> Rgb8:
    """Lay a fine uneven brightness over a drawing, as surfaces have."""
    grain = np.asarray(cv2.GaussianBlur(rng.normal(0, 1, _SIDES), (0, 0), 1.2))
    grained: Rgb8 = np.clip(drawn + (grain * strength / grain.std())[..., None], 0, 255).round().astype(np.uint8)
    return grained
