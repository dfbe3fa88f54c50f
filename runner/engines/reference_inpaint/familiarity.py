"""What of the surroundings is likely to go on in a hole."""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from runner.engines.reference_inpaint.frame import shrink
from runner.engines.reference_inpaint.pyramid import Level, depth_outside

_RING_PX = 8.0
_BLUR_PX = 1.0
_SHARE = 0.1
_MOST = 40.0
_STRANGERS = 0.01
_FEWEST = 10
_MOST_WITNESSES = 400
_MOST_ASKED = 40000


def price_strange(level: Level) -> NDArray[np.float32]:
    """Price what looks like nothing that borders the hole: what is inside it is likelier to be of the same stuff.

    Returns:
        The prices of the level's sources, those of its own surroundings raised; squared sRGB values.
    """
    price = level.price.copy()
    rows, columns = level.near_rows, level.hole.shape[1]
    if not rows:
        return price
    colors, ring = _smooth(level), level.known & (depth_outside(level.hole) <= _RING_PX)
    if ring.sum() < _FEWEST:
        return price
    witnesses = colors[ring][:: max(1, int(ring.sum()) // _MOST_WITNESSES)]
    asked = shrink(colors, min(1.0, float(np.sqrt(_MOST_ASKED / ring.size))))
    gap, _ = cKDTree(witnesses).query(asked.reshape(-1, 4), k=[max(1, round(_STRANGERS * len(witnesses)))])
    strange = np.minimum(gap, _MOST).reshape(asked.shape[:2]).astype(np.float32)
    price[:rows, :columns] += _SHARE * cv2.resize(strange, ring.shape[::-1], interpolation=cv2.INTER_NEAREST) ** 2
    return price


def _smooth(level: Level) -> NDArray[np.float32]:
    known = level.known.astype(np.float32)
    total = cv2.GaussianBlur(level.image * known[..., None], (0, 0), _BLUR_PX)
    return np.asarray(total / np.maximum(cv2.GaussianBlur(known, (0, 0), _BLUR_PX), 1e-3)[..., None], np.float32)
