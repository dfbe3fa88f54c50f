"""Homographies that the matches agree on, one after another."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.features import Matches, Points

Matrix = NDArray[np.float64]
"""A homography from the photo to the reference, 3 × 3, or a fundamental matrix."""

_MOST_PLANES = 8
_FEWEST_INLIERS = 10
_ITERATIONS = 5000


@dataclass(frozen=True, slots=True)
class Plane:
    """A homography from photo to reference pixels, and how many matches follow it."""

    matrix: Matrix
    support: int


def find_planes(matches: Matches, threshold_px: float) -> list[Plane]:
    """Fit homographies by MAGSAC++, taking away what each explains; strongest first.

    References:
        Barath et al., "MAGSAC++, a Fast, Reliable and Accurate Robust Estimator", CVPR 2020.
    """
    planes: list[Plane] = []
    left = matches
    while len(left) >= _FEWEST_INLIERS and len(planes) < _MOST_PLANES:
        fitted = _fit(left, threshold_px)
        if fitted is None or np.count_nonzero(fitted[1]) < _FEWEST_INLIERS:
            break
        matrix, inliers = fitted
        if _is_sane(matrix, left.target[inliers]):
            planes.append(Plane(matrix, int(np.count_nonzero(inliers))))
        left = left.only(~inliers)
    return planes


def fit_epipolar(matches: Matches, threshold_px: float) -> tuple[Matrix, NDArray[np.bool_]] | None:
    """Find the fundamental matrix of one rigid scene and which matches follow it; None where there is none."""
    if len(matches) < 15:
        return None
    matrix: Any  # OpenCV gives None where it finds nothing; its stubs do not say so
    matrix, inliers = cv2.findFundamentalMat(
        matches.target, matches.reference, cv2.USAC_MAGSAC, threshold_px, 0.999, _ITERATIONS
    )
    if matrix is None or matrix.shape != (3, 3):
        return None
    return np.asarray(matrix, np.float64), np.asarray(inliers).ravel() > 0


def project(matrix: Matrix, points: Points) -> Points:
    """Carry points through a homography; a point on its horizon goes far outside, not to infinity."""
    homogeneous = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    depth = homogeneous[:, 2]
    depth = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
    return np.asarray(homogeneous[:, :2] / depth[:, None], np.float32)


def _fit(matches: Matches, threshold_px: float) -> tuple[Matrix, NDArray[np.bool_]] | None:
    found: Any  # as above
    found, _ = cv2.findHomography(
        matches.target, matches.reference, cv2.USAC_MAGSAC, threshold_px, maxIters=_ITERATIONS, confidence=0.9995
    )
    if found is None:
        return None
    matrix = np.asarray(found, np.float64)
    errors = np.linalg.norm(project(matrix, matches.target) - matches.reference, axis=1)
    return matrix, np.asarray(errors < 1.5 * threshold_px)


def _is_sane(matrix: Matrix, points: Points) -> bool:
    """Refuse mirrored, folded and absurdly stretched views of the points that it was found on."""
    depth = np.column_stack([points, np.ones(len(points))]) @ matrix[2]
    if depth.min() * depth.max() <= 0:
        return False
    center = np.median(points, axis=0)
    stretch = np.linalg.det(local_linear(matrix, center))
    return bool(1 / 64 < stretch < 64)


def local_linear(matrix: Matrix, point: NDArray[np.floating]) -> Matrix:
    """Differentiate a homography at a point: the 2 × 2 Jacobian."""
    x, y = float(point[0]), float(point[1])
    above = matrix[:2] @ np.array([x, y, 1.0])
    below = float(matrix[2] @ np.array([x, y, 1.0]))
    return np.asarray((matrix[:2, :2] * below - np.outer(above, matrix[2, :2])) / below**2, np.float64)


def stretch_at(matrix: Matrix, point: NDArray[np.floating]) -> float:
    """Say how many reference pixels make one photo pixel at a point, along a line."""
    return float(np.sqrt(abs(np.linalg.det(local_linear(matrix, point)))))
