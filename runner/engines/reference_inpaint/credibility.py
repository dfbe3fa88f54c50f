"""Where the choice contradicts the photo, so that it is better not used."""

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.candidates import Candidate
from runner.engines.reference_inpaint.choice import Labels
from runner.engines.reference_inpaint.frame import Bits, Frame

_BAND_PX = 8
_FEWEST_WITNESSES = 30
_WORST_ERROR = 22.0
_WORST_RATIO = 1.4


def credible_part(frame: Frame, candidates: list[Candidate], labels: Labels, contrast: NDArray[np.float32]) -> Bits:
    """Keep the pieces of the choice that do not plainly contradict the photo next to them.

    A piece is a connected region filled from one proposal. It is dropped where that proposal, continued over the
    border of the hole, looks utterly different from the photo there: the reference shows another thing.
    What the reference does not show is no witness.

    Args:
        frame: The hole and its surroundings.
        candidates: The proposals.
        labels: Which of them each pixel takes.
        contrast: The photo's contrast near each pixel, in sRGB values.
    """
    outward = cv2.distanceTransform((~frame.hole).astype(np.uint8), cv2.DIST_L2, 5)
    band = frame.known & (outward <= _BAND_PX)
    credible = frame.hole.copy()
    for number in np.unique(labels[frame.hole]):
        count, pieces = cv2.connectedComponents((frame.hole & (labels == number)).astype(np.uint8))
        for piece in range(1, count):
            inside = pieces == piece
            witnesses = band & _near(inside) & candidates[number].valid
            if _contradicted(candidates[number].error[witnesses], contrast[witnesses]):
                credible &= ~inside
    return credible


def _near(region: Bits) -> Bits:
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _BAND_PX + 1,) * 2)
    return np.asarray(cv2.dilate(region.astype(np.uint8), reach), np.uint8) > 0


def _contradicted(errors: NDArray[np.float32], contrast: NDArray[np.float32]) -> bool:
    if len(errors) < _FEWEST_WITNESSES:
        return False
    error = float(np.minimum(errors, 60.0).mean())
    return error > _WORST_ERROR and error > _WORST_RATIO * (float(contrast.mean()) + 6.0)
