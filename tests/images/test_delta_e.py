"""Colors of areas, and the differences between them, are those of the published formulas."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.core.errors import ImageError
from runner.images.codec import decode
from runner.images.delta_e import Lab, delta_e, hex_of, lab_of, mean_color
from runner.images.lab import lab_from_srgb, lightness_from_srgb
from runner.images.photo import Photo

_RGB = st.tuples(*[st.integers(0, 255)] * 3)


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        (Lab(50, 2.6772, -79.7751), Lab(50, 0, -82.7485), 2.0425),
        (Lab(50, 3.1571, -77.2803), Lab(50, 0, -82.7485), 2.8615),
        (Lab(50, -1.3802, -84.2814), Lab(50, 0, -82.7485), 1.0000),
        (Lab(50, 2.4900, -0.0010), Lab(50, -2.4900, 0.0009), 7.1792),
        (Lab(50, 2.4900, -0.0010), Lab(50, -2.4900, 0.0011), 7.2195),
        (Lab(50, 2.5000, 0), Lab(73, 25, -18), 27.1492),
        (Lab(60.2574, -34.0099, 36.2677), Lab(60.4626, -34.1751, 39.4387), 1.2644),
        (Lab(2.0776, 0.0795, -1.1350), Lab(0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_differences_are_those_of_the_published_test_pairs(one: Lab, other: Lab, difference: float) -> None:
    assert delta_e(one, other) == pytest.approx(difference, abs=6e-5)


@settings(max_examples=50, deadline=None)
@given(one=_RGB, other=_RGB)
def test_a_difference_is_the_same_both_ways_and_none_to_itself(
    one: tuple[int, int, int], other: tuple[int, int, int]
) -> None:
    assert delta_e(lab_of(one), lab_of(other)) == pytest.approx(delta_e(lab_of(other), lab_of(one)), abs=1e-9)
    assert delta_e(lab_of(one), lab_of(one)) == 0


@settings(max_examples=50, deadline=None)
@given(rgb=_RGB)
def test_a_color_comes_back_from_lab_as_it_was(rgb: tuple[int, int, int]) -> None:
    assert hex_of(lab_of(rgb)) == "#{:02x}{:02x}{:02x}".format(*rgb)


def test_lab_agrees_with_scikit_image() -> None:
    color = pytest.importorskip("skimage.color")
    pixels = np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)
    assert np.abs(lab_from_srgb(pixels) - color.rgb2lab(pixels)).max() < 0.02
    assert np.allclose(lightness_from_srgb(pixels), lab_from_srgb(pixels)[..., 0], atol=1e-9)


def test_white_has_no_tint() -> None:
    assert delta_e(lab_of((255, 255, 255)), Lab(100, 0, 0)) < 1e-9


def test_the_mean_counts_grays_of_the_mask_in_part() -> None:
    photo = Photo(pixels=np.array([[[255, 255, 255], [0, 0, 0]]], np.uint8))
    assert mean_color(photo, np.array([[51, 204]], np.uint8)).l == pytest.approx(20)


def test_the_mean_counts_transparent_pixels_in_part() -> None:
    pixels = np.array([[[255, 255, 255], [0, 0, 0]]], np.uint8)
    photo = Photo(pixels=pixels, alpha=np.array([[51, 204]], np.uint8))
    assert mean_color(photo, np.full((1, 2), 255, np.uint8)).l == pytest.approx(20)


@pytest.mark.parametrize("alpha", [None, np.array([[255, 0]], np.uint8)])
def test_an_area_without_a_visible_pixel_has_no_color(
    alpha: np.ndarray[tuple[int, int], np.dtype[np.uint8]] | None,
) -> None:
    mask = np.array([[0, 0 if alpha is None else 255]], np.uint8)
    with pytest.raises(ImageError, match="no visible pixel"):
        mean_color(Photo(pixels=np.zeros((1, 2, 3), np.uint8), alpha=alpha), mask)


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(ImageError, match=r"2×1 px, the mask 3×1 px"):
        mean_color(Photo(pixels=np.zeros((1, 2, 3), np.uint8)), np.full((1, 3), 255, np.uint8))


def test_a_mean_in_parts_is_the_mean_of_the_whole(astronaut: bytes) -> None:
    photo = decode(astronaut, "astronaut.png")
    large = Photo(pixels=np.tile(photo.pixels, (2, 2, 1)))
    whole, four = (mean_color(one, np.full(one.pixels.shape[:2], 255, np.uint8)) for one in (photo, large))
    assert delta_e(whole, four) < 1e-6
    assert whole.l == pytest.approx(float(lab_from_srgb(photo.pixels)[..., 0].mean()))


@pytest.mark.parametrize("file", ["face_display_p3.jpg", "face_prophoto.jpg"])
def test_a_color_is_measured_in_the_photos_own_space(shared_data: Path, file: str) -> None:
    photo = decode((shared_data / "nasty" / "icc" / file).read_bytes(), file)
    plain = Photo(pixels=photo.pixels)
    mask = np.full(photo.pixels.shape[:2], 255, np.uint8)
    assert delta_e(mean_color(photo, mask), mean_color(plain, mask)) > 1
