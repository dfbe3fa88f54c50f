"""Where an edit changed a picture, and how much to the eye: as figures and as a picture to lay over it."""

import numpy as np
from numpy.typing import NDArray

from runner.images.change import LEVELS, SEEN, Change
from runner.images.ciede2000 import ciede2000
from runner.images.color import to_srgb
from runner.images.composite import check_same_size
from runner.images.indexed import encode_indexed
from runner.images.lab import lab_from_srgb
from runner.images.measure import inside, outside
from runner.images.photo import Mask8, Photo, Rgb8
from runner.images.thumbnail import shrink

_NOISE = 2
_AT_ONCE = 1 << 14  # pixels: what the steps leave between them stays in the cache of a core

HEAT_PX = 640
"""The long side at which differences are measured: enough to see where, and a tenth of the time of 2 megapixels."""


def differences(before: Photo, after: Photo) -> NDArray[np.float32]:
    """Give the CIEDE2000 difference of each pixel, shape (rows, columns), at most `HEAT_PX` on the long side.

    What is transparent is seen on white. Colors are equal that differ by at most 2 of 255 in each channel: saving does
    that.

    Raises:
        ImageError: ``size-mismatch``.
    """
    check_same_size("picture", before.pixels, "result", after.pixels)
    one, other = (_seen(shrink(photo, HEAT_PX)) for photo in (before, after))
    apart = np.maximum(one, other) - np.minimum(one, other) > _NOISE
    differ = np.flatnonzero(apart[..., 0] | apart[..., 1] | apart[..., 2])
    found = np.zeros(apart[..., 0].size, np.float32)
    for first in range(0, len(differ), _AT_ONCE):
        some = differ[first : first + _AT_ONCE]
        found[some] = ciede2000(*(lab_from_srgb(seen.reshape(-1, 3).take(some, axis=0)) for seen in (one, other)))
    return found.reshape(one.shape[:2])


def measure_change(found: NDArray[np.float32], mask: Mask8 | None) -> Change:
    """Put differences into figures; the mask has their shape.

    Raises:
        ImageError: ``size-mismatch``.
    """
    if mask is not None:
        check_same_size("picture", found.astype(np.uint8), "mask", mask)
    changed = found >= SEEN
    rows, columns = found.shape
    return Change(
        share=float(changed.mean()),
        inside=None if mask is None else _share(changed, inside(mask)),
        outside=None if mask is None else _share(changed, outside(mask)),
        mean=float(found[changed].mean()) if changed.any() else 0.0,
        max=float(found.max()),
        columns=columns,
        rows=rows,
    )


def draw_heat(found: NDArray[np.float32]) -> bytes:
    """Draw differences as a PNG in the colors of `LEVELS`, transparent where nothing is seen."""
    bounds = [level.least for level in LEVELS]
    return encode_indexed(np.digitize(found, bounds).astype(np.uint8), [level.color for level in LEVELS])


def _share(changed: NDArray[np.bool_], area: NDArray[np.bool_]) -> float | None:
    return float(changed[area].mean()) if area.any() else None


def _seen(photo: Photo) -> Rgb8:
    pixels = to_srgb(photo)
    if photo.alpha is None:
        return pixels
    alpha = photo.alpha[:, :, None].astype(np.uint16)
    return ((pixels * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
