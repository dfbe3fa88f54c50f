"""A shelf gives what decoding gives, without decoding again."""

import io
from dataclasses import fields

import numpy as np
import pytest
from PIL import Image

from runner.images.codec import decode, encode
from runner.images.icc import srgb_profile
from runner.images.photo import Photo
from runner.providers.shelf import Shelf


def saved(mode: str, kind: str, width_px: int = 40) -> bytes:
    ramp = np.linspace(0, 255, width_px * 30, dtype=np.uint8).reshape(30, width_px)
    picture, exif, written = Image.fromarray(ramp).convert(mode), Image.Exif(), io.BytesIO()
    exif[0x0112], exif[0x010F], exif[0x8298] = 6, "Maker", "Somebody"
    exif[0x8769] = {0xA002: width_px, 0xA003: 30, 0x9003: "2026:11:21 07:25:00"}
    picture.save(written, kind, exif=exif, icc_profile=srgb_profile() if mode.startswith("RGB") else None)
    return written.getvalue()


def same(one: Photo, other: Photo) -> bool:
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(Photo)]
    return all(np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b for a, b in pairs)


CONTENTS = [saved("RGB", "JPEG"), saved("RGBA", "PNG"), saved("L", "PNG"), saved("LA", "PNG"), saved("CMYK", "JPEG")]


@pytest.mark.parametrize("content", CONTENTS, ids=["jpeg", "alpha", "gray", "gray-alpha", "cmyk"])
def test_a_photo_that_was_saved_is_given_as_if_it_were_decoded(content: bytes) -> None:
    shelf = Shelf(2**20)
    png = shelf.encode_png(shelf.decode(content, "a"))
    given = shelf.decode(png, "b")
    assert shelf.decode(png, "b") is given
    assert png == encode(decode(content, "a"), "image/png")
    assert same(given, decode(png, "b"))


def test_a_picture_is_decoded_once() -> None:
    shelf = Shelf(2**20)
    assert shelf.decode(CONTENTS[0], "a") is shelf.decode(CONTENTS[0], "another name")


def test_what_was_not_asked_for_the_longest_makes_room() -> None:
    one, two, three = (saved("RGB", "JPEG", width_px) for width_px in (40, 41, 42))
    shelf = Shelf(2 * 42 * 30 * 3)
    first, second = shelf.decode(one, "1"), shelf.decode(two, "2")
    assert shelf.decode(one, "1") is first
    shelf.decode(three, "3")
    assert shelf.decode(one, "1") is first
    assert shelf.decode(two, "2") is not second


def test_a_photo_that_is_too_large_takes_nobodys_place() -> None:
    small, large = saved("RGB", "JPEG", 40), saved("RGB", "JPEG", 400)
    shelf = Shelf(40 * 30 * 3)
    kept = shelf.decode(small, "small")
    assert shelf.decode(large, "large") is not shelf.decode(large, "large")
    assert shelf.decode(small, "small") is kept


def test_nothing_is_kept_unless_it_is_asked_for() -> None:
    shelf = Shelf()
    assert shelf.decode(CONTENTS[0], "a") is not shelf.decode(CONTENTS[0], "a")
