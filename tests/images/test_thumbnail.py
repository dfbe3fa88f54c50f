"""Thumbnails: small, upright, in sRGB, without metadata."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from runner.core.errors import ImageError
from runner.images.thumbnail import thumbnail


def _opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def test_the_long_side_is_as_asked_and_the_shape_is_kept(shared_data: Path) -> None:
    content, media_type = thumbnail((shared_data / "nasty/orientation/landscape_6.jpg").read_bytes(), "x", 150)
    assert media_type == "image/jpeg"
    assert _opened(content).size in {(150, 112), (150, 113)}  # 112.5, and Pillow picks the one closer in shape


def test_a_small_picture_is_not_enlarged(shared_data: Path) -> None:
    content, _ = thumbnail((shared_data / "nasty/size/face_40px.jpg").read_bytes(), "x", 320)
    assert _opened(content).size == (40, 40)


def test_transparency_makes_a_png(shared_data: Path) -> None:
    content, media_type = thumbnail((shared_data / "nasty/modes/face_rgba.png").read_bytes(), "x", 100)
    assert media_type == "image/png"
    assert _opened(content).mode == "RGBA"


@pytest.mark.parametrize("file", ["face_display_p3.jpg", "face_prophoto.jpg"])
def test_a_wide_photo_is_shown_in_srgb(shared_data: Path, file: str) -> None:
    place = shared_data / "nasty" / "icc"
    shown = _opened(thumbnail((place / file).read_bytes(), file, 200)[0])
    expected = _opened(thumbnail((place / "face_srgb.jpg").read_bytes(), "srgb", 200)[0])
    assert np.abs(np.asarray(shown).astype(int) - np.asarray(expected)).mean() < 1.5
    assert "icc_profile" not in shown.info


def test_no_metadata_goes_into_a_thumbnail(shared_data: Path) -> None:
    content, _ = thumbnail((shared_data / "nasty/metadata/exif_gps.jpg").read_bytes(), "x", 100)
    assert not _opened(content).getexif()


def test_what_cannot_be_read_has_no_thumbnail() -> None:
    with pytest.raises(ImageError, match="'x' is empty"):
        thumbnail(b"", "x", 100)
