"""A first dense map from the matches alone."""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from runner.engines.reference_inpaint.features import Matches, Points
from runner.engines.reference_inpaint.planes import Matrix, project
from runner.engines.reference_inpaint.warps import Map, map_by_plane, positions

_STEP_PX = 12
_NEIGHBORS = 16
_RIDGE = 400.0
_LEAST_REACH_PX = 12.0
_ROUNDS = 3
_STRAY_PX = 4.0


def map_from_matches(matches: Matches, plane: Matrix, shape: tuple[int, ...]) -> Map:
    """Bend a plane's map locally to the matches nearby: moving least squares with affine residuals.

    References:
        Zaragoza et al., "As-Projective-As-Possible Image Stitching with Moving DLT", CVPR 2013 (the idea).
    """
    rows, columns = max(2, -(-shape[0] // _STEP_PX)), max(2, -(-shape[1] // _STEP_PX))
    y, x = np.mgrid[:rows, :columns]
    step = np.array([shape[1] / columns, shape[0] / rows])
    nodes = (np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) * step - 0.5
    bend = _residual_at(nodes.astype(np.float32), matches, plane).reshape(rows, columns, 2)
    dense = cv2.resize(bend, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(map_by_plane(plane, positions(shape)) + dense, np.float32)


def _residual_at(nodes: Points, matches: Matches, plane: Matrix) -> NDArray[np.float32]:
    residual = (matches.reference - project(plane, matches.target)).astype(np.float64)
    gap, neighbor = cKDTree(matches.target).query(nodes, k=min(_NEIGHBORS, len(matches)))
    reach = np.maximum(gap[:, min(5, gap.shape[1] - 1)], _LEAST_REACH_PX)[:, None]
    weight = np.exp(-0.5 * (gap / reach) ** 2)
    offset = matches.target[neighbor] - nodes[:, None]
    design = np.concatenate([np.ones((*gap.shape, 1)), offset], axis=2)
    moved, trusted = residual[neighbor], weight
    for _ in range(_ROUNDS):
        solved = _solve(design, moved, trusted)
        error = np.linalg.norm(moved - design @ solved, axis=2)
        trusted = weight / (1.0 + (error / _STRAY_PX) ** 2)
    return solved[:, 0].astype(np.float32)


def _solve(
    design: NDArray[np.float64], moved: NDArray[np.float64], trusted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Solve the weighted fits of all nodes; slopes are drawn to zero where neighbors do not settle them."""
    normal = np.einsum("nki,nk,nkj->nij", design, trusted, design)
    normal += np.diag([1e-6, _RIDGE, _RIDGE])
    right = np.einsum("nki,nk,nkj->nij", design, trusted, moved)
    return np.asarray(np.linalg.solve(normal, right), np.float64)
