"""Sizes known before any pixel is read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.core.artifact import Size
from runner.images.geometry import Box, cover_box, crop_box, cropped_size, resized_size

_SIDES = st.integers(1, 5000)


@pytest.mark.parametrize(
    ("width", "height", "fit", "expected"),
    [
        (600, None, "inside", Size(600, 400)),
        (None, 200, "inside", Size(300, 200)),
        (600, 600, "inside", Size(600, 400)),
        (600, 600, "cover", Size(600, 600)),
        (600, 600, "stretch", Size(600, 600)),
        (600, None, "cover", Size(600, 400)),
        (2400, None, "inside", Size(2400, 1600)),
        (1, None, "inside", Size(1, 1)),
    ],
)
def test_a_resized_photo_has_the_size_that_was_asked(width: Any, height: Any, fit: Any, expected: Size) -> None:
    assert resized_size(Size(1200, 800), width, height, fit) == expected


@given(columns=_SIDES, rows=_SIDES, width=_SIDES, height=_SIDES)
def test_inside_fits_and_touches_one_side(columns: int, rows: int, width: int, height: int) -> None:
    size = resized_size(Size(columns, rows), width, height, "inside")
    assert size.width_px <= width
    assert size.height_px <= height
    assert size.width_px == width or size.height_px == height


@given(columns=_SIDES, rows=_SIDES, width=_SIDES, height=_SIDES)
def test_cover_takes_a_centered_part_that_touches_two_opposite_sides(
    columns: int, rows: int, width: int, height: int
) -> None:
    box = cover_box(Size(columns, rows), Size(width, height))
    assert box.size.width_px == columns or box.size.height_px == rows
    assert abs(box.left_px - (columns - box.right_px)) <= 1
    assert abs(box.top_px - (rows - box.bottom_px)) <= 1


@pytest.mark.parametrize(("width", "height"), [(None, None), (0, None), (None, -3), (5, 0)])
def test_a_size_needs_a_positive_side(width: int | None, height: int | None) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        resized_size(Size(10, 10), width, height, "inside")


@pytest.mark.parametrize(
    ("rect", "expected"),
    [
        ([10, 20, 30, 40], Box(10, 20, 40, 60)),
        (["10%", "10%", "50%", "50%"], Box(20, 10, 120, 60)),
        (["10px", "0", "500", "500"], Box(10, 0, 200, 100)),
        (["-5", "-5", "10", "10"], Box(0, 0, 5, 5)),
    ],
)
def test_a_crop_keeps_the_rectangle_within_the_picture(rect: Any, expected: Box) -> None:
    assert crop_box(Size(200, 100), rect) == expected
    assert cropped_size(Size(200, 100), rect) == expected.size


@given(columns=_SIDES, rows=_SIDES, cut=st.integers(1, 99))
def test_two_crops_at_one_percent_meet_without_gap_or_overlap(columns: int, rows: int, cut: int) -> None:
    size = Size(max(columns, 200), rows)
    left = crop_box(size, ["0", "0", f"{cut}%", "100%"])
    right = crop_box(size, [f"{cut}%", "0", f"{100 - cut}%", "100%"])
    assert left.right_px == right.left_px
    assert right.right_px == size.width_px


@pytest.mark.parametrize("rect", [[1, 2, 3], [300, 0, 10, 10], [0, 0, 0, 10], ["a", 0, 1, 1], [0, 0, "1e3", 1]])
def test_a_rectangle_without_pixels_is_refused(rect: Any) -> None:
    with pytest.raises(ValueError, match=r"length|inside"):
        crop_box(Size(200, 100), rect)
