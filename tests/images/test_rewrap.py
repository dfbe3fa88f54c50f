"""Metadata changes around compressed pixels, which stay as they are."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from runner.execute.pixels import Saving, save_as
from runner.images.codec import decode
from runner.images.color import to_srgb
from runner.images.rewrap import rewrap_jpeg, rewrap_webp
from runner.images.xmp import read_mark
from runner.providers.base import Picture

MEDIA_TYPES = ["image/jpeg", "image/webp"]


def stored(media_type: str, *, quality: int = 60, mode: str = "RGB", orientation: int = 1) -> Picture:
    """A lossy picture with a maker and GPS in its EXIF."""
    rng = np.random.default_rng(5)
    levels = rng.integers(0, 256, (40, 60, len(mode)), np.uint8)
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif[0x013B] = "A. Photographer"
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    Image.fromarray(levels).save(written, media_type.removeprefix("image/").upper(), quality=quality, exif=exif)
    return Picture("result", written.getvalue())


def save(result: Picture, media_type: str, *, quality: int | None = None, mark: bool = True) -> bytes:
    saving = Saving(
        media_type=media_type,
        quality=quality,
        stored_quality=60,
        keep=("icc", "copyright"),
        mark="algorithmicallyEnhanced" if mark else None,
    )
    return save_as(result, None, saving)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_pixels_are_not_compressed_a_second_time(media_type: str) -> None:
    result = stored(media_type)
    saved = save(result, media_type)
    assert (decode(saved, "saved").pixels == decode(result.content, "result").pixels).all()


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_the_metadata_is_what_was_asked_for(media_type: str) -> None:
    saved = save(stored(media_type), media_type)
    with Image.open(io.BytesIO(saved)) as picture:
        exif = picture.getexif()
    assert (exif.get(0x010F), exif.get(0x013B), exif.get_ifd(0x8825)) == (None, "A. Photographer", {})
    assert b"Camera" not in saved
    assert read_mark(decode(saved, "saved").xmp) == "algorithmicallyEnhanced"


def test_transparency_stays() -> None:
    result = stored("image/webp", mode="RGBA")
    saved, before = decode(save(result, "image/webp"), "saved"), decode(result.content, "result")
    assert saved.alpha is not None
    assert before.alpha is not None
    assert (saved.alpha == before.alpha).all()
    assert (saved.pixels == before.pixels).all()


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_another_quality_is_encoded(media_type: str) -> None:
    result = stored(media_type)
    saved = save(result, media_type, quality=10)
    assert (decode(saved, "saved").pixels != decode(result.content, "result").pixels).any()


def test_a_picture_stored_sideways_is_turned() -> None:
    result = stored("image/jpeg", orientation=6)
    with Image.open(io.BytesIO(save(result, "image/jpeg"))) as picture:
        assert picture.size == (40, 60)
        assert picture.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize(("media_type", "rewrap"), [("image/jpeg", rewrap_jpeg), ("image/webp", rewrap_webp)])
def test_a_cut_off_file_is_refused(media_type: str, rewrap: Callable[[bytes, bytes], bytes]) -> None:
    whole = stored(media_type).content
    with pytest.raises(ValueError, match=r"JPEG|WebP"):
        rewrap(whole[:60], whole)


def test_colors_stay_right_where_the_profile_is_left_out(shared_data: Path) -> None:
    levels = np.random.default_rng(6).integers(0, 256, (8, 8, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    wide = decode((shared_data / "nasty/icc/face_prophoto.jpg").read_bytes(), "wide").icc
    written = io.BytesIO()
    Image.fromarray(levels).save(written, "JPEG", quality=95, icc_profile=wide)
    result = Picture("result", written.getvalue())
    saving = Saving(media_type="image/jpeg", quality=None, stored_quality=None, keep=(), mark=None)
    saved = decode(save_as(result, None, saving), "saved")
    wanted = to_srgb(decode(result.content, "result"))
    assert saved.icc is None
    assert np.abs(saved.pixels.astype(int) - wanted).mean() < 4
