"""What hides a drawn eye: a lid, a hand, a dark lens, a lens that mirrors."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import Rgb8
from tests.engines.eye_color.drawn import SKIN, DrawnEye


def with_lid(picture: Rgb8, drawn: DrawnEye) -> Rgb8:
    """Close the eye: skin over the opening, lashes along its lower end."""
    u, v = _radii(drawn)
    half_width, half_height = drawn.opening
    line = half_height * (1 - (u / half_width) ** 2)
    closed = np.where((np.abs(v) < line + 0.1)[..., None], np.array(SKIN, np.uint8), picture)
    lashes = (np.abs(v - line) < 0.08) & (np.abs(u) < half_width)
    return _softened(np.where(lashes[..., None], np.array((60, 42, 36), np.uint8), closed))


def with_hand(picture: Rgb8, drawn: DrawnEye) -> Rgb8:
    """Lay two fingers over the eye: skin, brighter in the middle of each."""
    u, v = _radii(drawn)
    round_ = 0.6 + 0.4 * np.abs(np.sin((v + 0.4 * u) * 1.4))
    return _covered(picture, drawn, np.array(SKIN) * round_[..., None])


def with_dark_lens(picture: Rgb8, drawn: DrawnEye) -> Rgb8:
    """Put on sunglasses that let a twentieth of the light through."""
    return _covered(picture, drawn, 24 + 0.05 * picture.astype(np.float64))


def with_mirror(picture: Rgb8, drawn: DrawnEye) -> Rgb8:
    """Put on glasses in which a sky, a ground and two trees are seen."""
    u, v = _radii(drawn)
    scene = np.where((v < 0.2)[..., None], np.array((150, 190, 230)), np.array((120, 100, 60)))
    trees = np.minimum(np.abs(u + 0.9), np.abs(u - 1.3)) < 0.35
    return _covered(picture, drawn, np.where(trees[..., None], np.array((40, 60, 30)), scene))


COVERS: tuple[Callable[[Rgb8, DrawnEye], Rgb8], ...] = (with_lid, with_hand, with_dark_lens, with_mirror)


def _covered(picture: Rgb8, drawn: DrawnEye, cover: NDArray[np.float64]) -> Rgb8:
    u, v = _radii(drawn)
    lens = np.hypot(u / 3.6, (v - 0.3) / 2.6) < 1
    return _softened(np.where(lens[..., None], np.clip(cover, 0, 255).astype(np.uint8), picture))


def _softened(picture: Rgb8) -> Rgb8:
    return cv2.GaussianBlur(picture, (0, 0), 0.8).astype(np.uint8)


def _radii(drawn: DrawnEye) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows, columns = drawn.size
    y, x = np.mgrid[0:rows, 0:columns] + 0.5
    return (x - drawn.x) / drawn.radius, (y - drawn.y) / drawn.radius
