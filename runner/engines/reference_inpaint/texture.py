"""Whether a reference is a texture."""

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import Rgb8
from runner.engines.reference_inpaint.frame import shrink

_LONG_SIDE_PX = 256
_LEAST_SIDE_PX = 16
_PARTS = 4
_MOST_DRIFT = 0.25
_MOST_UNEVENNESS = 0.4


def is_texture(reference: Rgb8) -> bool:
    """Say whether all parts of a picture look statistically alike: mean color and contrast hardly drift."""
    if min(reference.shape[:2]) < _LEAST_SIDE_PX:
        return False
    drift, unevenness = _drift(_small(reference))
    return drift < _MOST_DRIFT and unevenness < _MOST_UNEVENNESS


def _drift(small: NDArray[np.float32]) -> tuple[float, float]:
    """Measure how mean color drifts against the overall contrast, and how uneven contrast itself is."""
    parts = [part for row in np.array_split(small, _PARTS) for part in np.array_split(row, _PARTS, axis=1)]
    means = np.array([part.mean(axis=(0, 1)) for part in parts])
    spreads = np.array([part.std(axis=(0, 1)).mean() for part in parts])
    drift = float(np.linalg.norm(means.std(axis=0)) / (np.linalg.norm(small.std(axis=(0, 1))) + 2.0))
    return drift, float(spreads.std() / (spreads.mean() + 1.0))


def _small(image: Rgb8) -> NDArray[np.float32]:
    smooth = cv2.GaussianBlur(image, (0, 0), 0.8).astype(np.float32)
    return shrink(smooth, min(1.0, _LONG_SIDE_PX / max(image.shape[:2])))
