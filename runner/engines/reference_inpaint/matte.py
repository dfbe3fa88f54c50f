"""The soft outline of a subject, from a rough one."""

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import Rgb8
from runner.engines.reference_inpaint.frame import Bits

_RADIUS = 1.6
_REGULAR = 2e-4
_CONTRAST = 2.2


def soft_outline(reference: Rgb8, shape: Bits) -> NDArray[np.float32]:
    """Enlarge an outline to its picture and let it follow the picture's edges.

    Args:
        reference: The picture in full size.
        shape: The subject, on the picture shrunk.

    Returns:
        Opacity, 0 to 1, in the picture's size.

    References:
        He, Sun and Tang, "Guided Image Filtering", PAMI 2013.
    """
    rows, columns = reference.shape[:2]
    ratio = columns / shape.shape[1]
    large = np.asarray(cv2.resize(shape.astype(np.float32), (columns, rows)), np.float32)
    side = 2 * max(2, round(_RADIUS * ratio)) + 1
    followed = np.mean([_guided(_channel(reference, i), large, side) for i in range(3)], axis=0)
    return np.asarray(np.clip(_CONTRAST * (followed - 0.5) + 0.5, 0, 1), np.float32)


def _channel(reference: Rgb8, number: int) -> NDArray[np.float32]:
    return reference[..., number].astype(np.float32) / 255.0


def _guided(guide: NDArray[np.float32], shape: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Express a mask near each pixel as a linear function of the guide."""
    mean_guide, mean_shape = _box(guide, side), _box(shape, side)
    covariance = _box(guide * shape, side) - mean_guide * mean_shape
    slope = covariance / (_box(guide * guide, side) - mean_guide**2 + _REGULAR)
    offset = mean_shape - slope * mean_guide
    return np.asarray(_box(slope, side) * guide + _box(offset, side), np.float32)


def _box(field: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    return np.asarray(cv2.blur(field, (side, side)), np.float32)
