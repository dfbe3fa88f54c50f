"""Whatever the bytes, reading ends with a picture or an ImageError, and never with anything else."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from runner.core.errors import ImageError
from runner.images.codec import decode, encode, read_header
from runner.images.encode import MEDIA_TYPES
from runner.images.frames import MAX_FRAMES, count_gif_frames, count_tiff_pages
from runner.images.icc import srgb_profile
from runner.images.limits import MAX_FILE_BYTES
from runner.images.mask import read_mask
from runner.images.opening import read_through
from runner.images.photo import Photo


def _sample(kind: str) -> bytes:
    rows, columns = np.mgrid[0:16, 0:24]
    pixels = np.stack([rows * 15, columns * 10, rows + columns], axis=2).astype(np.uint8)
    if kind in MEDIA_TYPES:
        return encode(Photo(pixels=pixels, icc=srgb_profile(), alpha=pixels[:, :, 0]), MEDIA_TYPES[kind])
    written = io.BytesIO()
    frames = [Image.fromarray(pixels), Image.fromarray(pixels[::-1])]
    frames[0].save(written, kind, **({"save_all": True, "append_images": frames[1:]} if kind == "gif" else {}))
    return written.getvalue()


_SAMPLES = [_sample(kind) for kind in (*MEDIA_TYPES, "gif", "bmp")]


def _photo(**how: Any) -> bytes:  # Pillow's own options
    noise = np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8)
    written = io.BytesIO()
    Image.fromarray(noise).save(written, **how)
    return written.getvalue()


_PHOTOS = {
    "jpeg": _photo(format="JPEG"),
    "progressive": _photo(format="JPEG", progressive=True),
    "png": _photo(format="PNG"),
    "webp": _photo(format="WEBP"),
}


def _is_read_or_refused(content: bytes) -> bool:
    try:
        header = read_header(content, "x")
        return header.size == decode(content, "x").size
    except ImageError as error:
        return error.message.startswith("'x'")


@settings(max_examples=150, deadline=None)
@given(
    sample=st.sampled_from(_SAMPLES),
    places=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_changed_bytes_give_a_picture_or_an_error(sample: bytes, places: list[tuple[int, int]]) -> None:
    damaged = bytearray(sample)
    for place, value in places:
        damaged[place % len(damaged)] = value
    assert _is_read_or_refused(bytes(damaged))


@settings(max_examples=100, deadline=None)
@given(sample=st.sampled_from(_SAMPLES), share=st.floats(0, 1))
def test_cut_off_files_give_a_picture_or_an_error(sample: bytes, share: float) -> None:
    assert _is_read_or_refused(sample[: int(len(sample) * share)])


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=200))
def test_noise_is_refused(content: bytes) -> None:
    assert _is_read_or_refused(content)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_off_jpeg_is_not_padded_with_gray(share: float, astronaut: bytes) -> None:
    content = encode(decode(astronaut, "x"), "image/jpeg")
    with pytest.raises(ImageError, match="damaged or cut off") as caught:
        decode(content[: int(len(content) * share)], "x")
    assert caught.value.code == "corrupt-image"


def test_a_file_above_the_limit_is_refused_unread() -> None:
    with pytest.raises(ImageError, match="MiB") as caught:
        read_header(bytes(MAX_FILE_BYTES + 1), "x")
    assert caught.value.code == "too-large"


def test_the_frames_of_an_animation_are_counted() -> None:
    assert read_header(_sample("gif"), "x").frames == 2


def test_endless_frames_are_counted_to_the_limit() -> None:
    frame = b"\x2c" + bytes(8) + b"\0\x02\x01\x00\0"
    assert count_gif_frames(b"GIF89a" + bytes(7) + frame * (MAX_FRAMES + 5)) == MAX_FRAMES


def test_a_tiff_whose_pages_go_in_a_circle_is_counted_once() -> None:
    assert count_tiff_pages(b"II*\0\x08\0\0\0\0\0\x08\0\0\0") == 1


@pytest.mark.parametrize("read", [decode, read_mask])
@pytest.mark.parametrize("mode", ["I", "LAB"])
def test_samples_without_a_defined_range_are_refused(read: Any, mode: str) -> None:
    written = io.BytesIO()
    Image.new(mode, (4, 4)).save(written, "TIFF")
    with pytest.raises(ImageError, match=mode) as caught:
        read(written.getvalue(), "x")
    assert caught.value.code == "unsupported-format"


def test_floating_samples_outside_0_to_1_are_refused() -> None:
    written = io.BytesIO()
    Image.fromarray(np.full((4, 4), 1.5, np.float32)).save(written, "TIFF")
    with pytest.raises(ImageError, match="outside 0 to 1"):
        decode(written.getvalue(), "x")


def test_a_raw_photo_dressed_as_tiff_is_not_taken_for_its_preview() -> None:
    written = io.BytesIO()
    Image.new("RGB", (4, 4)).save(written, "TIFF", tiffinfo={50706: bytes([1, 4, 0, 0])})
    with pytest.raises(ImageError, match="raw photo"):
        decode(written.getvalue(), "x")


@pytest.mark.parametrize("alpha", [0, 128])
def test_a_transparent_level_of_16_bit_gray_becomes_alpha(alpha: int) -> None:
    written = io.BytesIO()
    Image.fromarray(np.full((4, 4), alpha * 257, np.uint16)).save(written, "PNG", transparency=128 * 257)
    photo = decode(written.getvalue(), "x")
    assert photo.alpha is not None
    assert (photo.alpha == (0 if alpha == 128 else 255)).all()
    assert (photo.pixels == alpha).all()


def _is_refused(read: Callable[[bytes, str], object], content: bytes) -> bool:
    try:
        read(content, "x")
    except ImageError:
        return True
    return False


@settings(max_examples=150)
@given(kind=st.sampled_from(["jpeg", "progressive", "png", "webp"]), share=st.floats(0, 1), length=st.integers(0, 80))
def test_reading_through_finds_what_decoding_finds(kind: str, share: float, length: int) -> None:
    content = bytearray(_PHOTOS[kind])
    at = int(len(content) * share)
    content[at : at + length] = bytes(min(length, len(content) - at))
    for damaged in (bytes(content), bytes(content[:at])):
        assert _is_refused(read_through, damaged) == _is_refused(decode, damaged)
