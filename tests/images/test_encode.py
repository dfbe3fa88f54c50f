"""What is saved comes back: pixels, alpha, profile, EXIF, XMP, in every format."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import ExifTags, Image

from runner.core.errors import ImageError
from runner.images.codec import decode, encode, read_header
from runner.images.color import to_srgb
from runner.images.encode import MEDIA_TYPES
from runner.images.icc import srgb_profile
from runner.images.metadata import KEEP_ALL, Kept, MetadataPolicy
from runner.images.photo import Photo
from runner.images.xmp import read_mark

_LOSSLESS = ["image/png", "image/tiff"]
_ALL = list(MEDIA_TYPES.values())
_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="uuid:1" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    b' xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,8N" xmlns:my="https://example.com/">'
    b"<dc:creator><rdf:Seq><rdf:li>Ana &amp; Bo</rdf:li></rdf:Seq></dc:creator><my:note>kept</my:note>"
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def _exif() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera & Sons"
    exif[ExifTags.Base.Copyright] = "(c) Ana"
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.ISOSpeedRatings: 200, ExifTags.Base.ExifImageWidth: 9999}
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (48.0, 8.0, 0.0)}
    return exif.tobytes()[6:]


def _photo(alpha: bool = False) -> Photo:
    rows, columns = np.mgrid[0:48, 0:64]
    pixels = np.stack([rows * 5, columns * 3, rows + columns], axis=2).astype(np.uint8)
    opacity = (columns * 4).astype(np.uint8) if alpha else None
    return Photo(pixels=pixels, alpha=opacity, icc=srgb_profile(), exif=_exif(), xmp=_XMP)


def _saved(media_type: str, keep: set[Kept], mark: Any = None) -> Image.Image:
    """Open what was saved with Pillow alone, so that writing is not checked by our own reading."""
    content = encode(_photo(), media_type, metadata=MetadataPolicy(frozenset(keep), mark))
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("media_type", _LOSSLESS)
@settings(max_examples=25, deadline=None)
@given(
    pixels=arrays.arrays(np.uint8, (9, 7, 3)),
    alpha=st.none() | arrays.arrays(np.uint8, (9, 7)),
)
def test_lossless_formats_give_back_every_bit(media_type: str, pixels: Any, alpha: Any) -> None:
    back = decode(encode(Photo(pixels=pixels, alpha=alpha), media_type), "x")
    assert (back.pixels == pixels).all()
    assert (back.alpha is None) == (alpha is None)
    assert alpha is None or (back.alpha == alpha).all()


@pytest.mark.parametrize("media_type", _ALL)
def test_metadata_comes_back_the_same(media_type: str) -> None:
    photo = decode(encode(_photo(), "image/png"), "x")
    back = decode(encode(photo, media_type), "x")
    assert back.icc == photo.icc
    assert back.exif == photo.exif
    assert back.xmp == photo.xmp


@pytest.mark.parametrize("media_type", _ALL)
def test_lossy_pictures_stay_close(media_type: str, astronaut: bytes) -> None:
    photo = decode(astronaut, "astronaut")
    back = decode(encode(photo, media_type), "x")
    assert np.abs(back.pixels.astype(int) - photo.pixels).mean() < 3


@pytest.mark.parametrize("media_type", ["image/png", "image/tiff", "image/webp", "image/avif"])
def test_transparency_is_kept(media_type: str) -> None:
    back = decode(encode(_photo(alpha=True), media_type), "x")
    expected = _photo(alpha=True).alpha
    assert back.alpha is not None
    assert expected is not None
    assert np.abs(back.alpha.astype(int) - expected).mean() < 3


def test_jpeg_lays_transparency_over_white() -> None:
    clear = Photo(pixels=np.zeros((16, 16, 3), np.uint8), alpha=np.zeros((16, 16), np.uint8))
    assert decode(encode(clear, "image/jpeg"), "x").pixels.min() >= 254


@pytest.mark.parametrize("media_type", _ALL)
def test_the_same_photo_gives_the_same_bytes(media_type: str) -> None:
    policy = MetadataPolicy(KEEP_ALL.keep, "algorithmicallyEnhanced")
    assert encode(_photo(), media_type, metadata=policy) == encode(_photo(), media_type, metadata=policy)


@pytest.mark.parametrize("media_type", _ALL)
def test_a_position_is_kept_only_when_named(media_type: str) -> None:
    without = _saved(media_type, {"icc", "exif", "xmp", "copyright"})
    assert not without.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert b"GPS" not in without.info["xmp"]
    named = _saved(media_type, {"exif", "xmp", "gps"})
    assert named.getexif().get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] == "N"
    assert b"GPSLatitude" in named.info["xmp"]


@pytest.mark.parametrize("media_type", _ALL)
def test_by_default_profile_author_and_rights_are_kept(media_type: str) -> None:
    saved = _saved(media_type, {"icc", "copyright"})
    assert saved.info["icc_profile"] == srgb_profile()
    assert saved.getexif()[ExifTags.Base.Copyright] == "(c) Ana"
    assert ExifTags.Base.Make not in saved.getexif()
    assert b"Ana &amp; Bo" in saved.info["xmp"]
    assert b"my:note" not in saved.info["xmp"]


@pytest.mark.parametrize("media_type", _ALL)
def test_nothing_is_kept_where_nothing_is_named(media_type: str) -> None:
    saved = _saved(media_type, set())
    assert not saved.info.get("icc_profile")
    assert not saved.info.get("xmp")
    assert ExifTags.Base.Copyright not in saved.getexif()


@pytest.mark.parametrize("media_type", _ALL)
def test_sizes_in_exif_are_those_of_the_saved_picture(media_type: str) -> None:
    detail = _saved(media_type, {"exif"}).getexif().get_ifd(ExifTags.IFD.Exif)
    assert detail[ExifTags.Base.ExifImageWidth] == 64
    assert detail[ExifTags.Base.ISOSpeedRatings] == 200


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp", "image/tiff"])
def test_orientation_is_written_as_upright(media_type: str) -> None:
    assert _saved(media_type, {"orientation"}).getexif()[ExifTags.Base.Orientation] == 1


@pytest.mark.parametrize("media_type", _ALL)
def test_the_mark_is_added_to_the_packet_that_was_there(media_type: str) -> None:
    saved = _saved(media_type, {"xmp", "gps"}, "compositeWithTrainedAlgorithmicMedia")
    assert read_mark(saved.info["xmp"]) == "compositeWithTrainedAlgorithmicMedia"
    assert b"<my:note>kept</my:note>" in saved.info["xmp"]


@pytest.mark.parametrize("media_type", _ALL)
def test_the_mark_is_written_without_any_packet(media_type: str) -> None:
    saved = _saved(media_type, set(), "algorithmicallyEnhanced")
    assert read_mark(saved.info["xmp"]) == "algorithmicallyEnhanced"


def test_a_full_color_jpeg_is_not_subsampled() -> None:
    with Image.open(io.BytesIO(encode(_photo(), "image/jpeg", quality=90))) as image:
        assert [layer[1:3] for layer in image.layer] == [(1, 1)] * 3  # type: ignore[attr-defined] # no type for it


@pytest.mark.parametrize(
    ("media_type", "columns", "code"),
    [
        ("image/webp", 16_384, "format-limit"),
        ("image/jpeg", 65_501, "format-limit"),
        ("image/gif", 8, "unsupported-format"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(media_type: str, columns: int, code: str) -> None:
    with pytest.raises(ImageError) as caught:
        encode(Photo(pixels=np.zeros((1, columns, 3), np.uint8)), media_type)
    assert caught.value.code == code


def test_a_packet_too_long_for_jpeg_is_refused_with_a_way_out() -> None:
    packet = _XMP.replace(b"kept", b"x" * 70_000)
    with pytest.raises(ImageError, match="does not fit into a JPEG") as caught:
        encode(Photo(pixels=np.zeros((8, 8, 3), np.uint8), xmp=packet), "image/jpeg")
    assert "'xmp'" in caught.value.hint


@pytest.mark.parametrize("media_type", _ALL)
def test_the_header_of_what_was_saved_says_what_it_is(media_type: str) -> None:
    header = read_header(encode(_photo(), media_type), "x")
    assert (header.media_type, str(header.size), header.depth_bits, header.frames) == (media_type, "64×48", 8, 1)


@pytest.mark.parametrize("media_type", _LOSSLESS)
def test_a_picture_without_its_profile_becomes_srgb(media_type: str, shared_data: Path) -> None:
    photo = decode((shared_data / "nasty/icc/face_prophoto.jpg").read_bytes(), "x")
    back = decode(encode(photo, media_type, metadata=MetadataPolicy(frozenset())), "x")
    assert back.icc is None
    assert (back.pixels == to_srgb(photo)).all()
