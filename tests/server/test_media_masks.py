"""Masks of runs: read as brightness, turned upright, brought to the size of their picture."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from runner.core.artifact import Size
from runner.core.errors import ImageError
from runner.server.media.masks import prepare_mask
from tests.server.photos import png

LEVELS: NDArray[np.uint8] = np.repeat(np.repeat(np.array([[0, 255], [255, 0]], np.uint8), 20, axis=0), 30, axis=1)


def prepared(content: bytes, size: Size | None) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(prepare_mask(content, "mask.png", size))))


def test_a_mask_of_its_pictures_size_stays_as_it_is() -> None:
    assert (prepared(png(LEVELS), Size(60, 40)) == LEVELS).all()


@pytest.mark.parametrize("size", [Size(120, 80), Size(30, 20), Size(600, 400), Size(61, 41)])
def test_a_mask_of_the_same_shape_is_scaled(size: Size) -> None:
    mask = prepared(png(LEVELS), size)
    rows, columns = size.height_px, size.width_px
    corners = mask[rows // 8, columns // 8], mask[rows // 8, -columns // 8], mask[-rows // 8, columns // 8]
    assert (mask.shape, tuple(map(int, corners))) == ((rows, columns), (0, 255, 255))


@pytest.mark.parametrize("size", [Size(40, 60), Size(60, 60), Size(62, 40)])
def test_a_mask_of_another_shape_is_refused(size: Size) -> None:
    with pytest.raises(ImageError) as raised:
        prepare_mask(png(LEVELS), "mask.png", size)
    assert raised.value.code == "size-mismatch"


def test_a_mask_is_turned_upright_before_it_is_compared() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    written = io.BytesIO()
    Image.fromarray(LEVELS).save(written, "PNG", exif=exif)
    assert prepared(written.getvalue(), Size(40, 60)).shape == (60, 40)


def test_a_colored_mask_counts_by_its_brightness() -> None:
    colors = np.zeros((4, 6, 3), np.uint8)
    colors[:, 3:] = 255
    assert (prepared(png(colors), None) == [0, 0, 0, 255, 255, 255]).all()
