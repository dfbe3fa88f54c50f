"""A reference of the same scene is warped into the hole."""

import numpy as np
import pytest

from runner.engines.base import EngineResult
from runner.engines.reference_inpaint.engine import inpaint
from tests.engines.reference_inpaint.drawn import darker_pair, depth_pair, plane_pair

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def plane() -> EngineResult:
    return plane_pair().fill()


def test_a_plane_is_filled_with_its_own_content(plane: EngineResult) -> None:
    assert plane.details["mode"] == "same-scene"
    assert plane_pair().psnr(plane.pixels) > 26.0


def test_outside_the_mask_no_bit_changes(plane: EngineResult) -> None:
    assert plane_pair().untouched(plane.pixels)


def test_other_exposure_and_white_balance_are_taken_off() -> None:
    pair = darker_pair()
    assert pair.psnr(pair.fill().pixels) > 25.0


def test_two_depths_are_both_met() -> None:
    pair = depth_pair()
    assert pair.psnr(pair.fill().pixels) > 19.0


def test_what_lies_in_the_hole_does_not_matter(plane: EngineResult) -> None:
    pair = plane_pair()
    unpainted = {"image": pair.truth, "mask": pair.mask, "reference": pair.reference}
    assert np.array_equal(plane.pixels, inpaint(unpainted, {"prompt": None}).pixels)


def test_a_hole_at_the_border_of_the_photo_is_filled() -> None:
    pair = plane_pair()
    mask = np.zeros_like(pair.mask)
    mask[330:, 200:330] = 255
    pair = pair.with_mask(mask)
    result = pair.fill()
    assert pair.untouched(result.pixels)
    assert pair.psnr(result.pixels) > pair.telea_psnr() + 3.0


def test_two_holes_are_told_apart() -> None:
    pair = plane_pair()
    mask = pair.mask.copy()
    mask[40:90, 60:130] = 255
    pair = pair.with_mask(mask)
    result = pair.fill()
    assert result.details["hole_count"] == 2
    assert pair.psnr(result.pixels) > 24.0


def covered_share(result: EngineResult) -> float:
    match result.details["holes"]:
        case [{"covered_share": float(share)}]:
            return share
        case other:
            raise AssertionError(f"one hole expected, found {other}")


def test_what_the_reference_does_not_show_is_completed() -> None:
    pair = plane_pair()
    cropped = pair.reference[:, :330].copy()
    pair = pair.with_reference(cropped)
    result = pair.fill()
    assert covered_share(result) < 0.95
    assert pair.untouched(result.pixels)
    assert not (result.pixels[pair.mask > 0] == 255).all(axis=1).any()


def test_a_soft_mask_blends() -> None:
    pair = plane_pair()
    soft = pair.mask.copy()
    soft[170:280, 250:262] = 128
    images = {"image": pair.truth, "mask": soft, "reference": pair.reference}
    hard = inpaint({**images, "mask": np.where(soft > 0, 255, 0).astype(np.uint8)}, {"prompt": None}).pixels
    blended = inpaint(images, {"prompt": None}).pixels
    expected = pair.truth * (1 - 128 / 255) + hard * (128 / 255)
    edge = soft == 128
    assert np.abs(blended[edge] - expected[edge]).max() <= 1.0
