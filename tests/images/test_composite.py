"""Outside a mask nothing changes, bit by bit; changes are counted as they are."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from runner.core.errors import ImageError
from runner.images.codec import decode, encode
from runner.images.color import to_srgb
from runner.images.composite import blend, lay_over, paste_back
from runner.images.icc import srgb_profile
from runner.images.measure import Changed, changed_inside, changed_outside
from runner.images.photo import Photo

_SHAPE = (8, 9)
_RGB = arrays.arrays(np.uint8, (*_SHAPE, 3))
_MASK = arrays.arrays(np.uint8, _SHAPE)
_ALPHA = st.none() | _MASK


@settings(max_examples=60, deadline=None)
@given(original=_RGB, edited=_RGB, mask=_MASK)
def test_a_blend_is_exact_at_both_ends_and_between_them_elsewhere(original: Any, edited: Any, mask: Any) -> None:
    mixed = blend(original, edited, mask)
    assert (mixed[mask == 0] == original[mask == 0]).all()
    assert (mixed[mask == 255] == edited[mask == 255]).all()
    assert (mixed >= np.minimum(original, edited)).all()
    assert (mixed <= np.maximum(original, edited)).all()


@settings(max_examples=60, deadline=None)
@given(original=_RGB, edited=_RGB, mask=_MASK, alpha=_ALPHA, edited_alpha=_ALPHA)
def test_pasting_back_restores_every_bit_outside(
    original: Any, edited: Any, mask: Any, alpha: Any, edited_alpha: Any
) -> None:
    pasted = paste_back(Photo(pixels=original, alpha=alpha), Photo(pixels=edited, alpha=edited_alpha), mask)
    assert (pasted.pixels[mask == 0] == original[mask == 0]).all()
    assert (pasted.alpha is None) == (alpha is None)
    assert alpha is None or (np.asarray(pasted.alpha)[mask == 0] == alpha[mask == 0]).all()


@settings(max_examples=30, deadline=None)
@given(original=_RGB, edited=_RGB, mask=_MASK)
def test_an_edit_with_another_profile_is_pasted_as_exactly(original: Any, edited: Any, mask: Any) -> None:
    pasted = paste_back(Photo(pixels=original), Photo(pixels=edited, icc=srgb_profile()), mask)
    assert (pasted.pixels == blend(original, edited, mask)).all()
    assert pasted.icc is None


@pytest.mark.parametrize("file", ["face_display_p3.jpg", "face_prophoto.jpg"])
def test_an_srgb_edit_of_a_wide_photo_is_pasted_in_the_photos_own_space(shared_data: Any, file: str) -> None:
    photo = decode((shared_data / "nasty" / "icc" / file).read_bytes(), file)
    edited = to_srgb(photo).copy()
    edited[200:240, 200:240] = (60, 110, 160)
    mask = np.zeros(photo.pixels.shape[:2], np.uint8)
    mask[190:250, 190:250] = 255
    pasted = decode(encode(paste_back(photo, Photo(pixels=edited), mask), "image/png"), "x")
    assert (pasted.pixels[mask == 0] == photo.pixels[mask == 0]).all()
    assert pasted.icc == photo.icc
    assert np.abs(to_srgb(pasted)[200:240, 200:240].astype(int) - (60, 110, 160)).max() <= 3


@pytest.mark.parametrize(("shape", "mask_shape"), [((8, 10, 3), (8, 9)), ((8, 9, 3), (9, 8))])
def test_other_sizes_are_refused_with_both_sizes(shape: Any, mask_shape: Any) -> None:
    original, edited = Photo(pixels=np.zeros((8, 9, 3), np.uint8)), Photo(pixels=np.zeros(shape, np.uint8))
    with pytest.raises(ImageError, match="9×8 px") as caught:
        paste_back(original, edited, np.zeros(mask_shape, np.uint8))
    assert caught.value.code == "size-mismatch"


@settings(max_examples=60, deadline=None)
@given(bottom=_RGB, overlay=_RGB, alpha=_ALPHA, left=st.integers(-12, 12), top=st.integers(-12, 12))
def test_what_an_overlay_does_not_cover_stays(bottom: Any, overlay: Any, alpha: Any, left: int, top: int) -> None:
    laid = lay_over(Photo(pixels=bottom, alpha=alpha), Photo(pixels=overlay), left, top, None)
    expected = bottom.copy()
    for row in range(8):
        for column in range(9):
            if 0 <= row - top < 8 and 0 <= column - left < 9:
                expected[row, column] = overlay[row - top, column - left]
    assert (laid.pixels == expected).all()


def test_a_clear_overlay_changes_nothing() -> None:
    bottom = Photo(pixels=np.full((8, 9, 3), 7, np.uint8), alpha=np.full((8, 9), 99, np.uint8))
    clear = Photo(pixels=np.full((8, 9, 3), 200, np.uint8), alpha=np.zeros((8, 9), np.uint8))
    laid = lay_over(bottom, clear, 0, 0, None)
    assert (laid.pixels == 7).all()
    assert laid.alpha is not None
    assert (laid.alpha == 99).all()


def test_half_over_half_covers_three_quarters() -> None:
    half = np.full((1, 1), 128, np.uint8)
    bottom = Photo(pixels=np.full((1, 1, 3), 0, np.uint8), alpha=half)
    laid = lay_over(bottom, Photo(pixels=np.full((1, 1, 3), 240, np.uint8), alpha=half), 0, 0, None)
    assert laid.alpha is not None
    assert abs(int(laid.alpha[0, 0]) - 192) <= 1
    assert abs(int(laid.pixels[0, 0, 0]) - 160) <= 1  # 240 × 0.5 / 0.75


@settings(max_examples=40, deadline=None)
@given(before=_RGB, after=_RGB, mask=_MASK, tolerance=st.integers(0, 255))
def test_changes_are_counted_pixel_by_pixel(before: Any, after: Any, mask: Any, tolerance: int) -> None:
    changed = np.abs(before.astype(int) - after).max(axis=2) > tolerance
    outside, inside = mask == 0, mask >= 128
    assert changed_outside(before, after, mask, tolerance) == Changed(int(changed[outside].sum()), int(outside.sum()))
    assert changed_inside(before, after, mask, tolerance) == Changed(int(changed[inside].sum()), int(inside.sum()))


def test_an_empty_area_cannot_be_measured() -> None:
    pixels = np.zeros((4, 4, 3), np.uint8)
    with pytest.raises(ImageError, match="no pixels"):
        _ = changed_inside(pixels, pixels, np.zeros((4, 4), np.uint8)).share


def test_a_blend_is_the_same_across_strips() -> None:
    random = np.random.default_rng(1)
    bottom, top = random.integers(0, 256, (2, 1500, 1000, 3), np.uint8)
    weight = random.integers(0, 256, (1500, 1000), np.uint8)
    share = weight[:, :, None].astype(int)
    assert (blend(bottom, top, weight) == (bottom * (255 - share) + top * share + 127) // 255).all()
