"""The holes of a mask."""

import cv2
import numpy as np

from runner.core.errors import EngineError
from runner.engines.base import Mask8, Rgb8
from runner.engines.reference_inpaint.frame import Bits

_FEWEST_KNOWN_PX = 64
_TOGETHER_PX = 9
_MOST_HOLES = 12


def check_pictures(image: Rgb8, mask: Mask8, reference: Rgb8) -> None:
    """Prove that the mask fits the photo, marks something and leaves something.

    Raises:
        EngineError: ``size-mismatch``, ``empty-mask`` or ``no-surroundings``.
    """
    if image.shape[:2] != mask.shape:
        raise EngineError(
            "size-mismatch",
            f"the mask has {mask.shape[1]}×{mask.shape[0]} px, the photo {image.shape[1]}×{image.shape[0]} px",
            hint="draw the mask on the photo as it is shown upright",
        )
    if min(reference.shape[:2]) < 2:
        raise EngineError("size-mismatch", "the reference is smaller than 2×2 px")
    if not mask.any():
        raise EngineError("empty-mask", "the mask marks nothing to fill", hint="white is filled, black is kept")
    if np.count_nonzero(mask == 0) < _FEWEST_KNOWN_PX:
        raise EngineError(
            "no-surroundings",
            "the mask covers the whole photo, so nothing is left to join the fill to",
            hint="leave some of the photo black in the mask",
        )


def split_holes(mask: Mask8) -> list[Bits]:
    """Part the mask into holes; what lies within a few pixels of each other is one hole.

    Where that gives very many, as in a mask of scratches or specks, what lies near each other goes together too.
    """
    hole = mask > 0
    apart = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 5)
    reach_px, count = _TOGETHER_PX / 2, _MOST_HOLES + 2
    while count > _MOST_HOLES + 1:
        count, labels = cv2.connectedComponents((apart <= reach_px).astype(np.uint8), connectivity=8)
        reach_px *= 2
    return [hole & (labels == number) for number in range(1, count)]
