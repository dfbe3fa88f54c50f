"""Masks from alpha, from a color and from other masks: against truth, formulas and the laws of sets."""

import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab

from runner.core.errors import ImageError
from runner.images.codec import decode
from runner.images.mask_sources import alpha_mask, color_mask, intersect, subtract, union
from runner.images.photo import Mask8, Photo, Rgb8

Color: TypeAlias = tuple[int, int, int]
Combine: TypeAlias = Callable[[Sequence[Mask8]], Mask8]

_LEVELS = arrays.arrays(np.uint8, (5, 4))
_MASKS = st.lists(_LEVELS, min_size=1, max_size=4)
_COLOR = st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
_GREEN: Color = (0, 177, 64)


def _one(color: Color) -> Photo:
    return Photo(pixels=np.array([[color]], np.uint8))


def _is_white(color: Color, key: Color, tolerance: float) -> bool:
    return bool(color_mask(_one(color), key, tolerance)[0, 0] == 255)


def _disc() -> Mask8:
    rows, columns = np.mgrid[0:90, 0:120]
    return np.where(np.hypot(rows - 40, columns - 55) < 28, 255, 0).astype(np.uint8)


def _jpeg(pixels: Rgb8) -> Photo:
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG", quality=90, subsampling=0)
    return decode(written.getvalue(), "screen.jpg")


@pytest.mark.parametrize("media", ["PNG", "WEBP", "TIFF"])
def test_alpha_of_a_file_is_its_mask(media: str) -> None:
    alpha = np.arange(120, dtype=np.uint8).reshape(10, 12) * 2
    pixels = np.concatenate([np.full((10, 12, 3), 90, np.uint8), alpha[:, :, None]], axis=2)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, media, lossless=True)
    assert (alpha_mask(decode(written.getvalue(), "cut-out")) == alpha).all()


def test_a_mask_from_alpha_is_not_the_photo_s_own_array() -> None:
    photo = Photo(pixels=np.zeros((2, 2, 3), np.uint8), alpha=np.full((2, 2), 7, np.uint8))
    alpha_mask(photo)[...] = 0
    assert photo.alpha is not None
    assert (photo.alpha == 7).all()


def test_a_photo_without_alpha_is_refused_with_what_to_do() -> None:
    with pytest.raises(ImageError, match="no alpha channel") as refusal:
        alpha_mask(_one(_GREEN))
    assert (refusal.value.code, "PNG" in refusal.value.hint) == ("no-alpha", True)


# The difference of grays is that of L* over S_L alone, worked out by hand; the others are published for pure colors.
@pytest.mark.parametrize(
    ("color", "key", "difference"),
    [
        ((0, 0, 0), (255, 255, 255), 100.0),
        ((119, 119, 119), (128, 128, 128), 3.52),
        ((255, 0, 0), (0, 255, 0), 86.61),
        ((255, 0, 0), (0, 0, 255), 52.88),
        ((0, 255, 0), (0, 0, 255), 83.19),
    ],
)
def test_the_edge_lies_at_the_tolerance(color: Color, key: Color, difference: float) -> None:
    below, above = difference - 0.02, difference + 0.02
    assert (_is_white(color, key, below), _is_white(color, key, above)) == (False, True)


def test_no_tolerance_takes_the_very_color_alone() -> None:
    pixels = np.array([[_GREEN, (0, 177, 65), (1, 177, 64), _GREEN]], np.uint8)
    assert color_mask(Photo(pixels=pixels), _GREEN, 0).tolist() == [[255, 0, 0, 255]]


@settings(max_examples=30)  # each builds tables of all colors
@given(arrays.arrays(np.uint8, (4, 3, 3)), _COLOR, st.floats(0, 120))
def test_each_pixel_is_judged_by_its_own_color(pixels: Rgb8, key: Color, tolerance: float) -> None:
    difference = deltaE_ciede2000(  # type: ignore[no-untyped-call]  # of scikit-image
        rgb2lab(pixels), rgb2lab(np.array([[key]], np.uint8))
    )
    expected = np.where(np.round(difference, 6) <= tolerance, 255, 0)
    assert (color_mask(Photo(pixels=pixels), key, tolerance) == expected).all()


def test_a_picture_of_many_strips_is_judged_whole() -> None:
    pixels = np.full((1500, 1000, 3), 200, np.uint8)
    pixels[1400:] = _GREEN
    mask = color_mask(Photo(pixels=pixels), _GREEN, Decimal("2.5"))
    assert (mask[:1400].max(), mask[1400:].min(), mask.shape) == (0, 255, (1500, 1000))


def test_a_compressed_green_screen_is_keyed_to_its_subject() -> None:
    subject = _disc() == 255
    noise = np.random.default_rng(3).normal(0, 3, (90, 120, 3))
    pixels = np.where(subject[:, :, None], (190, 140, 120), _GREEN)
    mask = color_mask(_jpeg(np.clip(pixels + noise, 0, 255).astype(np.uint8)), _GREEN, 12)
    wrong = (mask == 0) != subject
    assert np.count_nonzero(wrong) < 0.02 * np.count_nonzero(subject)


def test_a_color_is_that_of_srgb_in_a_photo_with_another_profile(shared_data: Path) -> None:
    skin = (190, 140, 115)
    wide, narrow = (
        color_mask(decode((shared_data / "nasty" / "icc" / file).read_bytes(), file), skin, 12)
        for file in ("face_display_p3.jpg", "face_srgb.jpg")
    )
    assert np.count_nonzero(wide & narrow) > 0.9 * np.count_nonzero(wide | narrow) > 0


def test_what_is_fully_transparent_has_no_color() -> None:
    photo = Photo(pixels=np.full((1, 3, 3), 40, np.uint8), alpha=np.array([[0, 1, 255]], np.uint8))
    assert color_mask(photo, (40, 40, 40), 1).tolist() == [[0, 255, 255]]


@pytest.mark.parametrize("tolerance", [-0.1, float("nan"), Decimal(-1)])
def test_a_tolerance_that_is_none_is_refused(tolerance: Decimal | float) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        color_mask(_one(_GREEN), _GREEN, tolerance)


@pytest.mark.parametrize("color", [(256, 0, 0), (0, -1, 0)])
def test_a_color_that_is_none_is_refused(color: Color) -> None:
    with pytest.raises(ValueError, match="0 to 255"):
        color_mask(_one(_GREEN), color, 5)


@given(_MASKS)
def test_order_does_not_matter_to_union_and_intersection(masks: list[Mask8]) -> None:
    turned = masks[::-1]
    assert ((union(masks) == union(turned)).all(), (intersect(masks) == intersect(turned)).all()) == (True, True)


@given(_MASKS)
def test_the_inverse_of_a_union_is_the_intersection_of_inverses(masks: list[Mask8]) -> None:
    assert (~union(masks) == intersect([~mask for mask in masks])).all()


@given(_MASKS)
def test_subtracting_is_intersecting_with_the_inverse_of_the_union(masks: list[Mask8]) -> None:
    rest = [~union(masks[1:])] if masks[1:] else []
    assert (subtract(masks) == intersect([masks[0], *rest])).all()


@given(_LEVELS, _LEVELS, _LEVELS)
def test_intersection_distributes_over_union(one: Mask8, two: Mask8, three: Mask8) -> None:
    together = intersect([one, union([two, three])])
    assert (together == union([intersect([one, two]), intersect([one, three])])).all()


@given(_LEVELS, _LEVELS)
def test_a_part_united_with_its_whole_is_the_whole(one: Mask8, two: Mask8) -> None:
    assert (union([one, intersect([one, two])]) == one).all()


@pytest.mark.parametrize("operation", [union, intersect, subtract])
@given(masks=_MASKS)
def test_the_masks_combined_stay_as_they_are(operation: Combine, masks: list[Mask8]) -> None:
    before = [mask.copy() for mask in masks]
    operation(masks)[...] = 3
    assert all((mask == own).all() for mask, own in zip(masks, before, strict=True))


@pytest.mark.parametrize(
    ("operation", "levels"), [(union, [200, 90, 255]), (intersect, [200, 0, 100]), (subtract, [55, 0, 0])]
)
def test_gray_levels_are_combined_as_soft_sets(operation: Combine, levels: list[int]) -> None:
    one, two = np.array([[200, 0, 100]], np.uint8), np.array([[200, 90, 255]], np.uint8)
    assert operation([one, two]).tolist() == [levels]


@pytest.mark.parametrize("operation", [union, intersect, subtract])
def test_masks_of_two_sizes_are_refused_with_both(operation: Combine) -> None:
    with pytest.raises(ImageError, match=r"4×3 px.*4×2 px") as refusal:
        operation([np.zeros((3, 4), np.uint8), np.zeros((2, 4), np.uint8)])
    assert refusal.value.code == "size-mismatch"


@pytest.mark.parametrize("operation", [union, intersect, subtract])
def test_nothing_to_combine_is_refused(operation: Combine) -> None:
    with pytest.raises(ValueError, match="no masks"):
        operation([])
