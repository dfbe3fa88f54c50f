"""Masks: white is edited, black is kept, gray is a blend."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from runner.core.digest import Digest, digest_bytes, digest_json
from runner.images.codec import upright
from runner.images.exif import read_orientation
from runner.images.indexed import encode_indexed
from runner.images.mask_ops import apply_op
from runner.images.opening import load, open_picture
from runner.images.photo import Mask8, Rgb8
from runner.images.samples import by_strips, read_gray
from runner.images.shapes import draw_shape

__all__ = [
    "apply_op",
    "digest_mask",
    "draw_outline",
    "draw_over",
    "draw_shape",
    "encode_mask",
    "is_binary",
    "mask_area",
    "read_mask",
]

_TINT = np.array([255, 0, 110], np.float32)
_TINT_SHARE = 0.55


def read_mask(content: bytes, name: str) -> Mask8:
    """Read a mask file: levels as they are, without color management, upright.

    Colors count by their brightness (Rec. 601), transparent pixels as black. 16 bits are rounded to 8.

    Raises:
        ImageError: as `runner.images.codec.decode`.
    """
    image = load(open_picture(content, name))
    orientation = read_orientation(image)
    if not image.has_transparency_data:
        return upright(read_gray(image, name), orientation)
    pixels = by_strips(image, lambda strip: np.asarray(strip.convert("RGBA").convert("LA")))
    levels = (pixels[:, :, 0].astype(np.uint16) * pixels[:, :, 1] + 127) // 255
    return upright(levels.astype(np.uint8), orientation)


def encode_mask(mask: Mask8) -> bytes:
    """Save a mask as a gray PNG; the same mask gives the same bytes."""
    written = io.BytesIO()
    Image.fromarray(mask).save(written, "PNG", compress_level=6)
    return written.getvalue()


def digest_mask(mask: Mask8) -> Digest:
    """Digest a mask by its shape and levels, however its file was written."""
    raster = digest_bytes(np.ascontiguousarray(mask).tobytes())
    return digest_json("mask/1", [mask.shape[0], mask.shape[1], raster])


def mask_area(mask: Mask8) -> float:
    """Give the white share of the picture from 0 to 1; gray counts in part."""
    return float(mask.sum(dtype=np.uint64)) / (255 * mask.size)


def is_binary(mask: Mask8) -> bool:
    """Say whether all of it is black or white."""
    return bool(((mask == 0) | (mask == 255)).all())


def draw_over(rgb: Rgb8, mask: Mask8) -> Rgb8:
    """Show a mask on its photo: what is edited is tinted, with a black and white line at level 128.

    The photo is sRGB, shape (rows, columns, 3).

    Raises:
        ValueError: the sizes differ.
    """
    if rgb.shape[:2] != mask.shape:
        raise ValueError(f"the photo has shape {rgb.shape[:2]}, the mask {mask.shape}")
    share = (mask.astype(np.float32) * (_TINT_SHARE / 255))[:, :, None]
    drawn = np.rint(rgb + (_TINT - rgb) * share).astype(np.uint8)
    edited = mask >= 128
    drawn[_ring(edited)] = 255
    drawn[_ring(~edited)] = 0
    return drawn


def draw_outline(mask: Mask8) -> bytes:
    """Draw the border at level 128 as a PNG to lay over the picture: a white line inside, a black one outside."""
    edited = mask >= 128
    drawn = np.zeros(mask.shape, np.uint8)
    drawn[_ring(edited)] = 1
    drawn[_ring(~edited)] = 2
    return encode_indexed(drawn, ("#ffffff", "#000000"))


def _ring(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels inside with a neighbor outside; the picture's edge is no border."""
    padded = np.pad(inside, 1, mode="edge")
    surrounded = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return inside & ~surrounded
