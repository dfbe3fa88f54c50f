"""Put one picture into another, leaving every pixel that is not meant bit-identical."""

from dataclasses import replace

import numpy as np

from runner.core.artifact import Size
from runner.core.errors import ImageError
from runner.images.color import from_srgb, to_srgb
from runner.images.photo import Mask8, Photo, Rgb8

_STRIP_PX = 1_000_000  # mixed at once: the numbers between need several times the memory of the pixels


def blend(bottom: Rgb8, top: Rgb8, weight: Mask8) -> Rgb8:
    """Mix two pictures of one space and size: ``bottom`` where the weight is 0, ``top`` where it is 255.

    Mixed in the pictures' own encoding and rounded half up, as photo editors do by default.

    Raises:
        ImageError: ``size-mismatch``.
    """
    check_same_size("picture", bottom, "other picture", top)
    check_same_size("picture", bottom, "mask", weight)
    mixed = bottom.copy()
    step = max(1, _STRIP_PX // max(1, bottom.shape[1]))
    for first in range(0, len(bottom), step):
        rows = slice(first, first + step)
        there = weight[rows] > 0
        share = weight[rows][there].astype(np.uint16)
        share = share[:, None] if bottom.ndim == 3 else share
        mixed[rows][there] = (bottom[rows][there] * (255 - share) + top[rows][there] * share + 127) // 255
    return mixed


def paste_back(original: Photo, edited: Photo, mask: Mask8) -> Photo:
    """Keep an edit where the mask is white and restore the original elsewhere, bit by bit where it is black.

    The result has the original's color space and metadata. Where the edit is transparent and the original is not,
    the original shows through.

    Raises:
        ImageError: ``size-mismatch``.
    """
    check_same_size("picture", original.pixels, "edit", edited.pixels)
    check_same_size("picture", original.pixels, "mask", mask)
    same_space = edited.icc == original.icc
    pixels = edited.pixels if same_space else from_srgb(original, to_srgb(edited)).pixels
    if original.alpha is None:
        weight = mask if edited.alpha is None else _product(mask, edited.alpha)
        return replace(original, pixels=blend(original.pixels, pixels, weight), notes=edited.notes)
    opaque = original.alpha if edited.alpha is None else edited.alpha
    alpha = blend(original.alpha, opaque, mask)
    return replace(original, pixels=blend(original.pixels, pixels, mask), alpha=alpha, notes=edited.notes)


def lay_over(bottom: Photo, overlay: Photo, left_px: int, top_px: int, mask: Mask8 | None) -> Photo:
    """Lay a picture over another at a place; what leaves the bottom is cut off.

    The mask has the bottom's size and shows the overlay where it is white; None is white everywhere.

    Raises:
        ImageError: ``size-mismatch``, for a mask of another size than the bottom.

    References:
        Porter and Duff, "Compositing Digital Images", SIGGRAPH 1984: over, with colors not premultiplied.
    """
    placed, weight = _placed(bottom, overlay, left_px, top_px)
    if mask is not None:
        check_same_size("picture", bottom.pixels, "mask", mask)
        weight = _product(weight, mask)
    if bottom.alpha is None:
        return replace(bottom, pixels=blend(bottom.pixels, placed, weight))
    alpha = _united(bottom.alpha, weight)
    share = np.divide(weight * np.float32(255), alpha, out=np.zeros(alpha.shape, np.float32), where=alpha > 0)
    pixels = blend(bottom.pixels, placed, np.rint(np.minimum(share, 255)).astype(np.uint8))
    return replace(bottom, pixels=pixels, alpha=alpha)


def _placed(bottom: Photo, overlay: Photo, left_px: int, top_px: int) -> tuple[Rgb8, Mask8]:
    """Give the overlay on a canvas of the bottom's size and space, and how much it covers."""
    canvas, weight = bottom.pixels.copy(), np.zeros(bottom.pixels.shape[:2], np.uint8)
    rows, columns = overlay.pixels.shape[:2]
    top, left = max(0, -top_px), max(0, -left_px)
    target = (slice(max(0, top_px), max(0, top_px + rows)), slice(max(0, left_px), max(0, left_px + columns)))
    there = canvas[target].shape[:2]
    part = (slice(top, top + there[0]), slice(left, left + there[1]))
    source = to_srgb(overlay)[part] if overlay.icc != bottom.icc else overlay.pixels[part]
    if source.size:
        canvas[target] = (
            from_srgb(replace(bottom, pixels=canvas[target]), source).pixels if overlay.icc != bottom.icc else source
        )
        weight[target] = 255 if overlay.alpha is None else overlay.alpha[part]
    return canvas, weight


def _product(one: Mask8, other: Mask8) -> Mask8:
    return ((one.astype(np.uint16) * other + 127) // 255).astype(np.uint8)


def _united(below: Mask8, above: Mask8) -> Mask8:
    return (255 - _product(255 - below, 255 - above)).astype(np.uint8)


def check_same_size(name: str, pixels: Rgb8 | Mask8, other_name: str, other: Rgb8 | Mask8) -> None:
    """Make sure that two arrays have the same rows and columns.

    Raises:
        ImageError: ``size-mismatch``; the message gives both sizes.
    """
    if pixels.shape[:2] != other.shape[:2]:
        sizes = [Size(array.shape[1], array.shape[0]) for array in (pixels, other)]
        raise ImageError("size-mismatch", f"the {name} has {sizes[0]} px, the {other_name} {sizes[1]} px")
