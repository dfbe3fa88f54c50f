"""Masks against geometry: what is drawn, grown, shrunk and softened is where a ruler says."""

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from runner.core.artifact import Size
from runner.images.icc import srgb_profile
from runner.images.mask import (
    apply_op,
    digest_mask,
    draw_over,
    draw_shape,
    encode_mask,
    is_binary,
    mask_area,
    read_mask,
)
from runner.images.photo import Mask8

_SIZE = Size(220, 180)
_SOFT = arrays.arrays(np.uint8, st.tuples(st.integers(1, 14), st.integers(1, 14)))
_HARD = arrays.arrays(np.uint8, st.tuples(st.integers(1, 14), st.integers(1, 14)), elements=st.sampled_from([0, 255]))


def _disc(radius_px: float) -> Mask8:
    rows, columns = np.mgrid[0 : _SIZE.height_px, 0 : _SIZE.width_px]
    return np.where((rows - 90) ** 2 + (columns - 110) ** 2 <= radius_px**2, 255, 0).astype(np.uint8)


def _near(mask: Mask8, radius_px: float) -> Mask8:
    """The highest level within a distance, by looking at every pixel from every pixel."""
    rows, columns = np.indices(mask.shape)
    places = np.stack([rows.ravel(), columns.ravel()], axis=1)
    apart = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    levels = np.where(apart <= radius_px**2, mask.ravel()[None], 0).max(axis=1)
    return np.asarray(levels, np.uint8).reshape(mask.shape)


def _png(image: Image.Image, **options: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, "PNG", **options)
    return written.getvalue()


@pytest.mark.parametrize("grown_px", [1, 6, 20])
def test_a_disc_grown_is_the_larger_disc(grown_px: int) -> None:
    grown, larger = apply_op(_disc(30), "grow", f"{grown_px}px"), _disc(30 + grown_px)
    # Never beyond the larger disc; inside it only corners of the pixel staircase may be missing.
    assert not (grown & ~larger).any()
    assert not (_disc(30 + grown_px - 0.5) & ~grown).any()


@pytest.mark.parametrize("shrunk_px", [1, 6, 20])
def test_a_disc_shrunk_is_the_smaller_disc(shrunk_px: int) -> None:
    shrunk, smaller = apply_op(_disc(50), "shrink", str(shrunk_px)), _disc(50 - shrunk_px)
    assert not (smaller & ~shrunk).any()
    assert not (shrunk & ~_disc(50 - shrunk_px + 0.5)).any()


@settings(max_examples=60, deadline=None)
@given(mask=_SOFT | _HARD, radius=st.integers(0, 60))
def test_growing_takes_the_highest_level_within_the_distance(mask: Mask8, radius: int) -> None:
    assert (apply_op(mask, "grow", f"{radius / 10}") == _near(mask, radius / 10)).all()


@settings(max_examples=40, deadline=None)
@given(mask=_SOFT | _HARD, radius=st.integers(0, 6))
def test_shrinking_is_growing_of_the_inverse(mask: Mask8, radius: int) -> None:
    assert (apply_op(mask, "shrink", str(radius)) == 255 - _near(255 - mask, radius)).all()


def test_growing_is_the_same_across_strips() -> None:
    tall = np.zeros((3000, 30), np.uint8)
    tall[[100, 1120, 1135, 2150], [15, 12, 14, 20]] = 255  # strips of the bounding box end beside them
    whole = apply_op(tall, "grow", "9")
    for top in (85, 1105, 2135):
        assert (whole[top : top + 45] == _near(tall[top : top + 45], 9)).all()


def test_percent_is_of_the_shorter_side() -> None:
    assert (apply_op(_disc(30), "grow", "5%") == apply_op(_disc(30), "grow", "9px")).all()


@pytest.mark.parametrize("width_px", [4, 8, 20])
def test_a_feathered_edge_is_a_ramp_of_that_width_around_the_edge(width_px: int) -> None:
    mask = np.zeros((9, 120), np.uint8)
    mask[:, 60:] = 255
    edge = apply_op(mask, "feather", str(width_px))[4].astype(int)
    half = width_px // 2
    assert not edge[: 60 - half].any()
    assert (edge[60 + half :] == 255).all()
    assert (np.diff(edge) >= 0).all()
    assert (np.abs(edge + edge[::-1] - 255) <= 1).all()  # as much inside as outside


def test_a_feather_of_an_even_mask_changes_nothing() -> None:
    assert (apply_op(np.full((30, 40), 255, np.uint8), "feather", "12") == 255).all()


@settings(max_examples=40, deadline=None)
@given(mask=_SOFT, percent=st.integers(0, 100))
def test_a_threshold_leaves_black_and_white(mask: Mask8, percent: int) -> None:
    cut = apply_op(mask, "threshold", f"{percent}%")
    assert ((cut == 255) == (mask.astype(int) * 100 >= percent * 255)).all()
    assert is_binary(cut)


def test_inverting_twice_is_nothing() -> None:
    assert (apply_op(apply_op(_disc(30), "invert"), "invert") == _disc(30)).all()


def test_a_ring_is_filled_and_a_bay_is_not() -> None:
    ring = _disc(40) & ~_disc(20)
    bay = ring.copy()
    bay[90, 110:] = 0
    assert (apply_op(ring, "fill_holes") == _disc(40)).all()
    assert (apply_op(bay, "fill_holes") == bay).all()


@pytest.mark.parametrize(
    ("op", "amount", "words"),
    [
        ("grow", "much", "length"),
        ("grow", "-2", "0 or more"),
        ("threshold", "12", "such as 50%"),
        ("melt", "1", "melt"),
    ],
)
def test_a_wrong_operation_is_refused_in_words(op: str, amount: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        apply_op(_disc(30), op, amount)


@pytest.mark.parametrize("op", ["grow", "shrink", "feather"])
def test_nothing_and_everything_stay_as_they_are(op: str) -> None:
    for level in (0, 255):
        mask = np.full((20, 30), level, np.uint8)
        assert (apply_op(mask, op, "5") == level).all()


def test_a_rectangle_in_percent_covers_its_share() -> None:
    mask = draw_shape("rect", ["10%", "20%", "50%", "30%"], Size(200, 100))
    assert (mask[20:50, 20:120] == 255).all()
    assert mask_area(mask) == pytest.approx(0.15)


def test_neighboring_rectangles_share_no_pixel_and_leave_none() -> None:
    parts = [draw_shape("rect", [left, "0", "33.4%", "100%"], Size(101, 7)) for left in ("0%", "33.3%", "66.6%")]
    assert (np.maximum.reduce(parts) == 255).all()
    halves = [draw_shape("rect", [left, "0", "50%", "7"], Size(101, 7)) for left in ("0%", "50%")]
    assert (halves[0] ^ halves[1] == 255).all()


def test_an_ellipse_has_the_area_of_an_ellipse() -> None:
    mask = draw_shape("ellipse", [20, 30, 120, 80], _SIZE)
    assert mask.sum() / 255 == pytest.approx(np.pi * 60 * 40, rel=0.002)
    assert (mask[30:110] == mask[30:110][::-1]).all()


def test_a_polygon_has_the_area_of_the_shoelace_formula() -> None:
    points = [[10, 10], [180, 30], [200, 150], [60, 170], [90, 90]]
    x, y = np.array(points).T
    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    assert draw_shape("polygon", points, _SIZE).sum() / 255 == pytest.approx(area, rel=0.005)


def test_a_square_polygon_is_the_rectangle() -> None:
    corners = [["10%", "10%"], ["60%", "10%"], ["60%", "70%"], ["10%", "70%"]]
    square = draw_shape("polygon", corners, _SIZE)
    assert (square == draw_shape("rect", ["10%", "10%", "50%", "60%"], _SIZE)).all()


def test_a_shape_beyond_the_picture_is_cut_off() -> None:
    assert (draw_shape("polygon", [[-50, -50], [900, -50], [900, 900], [-50, 900]], _SIZE) == 255).all()
    assert not draw_shape("rect", [500, 500, 10, 10], _SIZE).any()


@pytest.mark.parametrize(
    ("kind", "values"),
    [("rect", [1, 2, 3]), ("polygon", [[1, 2], [3, 4]]), ("polygon", [[1, 2], [3, 4], [5]]), ("rect", ["x", 1, 2, 3])],
)
def test_a_wrong_shape_is_refused(kind: Any, values: Any) -> None:
    with pytest.raises(ValueError, match=r"length|points|point"):
        draw_shape(kind, values, _SIZE)


@settings(max_examples=30, deadline=None)
@given(mask=_SOFT)
def test_a_saved_mask_comes_back_with_every_level(mask: Mask8) -> None:
    assert (read_mask(encode_mask(mask), "mask") == mask).all()


def test_a_mask_is_read_alike_from_gray_color_and_palette() -> None:
    gray = Image.fromarray(_disc(30))
    for image in (gray, gray.convert("RGB"), gray.convert("1"), gray.convert("P"), gray.convert("RGBA")):
        assert (read_mask(_png(image), "mask") == _disc(30)).all()


def test_transparent_pixels_of_a_mask_are_black() -> None:
    white = np.full((180, 220, 4), 255, np.uint8)
    white[:, :, 3] = _disc(30)
    assert (read_mask(_png(Image.fromarray(white)), "mask") == _disc(30)).all()


def test_a_turned_mask_comes_out_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = np.rot90(_disc(30)[:, 40:])
    assert (read_mask(_png(Image.fromarray(np.ascontiguousarray(turned)), exif=exif), "m") == _disc(30)[:, 40:]).all()


def test_a_color_profile_does_not_move_the_levels_of_a_mask() -> None:
    content = _png(Image.fromarray(_disc(30) // 2), icc_profile=srgb_profile())
    assert (read_mask(content, "mask") == _disc(30) // 2).all()


def test_the_digest_is_of_levels_and_shape_only() -> None:
    disc = _disc(30)
    assert digest_mask(disc) == digest_mask(read_mask(_png(Image.fromarray(disc), compress_level=9), "mask"))
    assert digest_mask(disc) == digest_mask(np.asfortranarray(disc))
    assert digest_mask(disc) != digest_mask(disc.reshape(220, 180))
    assert digest_mask(disc) != digest_mask(_disc(31))


def test_a_drawn_mask_tints_what_is_edited_and_leaves_the_rest() -> None:
    photo = np.full((180, 220, 3), 100, np.uint8)
    drawn = draw_over(photo, _disc(30))
    assert (drawn[_disc(33) == 0] == 100).all()
    assert (drawn[_disc(28) == 255] == (185, 45, 106)).all()
    with pytest.raises(ValueError, match="shape"):
        draw_over(photo[1:], _disc(30))
