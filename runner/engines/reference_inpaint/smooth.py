"""Spread scattered values smoothly over a picture."""

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
"""Shape (rows, columns, channels)."""


def pull_push(values: Field, weights: NDArray[np.float32]) -> Field:
    """Fill in between trusted values from coarser and coarser averages; trusted values pass unchanged.

    Args:
        values: Anything where the weight is 0.
        weights: Trust in each value, 0 to 1, shape (rows, columns).

    References:
        Gortler et al., "The Lumigraph", SIGGRAPH 1996, section 3.4.
    """
    if min(weights.shape) <= 2 or bool((weights >= 1).all()):
        total = max(float(weights.sum()), 1e-6)
        mean = (values * weights[..., None]).sum(axis=(0, 1)) / total
        return _own(values, weights, np.asarray(mean, np.float32))
    coarse_weights = np.asarray(cv2.pyrDown(weights), np.float32)
    coarse = cv2.pyrDown(values * weights[..., None]).reshape(*coarse_weights.shape, -1)
    coarse = coarse / np.maximum(coarse_weights, 1e-6)[..., None]
    below = pull_push(coarse.astype(np.float32), np.minimum(1.0, 4.0 * coarse_weights).astype(np.float32))
    size = weights.shape[::-1]
    above = np.asarray(cv2.pyrUp(below, dstsize=size), np.float32).reshape(values.shape)
    return _own(values, weights, above)


def _own(values: Field, weights: NDArray[np.float32], otherwise: Field) -> Field:
    share = weights[..., None]
    return np.asarray(values * share + otherwise * (1.0 - share), np.float32)
