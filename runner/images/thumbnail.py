"""Small pictures, to find and compare results by."""

import io
from dataclasses import replace

import numpy as np
from PIL import Image, JpegImagePlugin

from runner.images.codec import photo_from
from runner.images.color import to_srgb
from runner.images.icc import is_srgb
from runner.images.opening import load, open_picture
from runner.images.photo import Photo

_QUALITY = 80
_DRAFT = 2  # decode at this many times the wanted size, so that scaling still has something to average
_GAP = 1  # average whole pixels as far as that goes, and filter the rest: a third of the time
_LARGEST_PROFILE_BYTES = 16_384
"""Above, a profile is larger than many a thumbnail: those of monitors and cameras are far smaller."""


def thumbnail(content: bytes, name: str, long_side_px: int) -> tuple[bytes, str]:
    """Make a small sRGB picture without metadata; smaller pictures keep their size.

    Returns:
        The bytes and their media type: JPEG of quality 80, or PNG for a picture with transparency.

    Raises:
        ImageError: as `runner.images.codec.decode`.
    """
    photo = draft_photo(content, name, long_side_px)
    return encode_small(replace(photo, pixels=to_srgb(photo), icc=None))


def draft_photo(content: bytes, name: str, long_side_px: int) -> Photo:
    """Read a picture small: as `shrink`, but a JPEG is decoded at a part of its size, which is twice as quick.

    Raises:
        ImageError: as `runner.images.codec.decode`.
    """
    picture = open_picture(content, name)
    if isinstance(picture.image, JpegImagePlugin.JpegImageFile):
        picture.image.draft(None, _drafted(picture.image.size, _DRAFT * long_side_px))
        load(picture).thumbnail((long_side_px, long_side_px), Image.Resampling.LANCZOS, reducing_gap=_DRAFT)
    return shrink(photo_from(picture), long_side_px)


def shrunk_photo(content: bytes, name: str, long_side_px: int) -> Photo:
    """Read a picture small by `shrink`, whatever its format: equal pixels in two files stay equal.

    Raises:
        ImageError: as `runner.images.codec.decode`.
    """
    return shrink(photo_from(open_picture(content, name)), long_side_px)


def shrink(photo: Photo, long_side_px: int) -> Photo:
    """Scale a photo down to a length of its long side, without its metadata; a smaller one keeps its size.

    Scaled in the picture's own encoding, not in linear light: a thumbnail is for finding, not for judging.
    """
    small = _image(photo)
    small.thumbnail((long_side_px, long_side_px), Image.Resampling.LANCZOS, reducing_gap=_GAP)
    pixels = np.asarray(small)
    if photo.alpha is None:
        return Photo(pixels=pixels, icc=photo.icc)
    return Photo(pixels=np.ascontiguousarray(pixels[:, :, :3]), alpha=pixels[:, :, 3].copy(), icc=photo.icc)


def encode_small(photo: Photo) -> tuple[bytes, str]:
    """Save a small picture without metadata, but with the profile of a wide color space.

    Returns:
        The bytes and their media type: JPEG of quality 80, or PNG for a picture with transparency.
    """
    keeps_profile = photo.icc is not None and len(photo.icc) <= _LARGEST_PROFILE_BYTES and not is_srgb(photo.icc)
    shown = photo if keeps_profile else replace(photo, pixels=to_srgb(photo), icc=None)
    written = io.BytesIO()
    if shown.alpha is None:
        _image(shown).save(written, "JPEG", quality=_QUALITY, icc_profile=shown.icc)
        return written.getvalue(), "image/jpeg"
    _image(shown).save(written, "PNG", compress_level=6, icc_profile=shown.icc)
    return written.getvalue(), "image/png"


def _drafted(size: tuple[int, int], long_side_px: int) -> tuple[int, int]:
    """Give the size to ask a draft for: it is that large in both directions, so a square would ask for too much."""
    columns, rows = size
    scale = min(1.0, long_side_px / max(size))
    return max(1, int(columns * scale)), max(1, int(rows * scale))


def _image(photo: Photo) -> Image.Image:
    return Image.fromarray(photo.pixels if photo.alpha is None else np.dstack([photo.pixels, photo.alpha]))
