"""Holes of unusual number, shape and place."""

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest

from runner.engines.base import EngineResult, Mask8, Rgb8
from runner.engines.reference_inpaint.engine import inpaint
from tests.engines.reference_inpaint.drawn import draw_wall, strange_pair

pytestmark = pytest.mark.slow

PHOTO, OTHER = draw_wall(1)[:240, :320].copy(), strange_pair().reference[100:300, 200:460].copy()


def run(mask: Mask8, reference: Rgb8 = OTHER) -> EngineResult:
    painted = np.where(mask[..., None] > 0, np.uint8(255), PHOTO)
    return inpaint({"image": painted, "mask": mask, "reference": reference}, {"prompt": None})


@cache
def drawn(draw: Callable[[Mask8], None]) -> Mask8:
    mask = np.zeros(PHOTO.shape[:2], np.uint8)
    draw(mask)
    return mask


@cache
def filled(draw: Callable[[Mask8], None]) -> EngineResult:
    """Fill a drawn hole, once for all claims about it."""
    return run(drawn(draw))


def line(mask: Mask8) -> None:
    cv2.line(mask, (0, 0), (319, 239), 255, 2)


def specks(mask: Mask8) -> None:
    mask[4::20, 4::20] = 255


def scratches(mask: Mask8) -> None:
    mask[5::24] = 255


def left_half(mask: Mask8) -> None:
    mask[:, :160] = 255


def corner(mask: Mask8) -> None:
    mask[150:, 220:] = 255


def one_pixel(mask: Mask8) -> None:
    mask[100, 100] = 255


def ring(mask: Mask8) -> None:
    cv2.circle(mask, (160, 120), 80, 255, 9)


@pytest.mark.parametrize("draw", [line, specks, scratches, left_half, corner, one_pixel, ring])
def test_any_hole_is_filled_and_nothing_else_changes(draw: Callable[[Mask8], None]) -> None:
    mask, pixels = drawn(draw), filled(draw).pixels
    assert np.array_equal(pixels[mask == 0], PHOTO[mask == 0])
    assert not (pixels[mask > 0] == 255).all(axis=1).any()


@pytest.mark.parametrize("draw", [line, specks, scratches, one_pixel])
def test_thin_holes_are_filled_as_well_as_by_marching_inwards(draw: Callable[[Mask8], None]) -> None:
    mask = drawn(draw)
    painted = np.where(mask[..., None] > 0, np.uint8(255), PHOTO)
    marched = cv2.inpaint(painted, mask, 5, cv2.INPAINT_TELEA).astype(float)
    error = np.abs(filled(draw).pixels.astype(float) - PHOTO)[mask > 0].mean()
    assert error < np.abs(marched - PHOTO)[mask > 0].mean() + 4.0


def test_specks_by_the_hundred_go_together() -> None:
    assert int(str(filled(specks).details["hole_count"])) <= 12


@pytest.mark.parametrize("size", [(2, 2), (6, 6), (20, 900), (900, 700)])
def test_references_of_any_size_serve(size: tuple[int, int]) -> None:
    mask = np.zeros(PHOTO.shape[:2], np.uint8)
    mask[80:160, 100:200] = 255
    reference = np.random.default_rng(1).integers(0, 255, (*size, 3), dtype=np.uint8)
    pixels = run(mask, reference).pixels
    assert not (pixels[mask > 0] == 255).all(axis=1).any()


def test_a_gray_photo_stays_gray() -> None:
    gray = np.repeat(PHOTO.mean(axis=2).astype(np.uint8)[..., None], 3, axis=2)
    mask = np.zeros(gray.shape[:2], np.uint8)
    mask[80:160, 100:200] = 255
    pixels = inpaint({"image": gray, "mask": mask, "reference": gray[::-1].copy()}, {}).pixels.astype(int)
    assert np.ptp(pixels[mask > 0], axis=1).max() <= 1
