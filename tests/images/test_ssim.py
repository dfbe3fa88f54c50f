"""Structural similarity is 1 for the same picture, less for any other, and stays within its area."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from runner.core.errors import ImageError
from runner.images.codec import decode, encode
from runner.images.compare import Aligned, align
from runner.images.photo import Photo
from runner.images.ssim import mean_ssim

_RGB = arrays.arrays(np.uint8, (13, 15, 3))
_AREA = arrays.arrays(np.bool_, (13, 15)).filter(lambda area: area.any())


@settings(max_examples=40, deadline=None)
@given(pixels=_RGB, area=st.none() | _AREA)
def test_the_same_picture_is_exactly_1(pixels: Any, area: Any) -> None:
    assert mean_ssim(Aligned(pixels, pixels.copy()), area) == 1


@settings(max_examples=40, deadline=None)
@given(before=_RGB, after=_RGB)
def test_it_is_the_same_both_ways_and_at_most_1(before: Any, after: Any) -> None:
    forth, back = mean_ssim(Aligned(before, after), None), mean_ssim(Aligned(after, before), None)
    assert forth == pytest.approx(back, abs=1e-12)
    assert -1 <= forth <= 1
    assert (forth == 1) == bool((before == after).all()) or forth > 0.999


@settings(max_examples=40, deadline=None)
@given(before=_RGB, edit=_RGB, area=_AREA)
def test_a_change_beyond_the_area_does_not_count(before: Any, edit: Any, area: Any) -> None:
    after = np.where(area[:, :, None], before, edit)
    assert mean_ssim(Aligned(before, after), area) == 1


@pytest.mark.slow
def test_it_agrees_with_scikit_image_over_many_strips(astronaut: bytes) -> None:
    metrics = pytest.importorskip("skimage.metrics")
    photo = decode(astronaut, "astronaut.png")
    before = np.tile(photo.pixels, (3, 3, 1))
    after = decode(encode(Photo(pixels=before), "image/jpeg", quality=60), "again").pixels
    wanted, similarity = metrics.structural_similarity(
        before,
        after,
        data_range=255,
        channel_axis=2,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )
    assert mean_ssim(Aligned(before, after), None) == pytest.approx(float(similarity.mean()), abs=1e-12)
    assert wanted == pytest.approx(float(similarity.mean()), abs=2e-3)  # that one leaves out a border of 5 px


def test_noise_blur_and_shift_count_more_than_a_compression(shared_data: Path) -> None:
    content = (shared_data / "dev" / "pairs" / "pd07_flowerpot" / "truth.jpg").read_bytes()
    photo = decode(content, "truth.jpg")
    cut = Photo(pixels=photo.pixels[:256, :256].copy())
    noise = np.random.default_rng(2).normal(0, 25, cut.pixels.shape)
    noisy = np.clip(cut.pixels + noise, 0, 255).astype(np.uint8)
    compressed = decode(encode(cut, "image/jpeg", quality=90), "again")
    like = mean_ssim(align(cut, compressed), None)
    assert like > 0.9
    assert mean_ssim(Aligned(cut.pixels, noisy), None) < like - 0.1
    assert mean_ssim(Aligned(cut.pixels, np.roll(cut.pixels, 6, axis=1)), None) < like - 0.1


@pytest.mark.parametrize("shape", [(10, 40, 3), (40, 10, 3)])
def test_a_picture_smaller_than_the_window_is_refused(shape: tuple[int, ...]) -> None:
    pixels = np.zeros(shape, np.uint8)
    with pytest.raises(ImageError, match=r"at least 11×11 px"):
        mean_ssim(Aligned(pixels, pixels), None)


def test_an_area_without_pixels_is_refused() -> None:
    pixels = np.zeros((12, 12, 3), np.uint8)
    with pytest.raises(ImageError, match="no pixels"):
        mean_ssim(Aligned(pixels, pixels), np.zeros((12, 12), np.bool_))


def test_an_area_of_another_size_is_refused() -> None:
    pixels = np.zeros((12, 12, 3), np.uint8)
    with pytest.raises(ImageError, match=r"12×12 px, the mask 12×13 px"):
        mean_ssim(Aligned(pixels, pixels), np.ones((13, 12), np.bool_))


def test_without_scikit_image_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skimage.metrics", None)
    pixels = np.zeros((12, 12, 3), np.uint8)
    with pytest.raises(ImageError, match="needs scikit-image") as refusal:
        mean_ssim(Aligned(pixels, pixels), None)
    assert refusal.value.hint == 'pip install "edit-runner[local]"'
