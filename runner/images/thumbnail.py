"""Small pictures for the report."""

import io

import numpy as np
from PIL import Image, JpegImagePlugin

from runner.images.codec import photo_from
from runner.images.color import to_srgb
from runner.images.opening import open_picture

_QUALITY = 80
_DRAFT = 2  # decode at this many times the wanted size, so that scaling still has something to average


def thumbnail(content: bytes, name: str, long_side_px: int) -> tuple[bytes, str]:
    """Make a small sRGB picture without metadata; smaller pictures keep their size.

    Scaled in the picture's own encoding, not in linear light: a thumbnail is for finding, not for judging.

    Returns:
        The bytes and their media type: JPEG of quality 80, or PNG for a picture with transparency.

    Raises:
        ImageError: as `runner.images.codec.decode`.
    """
    picture = open_picture(content, name)
    if isinstance(picture.image, JpegImagePlugin.JpegImageFile):
        picture.image.draft(None, (_DRAFT * long_side_px, _DRAFT * long_side_px))
    photo = photo_from(picture)
    small = Image.fromarray(to_srgb(photo) if photo.alpha is None else np.dstack([to_srgb(photo), photo.alpha]))
    small.thumbnail((long_side_px, long_side_px), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    if photo.alpha is None:
        small.save(written, "JPEG", quality=_QUALITY, optimize=True)
        return written.getvalue(), "image/jpeg"
    small.save(written, "PNG", compress_level=6)
    return written.getvalue(), "image/png"
