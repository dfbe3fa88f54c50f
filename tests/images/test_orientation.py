"""Upright whatever says so: a tag before or behind the pixels, a packet, or nothing."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from runner.core.artifact import Size
from runner.images.codec import decode, read_header, upright
from runner.images.png_chunks import tidy_png

_PIXELS = np.arange(6 * 9 * 3, dtype=np.uint8).reshape(6, 9, 3)
_PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def _saved(kind: str, orientation: Any, **options: Any) -> bytes:
    exif, written = Image.Exif(), io.BytesIO()
    if orientation is not None:
        exif[0x0112] = orientation
    Image.fromarray(_PIXELS).save(written, kind, exif=exif, **options)
    return written.getvalue()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_tag_turns_the_pixels(kind: str, orientation: int) -> None:
    content = _saved(kind, orientation, **({"lossless": True} if kind == "WEBP" else {}))
    with Image.open(io.BytesIO(content)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))
    photo = decode(content, "x")
    assert (photo.pixels == expected).all()
    assert read_header(content, "x").size == photo.size


@pytest.mark.parametrize("orientation", [None, 0, 9, 255])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation: Any) -> None:
    assert (decode(_saved("PNG", orientation), "x").pixels == _PIXELS).all()


def test_a_tag_behind_the_pixels_is_found_without_decoding_them() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    plain = _saved("PNG", None)
    content = plain[:-12] + _chunk(b"eXIf", exif.tobytes()[6:]) + plain[-12:]
    assert read_header(content, "x").size == Size(6, 9)
    assert (decode(content, "x").pixels == np.rot90(_PIXELS, -1)).all()
    cut_off = content[: content.index(b"IDAT") + 8]
    assert read_header(cut_off, "x").size == Size(9, 6)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "WEBP"])
def test_an_orientation_in_xmp_alone_turns_header_and_pixels(kind: str) -> None:
    options: dict[str, Any] = {"tiffinfo": {700: _PACKET}} if kind == "TIFF" else {"xmp": _PACKET}
    written = io.BytesIO()
    Image.fromarray(_PIXELS).save(written, kind, **options)
    assert read_header(written.getvalue(), "x").size == decode(written.getvalue(), "x").size == Size(6, 9)


@given(orientation=st.integers(1, 8))
def test_turning_keeps_every_pixel(orientation: int) -> None:
    turned = upright(_PIXELS, orientation)
    assert sorted(turned.reshape(-1, 3).tolist()) == sorted(_PIXELS.reshape(-1, 3).tolist())


def test_an_orderly_png_is_left_as_it_is() -> None:
    content = _saved("PNG", 6)
    assert tidy_png(content).content is content


def test_a_giant_text_is_left_out_and_a_small_one_stays() -> None:
    plain = _saved("PNG", None)
    giant = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(2**21)))
    small = _chunk(b"tEXt", b"Author\0Ana")
    tidy = tidy_png(plain[:-12] + giant + small + plain[-12:])
    assert tidy.left_out
    assert b"Author\0Ana" in tidy.content
    assert len(tidy.content) == len(plain) + len(small)
