"""Dense maps from the photo's window into the reference."""

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Bits, Rgb
from runner.engines.reference_inpaint.planes import Matrix

Map = NDArray[np.float32]
"""Where each pixel's content lies in the reference: shape (rows, columns, 2), x before y, in reference pixels."""

Flow = NDArray[np.float32]
"""How far to go from each pixel, shape (rows, columns, 2), x before y, in pixels."""


def positions(shape: tuple[int, ...]) -> Map:
    """List each pixel's own position."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    return np.stack([x, y], axis=-1)


def map_by_plane(matrix: Matrix, points: Map) -> Map:
    """Carry positions through a homography; beyond its horizon they land far outside."""
    x, y = points[..., 0].astype(np.float64), points[..., 1].astype(np.float64)
    depth = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    in_front = depth * np.sign(np.median(depth)) > 1e-6
    depth = np.where(in_front, depth, 1.0)
    mapped = [(row[0] * x + row[1] * y + row[2]) / depth for row in matrix[:2]]
    return np.stack([np.where(in_front, axis, -1e4) for axis in mapped], axis=-1).astype(np.float32)


def sample(image: NDArray[np.float32], where: Map) -> NDArray[np.float32]:
    """Look a picture up bicubically at fractional positions; outside it its border goes on."""
    x, y = np.ascontiguousarray(where[..., 0]), np.ascontiguousarray(where[..., 1])
    found = cv2.remap(image, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def sample_linear(field: NDArray[np.float32], where: Map) -> NDArray[np.float32]:
    """Look a field up bilinearly: no overshoot."""
    x, y = np.ascontiguousarray(where[..., 0]), np.ascontiguousarray(where[..., 1])
    return np.asarray(cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def inside(where: Map, reference: Rgb) -> Bits:
    """Say which positions the reference shows."""
    rows, columns = reference.shape[:2]
    x, y = where[..., 0], where[..., 1]
    return np.asarray((x >= 0) & (y >= 0) & (x <= columns - 1) & (y <= rows - 1))
