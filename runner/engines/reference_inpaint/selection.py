"""The few planes, of many found, that together explain the photo around the hole."""

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.evidence import local_contrast
from runner.engines.reference_inpaint.frame import Bits, Frame
from runner.engines.reference_inpaint.planes import Matrix
from runner.engines.reference_inpaint.tone import Tone
from runner.engines.reference_inpaint.warps import inside, map_by_plane, sample

_MOST = 10
_LEAST_GAIN = 0.005
_WITNESSES = 1500
_STEPS = (-6, -4, -2, 0, 2, 4, 6)
_LEAST_REACH_PX = 48.0
_REACH = 0.6
_MOST_LIGHT = 25.0
_LIGHT_SHARE = 0.5
_LEAST_SEEN = 0.3


def select_planes(frame: Frame, tone: Tone, planes: list[Matrix]) -> list[Matrix]:
    """Take the plane that explains most of the ring around the hole, then whichever explains most of the rest.

    A plane must better half a hundredth of the ring, so that the like of a plane, and what fits by chance, stays out.
    """
    witnesses = _witnesses(frame)
    if not len(witnesses):
        return planes[:_MOST]
    contrast = local_contrast(frame).ravel()[witnesses]
    gaps = np.stack([_gap_at(frame, tone, plane, witnesses) for plane in planes])
    doubts = np.where(np.isfinite(gaps), gaps / (6.0 + 0.7 * contrast), 1.0)
    chosen: list[int] = []
    left = np.ones(doubts.shape[1], np.float32)
    while len(chosen) < _MOST:
        gains = np.maximum(left - doubts, 0).mean(axis=1)
        best = int(gains.argmax())
        if chosen and gains[best] < _LEAST_GAIN:
            break
        chosen.append(best)
        left = np.minimum(left, doubts[best])
    return [planes[number] for number in chosen]


def _witnesses(frame: Frame) -> NDArray[np.intp]:
    reach = max(_LEAST_REACH_PX, _REACH * float(np.sqrt(frame.hole.sum())))
    index = np.flatnonzero(_ring(frame, reach))
    return np.asarray(index[:: max(1, len(index) // _WITNESSES)], np.intp)


def _ring(frame: Frame, reach_px: float) -> Bits:
    distance = cv2.distanceTransform((~frame.hole).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray((distance <= reach_px) & frame.known)


def _gap_at(frame: Frame, tone: Tone, plane: Matrix, witnesses: NDArray[np.intp]) -> NDArray[np.float32]:
    """Compare patches around the witnesses, in sRGB values; infinite where the reference shows too little of one."""
    rows, columns = frame.hole.shape
    y, x = np.divmod(witnesses, columns)
    dy, dx = (grid.ravel() for grid in np.meshgrid(_STEPS, _STEPS, indexing="ij"))
    at_y, at_x = np.clip(y[:, None] + dy, 0, rows - 1), np.clip(x[:, None] + dx, 0, columns - 1)
    where = map_by_plane(plane, np.stack([at_x, at_y], axis=-1).astype(np.float32))
    shown = (frame.known[at_y, at_x] & inside(where, frame.reference)).astype(np.float32)[..., None]
    gap = (tone.apply(sample(frame.reference, where)) - frame.target[at_y, at_x]) * shown
    count = np.maximum(shown.sum(axis=1, keepdims=True), 1.0)
    light = np.clip(gap.sum(axis=1, keepdims=True) / count, -_MOST_LIGHT, _MOST_LIGHT)
    rest = np.abs(gap - _LIGHT_SHARE * light).mean(axis=2) * shown[..., 0]
    seen = shown[..., 0].mean(axis=1) > _LEAST_SEEN
    return np.where(seen, rest.sum(axis=1) / count[:, 0, 0], np.inf).astype(np.float32)
