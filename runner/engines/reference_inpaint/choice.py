"""Choose, pixel by pixel, which proposal fills the hole."""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from runner.engines.reference_inpaint.candidates import Candidate, deep_px
from runner.engines.reference_inpaint.frame import Bits, Frame, Rgb, box_around
from runner.engines.reference_inpaint.labeling import settle
from runner.engines.reference_inpaint.tone import Tone
from runner.engines.reference_inpaint.warps import sample

Labels = NDArray[np.intp]
"""Index of the chosen proposal, shape (rows, columns); outside the hole it continues the nearest choice inside."""

_NODES = 20000
_WITNESSES = 900
_BAND_PX = 20
_SHALLOW_PX = 10.0
_INVALID = 6.0
_COLOR = 22.0
_WITNESS = 1.2
_SEAM = 0.35
_JUMP = 0.35
_MOST_JUMP_PX = 12.0


def choose(frame: Frame, candidates: list[Candidate], tone: Tone) -> Labels:
    """Minimize the doubts expected inside the hole plus what shows along the seams between proposals.

    The doubt about a proposal around the hole is evidence for pixels inside that are near and look like the content
    found there; a seam costs what the two proposals differ on both its sides.

    Args:
        frame: The hole and its surroundings.
        candidates: The proposals.
        tone: What brings the reference's colors to the photo's.

    References:
        Kwatra et al., "Graphcut Textures", SIGGRAPH 2003 (the seam cost).
    """
    spot = box_around(frame.hole, 0)
    rows, columns = frame.hole[spot].shape
    scale = min(1.0, float(np.sqrt(_NODES / (rows * columns))))
    size = max(2, round(columns * scale)), max(2, round(rows * scale))
    views = [tone.apply(sample(frame.reference, candidate.where)) for candidate in candidates]
    costs = _small([cost[spot] for cost in _expected_costs(frame, candidates, views)], size)
    small_views = _small([view[spot] for view in views], size)
    small_maps = _small([candidate.where[spot] for candidate in candidates], size)
    beliefs = settle(costs, _gaps(small_views, small_maps))
    large = np.stack([cv2.resize(belief, (columns, rows), interpolation=cv2.INTER_LINEAR) for belief in beliefs])
    labels = np.zeros(frame.hole.shape, np.intp)
    labels[spot] = large.argmin(axis=0)
    return _continued(labels, frame.hole)


def _continued(labels: Labels, hole: Bits) -> Labels:
    """Give pixels around the hole the label of the nearest pixel inside: there the fill is compared with the photo."""
    nearest = distance_transform_edt(~hole, return_distances=False, return_indices=True)
    return np.asarray(labels[tuple(nearest)], np.intp)


def _expected_costs(frame: Frame, candidates: list[Candidate], views: list[Rgb]) -> list[NDArray[np.float32]]:
    """Expect near the border what withholding little told, and deep inside what withholding much told."""
    depth = cv2.distanceTransform(frame.hole.astype(np.uint8), cv2.DIST_L2, 5)
    depth_share = np.clip((depth - _SHALLOW_PX) / (deep_px(frame.hole) - _SHALLOW_PX), 0, 1)
    shallow = _excess([candidate.doubt for candidate in candidates])
    deep = _excess([candidate.deep_doubt for candidate in candidates])
    costs = []
    for number, (candidate, view) in enumerate(zip(candidates, views, strict=True)):
        near, far = _expected(frame, np.stack([shallow[number], deep[number]]), view)
        costs.append(np.where(candidate.valid, near + (far - near) * depth_share, _INVALID).astype(np.float32))
    return costs


def _excess(doubts: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    stack = np.stack(doubts)
    return np.asarray(_WITNESS * (stack - stack.min(axis=0)), np.float32)


def _small(fields: list[NDArray[np.float32]], size: tuple[int, int]) -> NDArray[np.float32]:
    return np.stack([cv2.resize(field, size, interpolation=cv2.INTER_AREA) for field in fields]).astype(np.float32)


def _expected(frame: Frame, excesses: NDArray[np.float32], view: Rgb) -> NDArray[np.float32]:
    """Average what witnesses around the hole say, weighted by nearness and likeness, on a coarse grid.

    Args:
        frame: The hole and its surroundings.
        excesses: One or more fields of excess doubt, shape (fields, rows, columns).
        view: The warped reference.

    Returns:
        What is expected of each field inside the hole, same shape.
    """
    distance_out = cv2.distanceTransform((~frame.hole).astype(np.uint8), cv2.DIST_L2, 5)
    depth = np.asarray(cv2.distanceTransform(frame.hole.astype(np.uint8), cv2.DIST_L2, 5), np.float32)
    witnesses = np.flatnonzero((distance_out < _BAND_PX) & frame.known)
    witnesses = witnesses[:: max(1, len(witnesses) // _WITNESSES)]
    stride = max(1, round(np.sqrt(frame.hole.sum() / 1600)))
    grid = np.zeros(frame.hole.shape, bool)
    grid[::stride, ::stride] = True
    asked = np.flatnonzero(grid & frame.hole)
    if not len(witnesses) or not len(asked):
        return np.zeros_like(excesses)
    smooth = np.asarray(cv2.GaussianBlur(view, (0, 0), 1.5), np.float32)
    told = _testimony(frame, excesses, smooth, asked, witnesses, depth.ravel()[asked])
    return np.stack([_filled_in(field, asked, frame.hole.shape, 0.7 * stride) for field in told])


def _filled_in(
    values: NDArray[np.float32], asked: NDArray[np.intp], shape: tuple[int, ...], softness_px: float
) -> NDArray[np.float32]:
    field, count = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    field.ravel()[asked], count.ravel()[asked] = values, 1.0
    weight = np.maximum(cv2.GaussianBlur(count, (0, 0), softness_px), 1e-6)
    return np.asarray(cv2.GaussianBlur(field, (0, 0), softness_px) / weight, np.float32)


def _testimony(
    frame: Frame,
    excesses: NDArray[np.float32],
    smooth: Rgb,
    asked: NDArray[np.intp],
    witnesses: NDArray[np.intp],
    depth_px: NDArray[np.float32],
) -> NDArray[np.float32]:
    width = frame.hole.shape[1]
    errors = excesses.reshape(len(excesses), -1)[:, witnesses]
    colors = smooth.reshape(-1, 3)
    row_gap = (asked // width)[:, None] - (witnesses // width)[None]
    column_gap = (asked % width)[:, None] - (witnesses % width)[None]
    near = (row_gap**2 + column_gap**2).astype(np.float32)
    near /= 2.0 * (0.6 * depth_px[:, None] + 6.0) ** 2
    unlike = _squared_gaps(colors[asked], colors[witnesses]) / (2.0 * 3 * _COLOR**2)
    exponent = -(near + unlike)
    weights = np.exp(exponent - exponent.max(axis=1, keepdims=True))
    return np.asarray((errors @ weights.T) / weights.sum(axis=1), np.float32)


def _squared_gaps(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    total = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None] - 2.0 * (left @ right.T)
    return np.asarray(np.maximum(total, 0.0), np.float32)


def _gaps(views: NDArray[np.float32], maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Price a seam between each two proposals at each pixel: how different they look and how far they jump.

    Where two planes meet, their maps agree; a seam elsewhere loses a strip of the reference or shows it twice.
    """
    count = len(views)
    gaps = np.zeros((count, count, *views.shape[1:3]), np.float32)
    for a in range(count):
        for b in range(a):
            look = np.abs(views[a] - views[b]).mean(axis=2)
            jump = np.minimum(np.linalg.norm(maps[a] - maps[b], axis=2), _MOST_JUMP_PX)
            gaps[a, b] = gaps[b, a] = _SEAM * look + _JUMP * jump + 0.1
    return gaps
