"""Choose, pixel by pixel, which proposal fills the hole."""

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.candidates import Candidate
from runner.engines.reference_inpaint.frame import Bits, Frame, Rgb

Labels = NDArray[np.intp]
"""Index of the chosen proposal, shape (rows, columns)."""

_NODES = 10000
_WITNESSES = 900
_BAND_PX = 20
_ROUNDS = 45
_INVALID = 60.0
_COLOR = 22.0
_MOST_ERROR = 40.0
_WITNESS = 0.1
_SEAM = 0.7
_JUMP = 0.7
_MOST_JUMP_PX = 12.0


def choose(frame: Frame, candidates: list[Candidate], views: list[Rgb]) -> Labels:
    """Minimize the errors expected inside the hole plus what shows along the seams between proposals.

    The error of a proposal around the hole is evidence for pixels inside that are near and look like the content
    found there; a seam costs what the two proposals differ on both its sides.

    Args:
        frame: The hole and its surroundings.
        candidates: The proposals.
        views: The warped reference of each candidate with the photo's tone.

    References:
        Kwatra et al., "Graphcut Textures", SIGGRAPH 2003 (the seam cost).
        Felzenszwalb and Huttenlocher, "Efficient Belief Propagation for Early Vision", IJCV 2006 (the minimizer).
    """
    rows, columns = _box(frame.hole)
    hole = frame.hole[rows, columns]
    scale = min(1.0, float(np.sqrt(_NODES / hole.size)))
    size = max(2, round(hole.shape[1] * scale)), max(2, round(hole.shape[0] * scale))
    least = np.min([np.minimum(candidate.error, _MOST_ERROR) for candidate in candidates], axis=0)
    excess = [np.minimum(candidate.error, _MOST_ERROR) - least for candidate in candidates]
    costs = [_expected(frame, *given) for given in zip(excess, candidates, views, strict=True)]
    small_costs = _small([cost[rows, columns] for cost in costs], size)
    small_views = _small([view[rows, columns] for view in views], size)
    small_maps = _small([candidate.where[rows, columns] for candidate in candidates], size)
    beliefs = _propagate(_WITNESS * small_costs, _gaps(small_views, small_maps))
    large = np.stack([cv2.resize(belief, hole.shape[::-1], interpolation=cv2.INTER_LINEAR) for belief in beliefs])
    labels = np.zeros(frame.hole.shape, np.intp)
    labels[rows, columns] = large.argmin(axis=0)
    return labels


def _small(fields: list[NDArray[np.float32]], size: tuple[int, int]) -> NDArray[np.float32]:
    return np.stack([cv2.resize(field, size, interpolation=cv2.INTER_AREA) for field in fields]).astype(np.float32)


def _box(hole: Bits) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _expected(frame: Frame, excess: NDArray[np.float32], candidate: Candidate, view: Rgb) -> NDArray[np.float32]:
    """Average the error of witnesses around the hole, weighted by nearness and likeness, on a coarse grid."""
    distance_out = cv2.distanceTransform((~frame.hole).astype(np.uint8), cv2.DIST_L2, 5)
    distance_in = cv2.distanceTransform(frame.hole.astype(np.uint8), cv2.DIST_L2, 5)
    witnesses = np.flatnonzero((distance_out < _BAND_PX) & frame.known)
    witnesses = witnesses[:: max(1, len(witnesses) // _WITNESSES)]
    stride = max(1, round(np.sqrt(frame.hole.sum() / 1600)))
    grid = np.zeros(frame.hole.shape, bool)
    grid[::stride, ::stride] = True
    asked = np.flatnonzero(grid & (distance_in > 0))
    smooth = np.asarray(cv2.GaussianBlur(view, (0, 0), 1.5), np.float32)
    cost = _testimony(frame, excess, smooth, asked, witnesses, np.asarray(distance_in, np.float32).ravel()[asked])
    field, count = np.zeros(frame.hole.shape, np.float32), np.zeros(frame.hole.shape, np.float32)
    field.ravel()[asked], count.ravel()[asked] = cost, 1.0
    spread = cv2.GaussianBlur(field, (0, 0), 0.7 * stride) / np.maximum(
        cv2.GaussianBlur(count, (0, 0), 0.7 * stride), 1e-6
    )
    return np.where(candidate.valid, spread, _INVALID).astype(np.float32)


def _testimony(
    frame: Frame,
    excess: NDArray[np.float32],
    smooth: Rgb,
    asked: NDArray[np.intp],
    witnesses: NDArray[np.intp],
    depth_px: NDArray[np.float32],
) -> NDArray[np.float32]:
    width = frame.hole.shape[1]
    errors = excess.ravel()[witnesses]
    colors = smooth.reshape(-1, 3)
    row_gap = (asked // width)[:, None] - (witnesses // width)[None]
    column_gap = (asked % width)[:, None] - (witnesses % width)[None]
    near = (row_gap**2 + column_gap**2).astype(np.float32)
    near /= 2.0 * (0.6 * depth_px[:, None] + 6.0) ** 2
    unlike = _squared_gaps(colors[asked], colors[witnesses]) / (2.0 * 3 * _COLOR**2)
    exponent = -(near + unlike)
    weights = np.exp(exponent - exponent.max(axis=1, keepdims=True))
    return np.asarray((weights @ errors) / weights.sum(axis=1), np.float32)


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
            gaps[a, b] = gaps[b, a] = _SEAM * look + _JUMP * jump + 0.2
    return gaps


def _propagate(costs: NDArray[np.float32], gaps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pass min-sum messages on the grid until they settle; returns the belief (a cost) per label.

    Args:
        costs: Expected error of each label, shape (labels, rows, columns).
        gaps: Price of a change between each two labels at each pixel, shape (labels, labels, rows, columns).
    """
    across, down = gaps[:, :, :, :-1] + gaps[:, :, :, 1:], gaps[:, :, :-1] + gaps[:, :, 1:]
    left, right, up, low = (np.zeros_like(costs) for _ in range(4))
    for _ in range(_ROUNDS):
        belief = costs + left + right + up + low
        new_left, new_right = np.zeros_like(left), np.zeros_like(right)
        new_up, new_low = np.zeros_like(up), np.zeros_like(low)
        new_left[:, :, 1:] = _message((belief - right)[:, :, :-1], across)
        new_right[:, :, :-1] = _message((belief - left)[:, :, 1:], across)
        new_up[:, 1:] = _message((belief - low)[:, :-1], down)
        new_low[:, :-1] = _message((belief - up)[:, 1:], down)
        left, right = 0.5 * (left + new_left), 0.5 * (right + new_right)
        up, low = 0.5 * (up + new_up), 0.5 * (low + new_low)
    return costs + left + right + up + low


def _message(belief: NDArray[np.float32], gaps: NDArray[np.float32]) -> NDArray[np.float32]:
    sent = (belief[:, None] + gaps).min(axis=0)
    return np.asarray(sent - sent.min(axis=0), np.float32)
