"""Holes are filled from patches: patterns go on, lines cross, colors stay those of the sources."""

import cv2
import numpy as np
import pytest

from runner.engines.base import Mask8, Rgb8
from runner.engines.reference_inpaint.engine import inpaint
from tests.engines.reference_inpaint.drawn import Pair, box_mask, draw_wall, strange_pair

pytestmark = pytest.mark.slow

STRANGE = strange_pair().reference


def fill(photo: Rgb8, mask: Mask8, reference: Rgb8 = STRANGE) -> Rgb8:
    return inpaint({"image": photo, "mask": mask, "reference": reference}, {"prompt": None}).pixels


def draw_stripes() -> Rgb8:
    """Stripes 16 px wide, slightly noisy."""
    rng = np.random.default_rng(3)
    bright = (np.arange(400) // 16 % 2 == 0)[None, :, None]
    return np.clip(np.where(bright, 190, 70) + rng.normal(0, 3, (300, 400, 3)), 0, 255).astype(np.uint8)


def draw_horizon() -> Rgb8:
    """A bright sky over a dark ground."""
    rng = np.random.default_rng(4)
    sky = (np.arange(300) < 150)[:, None, None]
    return np.clip(np.where(sky, (150, 190, 230), (70, 90, 50)) + rng.normal(0, 4, (300, 400, 3)), 0, 255).astype(
        np.uint8
    )


MIDDLE = box_mask(100, 150, 100, 100, (300, 400))


def test_a_regular_pattern_goes_on_in_step() -> None:
    truth = draw_stripes()
    filled = Pair(truth=truth, mask=MIDDLE, reference=STRANGE)
    assert filled.psnr(fill(filled.photo, MIDDLE)) > 24.0


def test_an_edge_crosses_the_hole_where_it_meets_the_border() -> None:
    pixels = fill(draw_horizon(), MIDDLE).astype(int)
    step = np.abs(np.diff(pixels[100:200, 150:250].mean(axis=2), axis=0)).argmax(axis=0) + 101
    assert np.mean(np.abs(step - 150) <= 6) > 0.85


def test_a_fill_is_as_rough_as_what_it_continues() -> None:
    rng = np.random.default_rng(5)
    noise = cv2.GaussianBlur(rng.normal(0, 60, (300, 400, 3)), (0, 0), 1.2)
    photo = np.clip(128 + noise, 0, 255).astype(np.uint8)
    inside, outside = fill(photo, MIDDLE)[110:190, 160:240].std(), photo[:90].std()
    assert 0.75 < inside / outside < 1.25


def test_a_texture_keeps_its_own_colors() -> None:
    rng = np.random.default_rng(6)
    grain = rng.normal((170, 80, 40), 25, (240, 240, 3))
    rust = np.clip(cv2.GaussianBlur(grain, (0, 0), 1.0), 0, 255).astype(np.uint8)
    photo = np.full((300, 400, 3), (90, 100, 90), np.uint8)
    mean = fill(photo, MIDDLE, rust)[110:190, 160:240].reshape(-1, 3).mean(axis=0)
    assert np.abs(mean - rust.reshape(-1, 3).mean(axis=0)).max() < 12


def test_a_texture_smaller_than_the_hole_is_laid_out_over_all_of_it() -> None:
    rng = np.random.default_rng(7)
    grain = cv2.GaussianBlur(rng.normal(0, 60, (64, 64, 3)), (0, 0), 0.6)
    tile = np.clip(np.add(grain, (60, 60, 170)), 0, 255).astype(np.uint8)
    photo = np.full((300, 400, 3), (150, 140, 60), np.uint8)
    inside = fill(photo, MIDDLE, tile)[105:195, 155:245].reshape(9, 10, 9, 10, 3).mean(axis=(1, 3))
    assert (inside[..., 2] > inside[..., 0] + 40).all()


def test_two_runs_give_the_same_bytes() -> None:
    photo = draw_wall(1)
    mask = box_mask(170, 250, 110, 150)
    assert np.array_equal(fill(photo, mask), fill(photo, mask))
