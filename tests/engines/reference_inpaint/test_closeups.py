"""A close-up of what is missing is laid so that it continues the photo; another picture is not."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from runner.engines.reference_inpaint.closeup import find_closeup, lay_closeup

Rgb = NDArray[np.float32]
Bits = NDArray[np.bool_]

_SIDE = 320
_LEFT, _RIGHT, _ROW, _RADIUS = 90, 230, 150, 30


def face() -> Rgb:
    """Two buttons on cloth that gets darker towards the right, each where two seams cross."""
    rows, columns = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float32)
    cloth = np.stack([150 - columns / 6, 120 - columns / 8, 90 + rows / 10], axis=-1)
    cloth += np.random.default_rng(1).normal(0, 4, (_SIDE, _SIDE, 1))
    cloth[np.abs(rows - _ROW + 6) < 3] = (80, 40, 30)
    for middle in (_LEFT, _RIGHT):
        cloth[np.abs(columns - middle) < 4] = (60, 50, 40)
        rho = np.hypot(columns - middle, rows - _ROW) / _RADIUS
        button = np.stack([200 - 90 * rho, 60 + 60 * rho, 70 + 0 * rho], axis=-1)
        cloth = np.where((rho < 1)[..., None], button, cloth)
        cloth[np.hypot(columns - middle - 8, rows - _ROW + 8) < 5] = (250, 250, 245)
    return np.asarray(cv2.GaussianBlur(cloth.astype(np.float32), (0, 0), 0.8), np.float32)


def hole() -> Bits:
    rows, columns = np.mgrid[0:_SIDE, 0:_SIDE]
    return np.asarray(np.hypot(columns - _RIGHT, rows - _ROW) < _RADIUS + 10)


def other_button(size: float = 1.0, light: float = 1.0) -> Rgb:
    reach = _RADIUS + 22
    crop = face()[_ROW - reach : _ROW + reach, _LEFT - reach : _LEFT + reach]
    return np.asarray(cv2.resize(crop * light, None, fx=size, fy=size, interpolation=cv2.INTER_AREA), np.float32)


def filled(reference: Rgb) -> Rgb:
    truth, where = face(), hole()
    target = np.where(where[..., None], 255, truth).astype(np.float32)
    closeup = find_closeup(target, where, ~where, reference)
    assert closeup is not None
    return lay_closeup(target, where, ~where, reference, closeup)


@pytest.mark.parametrize(("size", "light"), [(1.0, 1.0), (3.0, 1.0), (0.6, 1.0), (1.0, 0.8), (2.0, 1.2)])
def test_the_other_of_two_like_things_is_laid_in_its_place(size: float, light: float) -> None:
    where = hole()
    error = (filled(other_button(size, light)) - face())[where]
    assert 10 * np.log10(255**2 / (error**2).mean()) > 22


def test_outside_the_hole_nothing_changes() -> None:
    assert (filled(other_button())[~hole()] == face()[~hole()]).all()


@pytest.mark.parametrize("seed", range(4))
def test_a_picture_of_something_else_is_not_laid(seed: int) -> None:
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(0, 255, (6, 8, 3)).astype(np.float32)
    other = np.asarray(cv2.resize(coarse, (240, 180), interpolation=cv2.INTER_CUBIC), np.float32)
    where = hole()
    assert find_closeup(face(), where, ~where, other) is None


def test_a_hole_that_leaves_nothing_to_compare_gets_no_closeup() -> None:
    where = np.ones((_SIDE, _SIDE), bool)
    assert find_closeup(face(), where, ~where, other_button()) is None
