"""Two pictures side by side: brought to one color space and the same channels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runner.images.color import to_srgb
from runner.images.composite import check_same_size
from runner.images.photo import Mask8, Photo


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """Two pictures that can be compared number by number.

    Attributes:
        before, after: Shape (rows, columns, 3), or 4 with alpha where one of the pictures has it; 0 to 255.
    """

    before: NDArray[np.uint8]
    after: NDArray[np.uint8]


def align(before: Photo, after: Photo) -> Aligned:
    """Bring two pictures of one size together: as they are where they share a color space, else both in sRGB.

    What both show as transparent has no color: it counts as the same.

    Raises:
        ImageError: ``size-mismatch``.
    """
    check_same_size("picture", before.pixels, "result", after.pixels)
    same_space = before.icc == after.icc
    one, other = (before.pixels, after.pixels) if same_space else (to_srgb(before), to_srgb(after))
    if before.alpha is None and after.alpha is None:
        return Aligned(one, other)
    alphas = _alpha(before), _alpha(after)
    unseen = (alphas[0] == 0) & (alphas[1] == 0)
    return Aligned(_with_alpha(one, alphas[0], unseen), _with_alpha(other, alphas[1], unseen))


def _alpha(photo: Photo) -> Mask8:
    return np.full(photo.pixels.shape[:2], 255, np.uint8) if photo.alpha is None else photo.alpha


def _with_alpha(pixels: NDArray[np.uint8], alpha: Mask8, unseen: NDArray[np.bool_]) -> NDArray[np.uint8]:
    channels = np.dstack([pixels, alpha])
    channels[unseen] = 0
    return channels
