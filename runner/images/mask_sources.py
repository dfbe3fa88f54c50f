"""Masks that come from a photo's own pixels, or from other masks."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from runner.core.errors import ImageError
from runner.images.color import to_srgb
from runner.images.composite import check_same_size
from runner.images.photo import Mask8, Photo, Rgb8

_STRIP_PX = 1_000_000  # the numbers between need many times the memory of the pixels
_COLORS = 2**24
_WHITE = np.uint8(255)


def alpha_mask(photo: Photo) -> Mask8:
    """Take a photo's alpha channel as a mask: what is opaque is edited.

    Raises:
        ImageError: ``no-alpha``; the message leaves the photo's name to the caller.
    """
    if photo.alpha is None:
        raise ImageError(
            "no-alpha",
            "the photo has no alpha channel to take as a mask",
            hint="save it with transparency (PNG, WebP or TIFF), or use another kind of mask, such as 'color'",
        )
    return photo.alpha.copy()


def color_mask(photo: Photo, color: tuple[int, int, int], tolerance: Decimal | float) -> Mask8:
    """Make white what has a color, or nearly so.

    The photo is converted to sRGB first. What is fully transparent shows no color and stays black. Each color that
    occurs is judged once, so that 50 megapixels take a second or two.

    Args:
        photo: Of any size and color space.
        color: The key color, sRGB, each channel 0 to 255.
        tolerance: The largest color difference that is still white, in units of CIEDE2000 with D65 as white: 1 is
            just visible side by side, 5 another shade, 100 black against white. 0 takes this very color alone.

    Returns:
        Shape (rows, columns), 0 or 255: a hard edge where the difference exceeds the tolerance.

    Raises:
        ValueError: the color is no sRGB color, or the tolerance is not a number of 0 or more.

    References:
        CIE 142-2001; Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula", Color Research and
        Application 30 (1), 2005; computed by scikit-image.
    """
    if len(color) != 3 or not all(0 <= channel <= 255 for channel in color):
        raise ValueError(f"three numbers from 0 to 255, not {list(color)}")
    if not float(tolerance) >= 0:
        raise ValueError(f"a color difference of 0 or more, not {tolerance}")
    rgb = to_srgb(photo)
    present = np.zeros(_COLORS, np.bool_)
    for codes in _codes(rgb):
        present[codes] = True
    levels = _near_colors(present, color, float(tolerance)) * _WHITE
    mask: Mask8 = np.concatenate([levels[codes] for codes in _codes(rgb)])
    if photo.alpha is not None:
        mask[photo.alpha == 0] = 0
    return mask


def union(masks: Sequence[Mask8]) -> Mask8:
    """Give what any of the masks edits: the highest level at each pixel.

    Raises:
        ImageError: ``size-mismatch``.
        ValueError: there are no masks.
    """
    _check_alike(masks)
    return reduce(np.maximum, masks[1:], masks[0].copy())


def intersect(masks: Sequence[Mask8]) -> Mask8:
    """Give what all of the masks edit: the lowest level at each pixel; raises as `union` does."""
    _check_alike(masks)
    return reduce(np.minimum, masks[1:], masks[0].copy())


def subtract(masks: Sequence[Mask8]) -> Mask8:
    """Give what the first mask edits and none of the others does; raises as `union` does.

    Subtracting is intersecting with the inverse, min(a, 255 - b): as for soft sets everywhere in this module, so
    that the laws of De Morgan hold for gray levels too.

    References:
        Zadeh, "Fuzzy sets", Information and Control 8 (3), 1965.
    """
    _check_alike(masks)
    return reduce(np.minimum, [~mask for mask in masks[1:]], masks[0].copy())


def _codes(rgb: Rgb8) -> Iterator[NDArray[np.int64]]:
    """Write each color as one number below 2²⁴, some rows at a time; each of shape (rows, columns)."""
    step = max(1, _STRIP_PX // max(1, rgb.shape[1]))
    for first in range(0, len(rgb), step):
        red, green, blue = np.moveaxis(rgb[first : first + step].astype(np.int64), 2, 0)
        yield red << 16 | green << 8 | blue


def _near_colors(present: NDArray[np.bool_], color: tuple[int, int, int], tolerance: float) -> NDArray[np.bool_]:
    """Say of each color that is present, by its number, whether it is near the key color; shape (2²⁴,)."""
    try:
        from skimage.color import deltaE_ciede2000, rgb2lab
    except ModuleNotFoundError as error:
        message = "a mask by color needs the package 'scikit-image', which is not installed"
        raise ImageError("engine-not-installed", message, hint='pip install "edit-runner[local]"') from error

    key = rgb2lab(np.array([[color]], np.uint8))
    near = np.zeros(_COLORS, np.bool_)
    numbers = np.flatnonzero(present)
    for first in range(0, len(numbers), _STRIP_PX):
        some = numbers[first : first + _STRIP_PX]
        rgb = np.stack([some >> 16, some >> 8 & 255, some & 255], axis=-1).astype(np.uint8)
        difference = deltaE_ciede2000(rgb2lab(rgb[None]), key)  # type: ignore[no-untyped-call]  # of scikit-image
        # The last bits depend on the processor and on how many colors are converted together; the mask must not.
        near[some] = np.round(difference[0], 6) <= tolerance
    return near


def _check_alike(masks: Sequence[Mask8]) -> None:
    if not masks:
        raise ValueError("no masks to combine")
    for other in masks[1:]:
        check_same_size("first mask", masks[0], "other mask", other)
