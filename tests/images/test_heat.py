"""What an edit changed, in figures and as a picture."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from runner.core.errors import ImageError
from runner.images.change import LEVELS, SEEN
from runner.images.heat import differences, draw_heat, measure_change
from runner.images.photo import Mask8, Photo


def gray(rows: int = 40, columns: int = 60) -> Photo:
    return Photo(pixels=np.full((rows, columns, 3), 120, np.uint8))


def painted(photo: Photo, columns: slice, color: tuple[int, int, int]) -> Photo:
    pixels = photo.pixels.copy()
    pixels[:, columns] = color
    return replace(photo, pixels=pixels)


def left_half(rows: int = 40, columns: int = 60) -> Mask8:
    mask = np.zeros((rows, columns), np.uint8)
    mask[:, : columns // 2] = 255
    return mask


def test_shares_are_told_inside_and_outside_the_mask() -> None:
    change = measure_change(differences(gray(), painted(gray(), slice(15, 45), (200, 40, 40))), left_half())
    assert (change.share, change.inside, change.outside) == (0.5, 0.5, 0.5)
    assert change.mean == pytest.approx(change.max, abs=1e-3)
    assert change.max > 25


def test_what_nobody_sees_is_no_change() -> None:
    change = measure_change(differences(gray(), painted(gray(), slice(0, 30), (123, 120, 120))), left_half())
    assert (change.share, change.inside, change.outside, change.mean) == (0, 0, 0, 0)
    assert 0 < change.max < SEEN


def test_the_noise_of_saving_is_no_change() -> None:
    assert measure_change(differences(gray(), painted(gray(), slice(0, 30), (122, 118, 121))), None).max == 0


def test_without_a_mask_there_is_no_inside() -> None:
    change = measure_change(differences(gray(), gray()), None)
    assert (change.share, change.inside, change.outside, change.max) == (0, None, None, 0)


def test_a_mask_that_covers_everything_has_no_outside() -> None:
    assert measure_change(differences(gray(), gray()), np.full((40, 60), 255, np.uint8)).outside is None


def test_a_large_picture_is_measured_smaller_and_says_so() -> None:
    change = measure_change(differences(gray(2000, 3000), painted(gray(2000, 3000), slice(0, 1500), (0, 0, 0))), None)
    assert (change.columns, change.rows) == (640, 427)
    assert change.share == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("rows", "columns"), [(2, 8000), (5000, 1), (1, 1)])
def test_pictures_of_odd_shapes_are_measured(rows: int, columns: int) -> None:
    change = measure_change(
        differences(gray(rows, columns), painted(gray(rows, columns), slice(None), (0, 0, 0))), None
    )
    assert change.share == 1
    assert max(change.columns, change.rows) <= 640


def test_transparency_that_grew_is_a_change() -> None:
    before = replace(gray(), alpha=np.full((40, 60), 255, np.uint8))
    after = replace(before, alpha=left_half())
    assert measure_change(differences(before, after), None).share == 0.5


def test_what_is_transparent_in_both_did_not_change() -> None:
    clear = np.zeros((40, 60), np.uint8)
    before, after = replace(gray(), alpha=clear), replace(painted(gray(), slice(None), (9, 9, 9)), alpha=clear)
    assert measure_change(differences(before, after), None).max == 0


def test_pictures_of_two_sizes_are_not_compared() -> None:
    with pytest.raises(ImageError, match="the picture has 60×40 px"):
        differences(gray(), gray(41))


def test_the_picture_is_clear_where_nothing_is_seen_and_colored_by_level_elsewhere() -> None:
    found = np.array([[0, 1, 2.4, 4.9], [5, 19.9, 20, 99]], np.float32)
    image = Image.open(io.BytesIO(draw_heat(found))).convert("RGBA")
    seen = [image.getpixel((column, row)) for row in range(2) for column in range(4)]
    colors = ["" if pixel[3] == 0 else "#{:02x}{:02x}{:02x}".format(*pixel[:3]) for pixel in seen]  # type: ignore[index] # RGBA
    by = [level.color for level in LEVELS]
    assert colors == ["", "", by[0], by[0], by[1], by[2], by[3], by[4]]
