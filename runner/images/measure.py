"""How much of a picture changed, inside and outside a mask."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runner.core.errors import ImageError
from runner.images.composite import check_same_size
from runner.images.photo import Mask8, Rgb8


@dataclass(frozen=True, slots=True)
class Changed:
    """How many of the pixels in an area changed."""

    changed_px: int
    area_px: int

    @property
    def share(self) -> float:
        """From 0 to 1.

        Raises:
            ImageError: ``nothing-to-measure``, for an area without pixels.
        """
        if not self.area_px:
            raise ImageError("nothing-to-measure", "the area to measure has no pixels", hint="look at the mask")
        return self.changed_px / self.area_px


def changed_outside(before: Rgb8, after: Rgb8, mask: Mask8, tolerance: int = 0) -> Changed:
    """Count the changed pixels where the mask is black (exactly 0: a feather belongs to the edit).

    A pixel has changed when one of its channels differs by more than the tolerance, of 255;
    a fourth channel, alpha, counts like the others.

    Raises:
        ImageError: ``size-mismatch``.
    """
    return _count(before, after, mask, outside(mask), tolerance)


def changed_inside(before: Rgb8, after: Rgb8, mask: Mask8, tolerance: int = 0) -> Changed:
    """Count the changed pixels where the mask is at least half white (128 or more); see `changed_outside`."""
    return _count(before, after, mask, inside(mask), tolerance)


def outside(mask: Mask8) -> NDArray[np.bool_]:
    """Give the pixels where a mask is black."""
    return np.equal(mask, 0)


def inside(mask: Mask8) -> NDArray[np.bool_]:
    """Give the pixels where a mask is at least half white."""
    return np.greater_equal(mask, 128)


def _count(before: Rgb8, after: Rgb8, mask: Mask8, area: NDArray[np.bool_], tolerance: int) -> Changed:
    check_same_size("picture", before, "result", after)
    check_same_size("picture", before, "mask", mask)
    difference = np.maximum(before, after) - np.minimum(before, after)
    changed = (difference > tolerance).any(axis=2)
    return Changed(int(np.count_nonzero(changed & area)), int(np.count_nonzero(area)))
