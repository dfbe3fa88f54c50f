"""A picture of one tone has no contrast; a photo and a mark on nothing have."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.images.codec import decode
from runner.images.contrast import contrast
from runner.images.lab import lightness_from_srgb
from runner.images.photo import Photo


@settings(max_examples=40, deadline=None)
@given(rgb=st.tuples(*[st.integers(0, 255)] * 3), alpha=st.none() | st.integers(0, 255))
def test_one_color_has_no_contrast(rgb: tuple[int, int, int], alpha: int | None) -> None:
    pixels = np.full((7, 9, 3), rgb, np.uint8)
    assert contrast(Photo(pixels=pixels, alpha=None if alpha is None else np.full((7, 9), alpha, np.uint8))) < 1e-9


def test_it_is_the_standard_deviation_of_lightness_over_many_strips() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (900, 1200, 3), np.uint8)
    assert contrast(Photo(pixels=pixels)) == pytest.approx(float((lightness_from_srgb(pixels) * 2.55).std()))


def test_black_beside_white_is_half_the_range() -> None:
    assert contrast(Photo(pixels=np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8))) == pytest.approx(127.5)


@pytest.mark.parametrize("tone", [0, 255])
def test_a_mark_on_nothing_is_seen_whatever_its_tone(tone: int) -> None:
    alpha = np.zeros((20, 20), np.uint8)
    alpha[5:15, 5:15] = 255
    assert contrast(Photo(pixels=np.full((20, 20, 3), tone, np.uint8), alpha=alpha)) > 100


def test_nothing_at_all_is_blank_whatever_lies_under_it() -> None:
    pixels = np.random.default_rng(4).integers(0, 256, (20, 20, 3), np.uint8)
    assert contrast(Photo(pixels=pixels, alpha=np.zeros((20, 20), np.uint8))) == 0


def test_real_photos_have_contrast(shared_data: Path) -> None:
    for path in sorted((shared_data / "dev" / "pairs").glob("*/truth.jpg")):
        photo: Any = decode(path.read_bytes(), path.name)
        assert contrast(Photo(pixels=photo.pixels[::4, ::4].copy())) > 20, path
