"""Continue dense correspondence into the hole along the objects that the reference shows there."""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import spsolve

from runner.engines.reference_inpaint.evidence import Evidence
from runner.engines.reference_inpaint.frame import Bits, Frame, Rgb
from runner.engines.reference_inpaint.planes import Matrix
from runner.engines.reference_inpaint.warps import Flow, Map, map_by_plane, positions, sample, sample_linear

_UNKNOWNS = 20000
_EDGE = 12.0
_FARTHEST_PX = 40.0
_TURNS = 12


def extend_flow(frame: Frame, evidence: Evidence, plane: Matrix, hole: Bits) -> Map:
    """Bend a plane's warp so that it meets the correspondence around the hole.

    The displacement left over by the plane is carried over to the warped reference, which is whole, spread there
    with weights that stop at its edges, and carried back. As in edge-preserving interpolation of flow, depth steps
    are taken to lie where the picture has edges.

    Args:
        frame: The hole's surroundings and the reference.
        evidence: The correspondence to continue.
        plane: What to bend.
        hole: Where correspondence must not be used: the hole, or more for cross-validation.

    References:
        Revaud et al., "EpicFlow: Edge-Preserving Interpolation of Correspondences", CVPR 2015 (the idea).
    """
    here = positions(hole.shape)
    flow, trust = _leftover(evidence, plane, here)
    trust = np.where(hole, 0, trust).astype(np.float32)
    moved, moved_trust = _splat(flow, trust)
    guide = sample(frame.reference, map_by_plane(plane, here))
    near = _box_around(frame.hole)
    spread = moved.copy()
    spread[near] = _spread(moved[near], moved_trust[near], guide[near])
    return map_by_plane(plane, here + _turn_around(spread, flow, trust))


def _box_around(hole: Bits) -> tuple[slice, slice]:
    """Solve only near the hole, so that the grid is fine enough for thin objects."""
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    margin = 2 * int(_FARTHEST_PX)
    return (
        slice(max(0, int(rows[0]) - margin), int(rows[-1]) + 1 + margin),
        slice(max(0, int(columns[0]) - margin), int(columns[-1]) + 1 + margin),
    )


def _leftover(evidence: Evidence, plane: Matrix, here: Map) -> tuple[Flow, NDArray[np.float32]]:
    """Express the correspondence as a displacement in the picture that the plane warps to the photo."""
    back = map_by_plane(np.asarray(np.linalg.inv(plane), np.float64), evidence.where)
    flow = back - here
    small = np.linalg.norm(flow, axis=2) < _FARTHEST_PX
    return np.where(small[..., None], flow, 0).astype(np.float32), (evidence.trust * small).astype(np.float32)


def _splat(flow: Flow, trust: NDArray[np.float32]) -> tuple[Flow, NDArray[np.float32]]:
    """Carry displacements to the pixels that they point to; several on one pixel are averaged."""
    rows, columns = trust.shape
    there = np.rint(positions(trust.shape) + flow).astype(np.intp)
    x, y = there[..., 0], there[..., 1]
    landed = (x >= 0) & (y >= 0) & (x < columns) & (y < rows) & (trust > 0.05)
    index, weight = (y * columns + x)[landed], trust[landed]
    total = np.bincount(index, weight, rows * columns)
    sums = [np.bincount(index, weight * flow[..., i][landed], rows * columns) for i in range(2)]
    mean = np.stack(sums, axis=-1) / np.maximum(total, 1e-6)[:, None]
    return mean.reshape(flow.shape).astype(np.float32), np.minimum(total, 1.0).reshape(trust.shape).astype(np.float32)


def _spread(flow: Flow, trust: NDArray[np.float32], guide: Rgb) -> Flow:
    """Solve for the smoothest displacement that keeps trusted ones, cheap to break at edges of the guide."""
    scale = min(1.0, float(np.sqrt(_UNKNOWNS / trust.size)))
    size = max(2, round(trust.shape[1] * scale)), max(2, round(trust.shape[0] * scale))
    small_guide = np.asarray(cv2.resize(guide, size, interpolation=cv2.INTER_AREA), np.float32)
    small_trust = np.asarray(cv2.resize(trust, size, interpolation=cv2.INTER_AREA), np.float32)
    small_flow = cv2.resize(flow * trust[..., None], size, interpolation=cv2.INTER_AREA)
    small_flow = small_flow / np.maximum(small_trust, 1e-6)[..., None]
    solved = _solve(np.asarray(small_flow, np.float32), small_trust, small_guide)
    enlarged = cv2.resize(solved, trust.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(enlarged, np.float32)


def _solve(flow: Flow, trust: NDArray[np.float32], guide: NDArray[np.float32]) -> Flow:
    count = trust.size
    index = np.arange(count).reshape(trust.shape)
    first = np.concatenate([index[:, :-1].ravel(), index[:-1].ravel()])
    second = np.concatenate([index[:, 1:].ravel(), index[1:].ravel()])
    colors = guide.reshape(-1, 3)
    step = np.abs(colors[first] - colors[second]).mean(axis=1)
    weight = np.exp(-((step / _EDGE) ** 2)) + 1e-3
    links = sparse.coo_matrix((weight, (first, second)), (count, count)).tocsr()
    links = links + links.T
    anchors = trust.ravel().astype(np.float64) * 2.0 + 1e-6
    system = (sparse.diags(np.asarray(links.sum(axis=1)).ravel() + anchors) - links).tocsc()
    solved = spsolve(system, anchors[:, None] * flow.reshape(-1, 2))
    return np.asarray(solved, np.float32).reshape(flow.shape)


def _turn_around(spread: Flow, known: Flow, trust: NDArray[np.float32]) -> Flow:
    """Invert: find for each photo pixel the warped pixel whose displacement leads to it (fixed-point iteration).

    ``spread`` at a warped pixel q says that q belongs to photo pixel q - spread(q).
    """
    here = positions(trust.shape)
    flow = np.where((trust > 0.3)[..., None], known, spread).astype(np.float32)
    for _ in range(_TURNS):
        flow = 0.5 * flow + 0.5 * sample_linear(spread, here + flow)
    return flow
