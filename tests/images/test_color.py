"""Profiles: to sRGB right, back without touching what was not edited."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from runner.images.codec import decode
from runner.images.color import from_srgb, to_srgb, with_srgb_profile
from runner.images.icc import is_srgb, srgb_profile
from runner.images.photo import Photo

_WIDE = ["face_display_p3.jpg", "face_adobe_rgb.jpg", "face_prophoto.jpg", "face_rec2020.jpg"]


def _photo(shared_data: Path, file: str) -> Photo:
    return decode((shared_data / "nasty" / "icc" / file).read_bytes(), file)


@pytest.mark.parametrize("file", _WIDE)
def test_wide_profiles_give_the_colors_of_srgb(shared_data: Path, file: str) -> None:
    expected = _photo(shared_data, "face_srgb.jpg").pixels.astype(int)
    difference = np.abs(to_srgb(_photo(shared_data, file)) - expected)
    assert difference.mean() < 1.5
    assert np.percentile(difference, 99) <= 8


@pytest.mark.parametrize("file", _WIDE)
def test_putting_back_unedited_pixels_changes_nothing(shared_data: Path, file: str) -> None:
    photo = _photo(shared_data, file)
    assert (from_srgb(photo, to_srgb(photo)).pixels == photo.pixels).all()


@pytest.mark.parametrize("file", _WIDE)
def test_an_edit_stays_the_color_it_was_given(shared_data: Path, file: str) -> None:
    photo = _photo(shared_data, file)
    edited = to_srgb(photo).copy()
    edited[100:140, 100:140] = (60, 110, 160)
    result = from_srgb(photo, edited)
    assert np.abs(to_srgb(result)[100:140, 100:140].astype(int) - (60, 110, 160)).max() <= 3
    outside = np.ones(edited.shape[:2], bool)
    outside[100:140, 100:140] = False
    assert (result.pixels[outside] == photo.pixels[outside]).all()


def test_an_srgb_profile_costs_no_rounding(shared_data: Path) -> None:
    photo = _photo(shared_data, "face_srgb.jpg")
    assert photo.icc is not None
    assert to_srgb(photo) is photo.pixels


def test_the_srgb_profile_has_the_same_bytes_every_day() -> None:
    assert is_srgb(srgb_profile())
    assert srgb_profile()[24:36].hex() == "07e800010001000000000000"


def test_converting_to_srgb_says_so_by_a_profile(shared_data: Path) -> None:
    photo = with_srgb_profile(_photo(shared_data, "face_display_p3.jpg"))
    assert photo.icc == srgb_profile()


def test_a_profile_for_another_color_space_is_not_taken(astronaut: bytes, shared_data: Path) -> None:
    with Image.open(io.BytesIO(astronaut)) as image:
        gray_profile = srgb_profile()[:16] + b"GRAY" + srgb_profile()[20:]
        written = io.BytesIO()
        image.save(written, "PNG", icc_profile=gray_profile)
    photo = decode(written.getvalue(), "x")
    assert photo.icc is None
    assert photo.notes == ("color profile is damaged or of another kind: taken as sRGB",)
