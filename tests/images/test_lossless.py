"""A format that keeps every pixel is known from one that does not."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from runner.core.errors import ImageError
from runner.images.lossless import is_lossless


def _saved(form: str, **options: Any) -> bytes:
    pixels = np.random.default_rng(5).integers(0, 256, (16, 16, 3), np.uint8)
    written = io.BytesIO()
    image = Image.fromarray(pixels)
    image.save(written, form, **options)
    return written.getvalue()


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("PNG", {}),
        ("BMP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"lossless": True, "xmp": b"<x/>", "exif": b"II*\0\x08\0\0\0\0\0\0\0\0\0"}),
        ("WEBP", {"lossless": True, "save_all": True, "append_images": [Image.new("RGB", (16, 16))]}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
        ("TIFF", {"compression": "packbits"}),
    ],
)
def test_exact_files_are_lossless(form: str, options: dict[str, Any]) -> None:
    content = _saved(form, **options)
    assert is_lossless(content, "picture")
    pixels = np.random.default_rng(5).integers(0, 256, (16, 16, 3), np.uint8)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(content)).convert("RGB")), pixels)


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {"quality": 100}),
        ("WEBP", {"quality": 90}),
        ("WEBP", {"quality": 90, "icc_profile": b"odd"}),
        ("WEBP", {"quality": 90, "save_all": True, "append_images": [Image.new("RGB", (16, 16))]}),
        ("TIFF", {"compression": "jpeg"}),
        ("AVIF", {"quality": 90}),
        ("GIF", {}),
    ],
)
def test_files_that_lose_are_not(form: str, options: dict[str, Any]) -> None:
    assert not is_lossless(_saved(form, **options), "picture")


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ImageError, match="a text"):
        is_lossless(b"no picture at all", "picture")
