"""Whether a reference is a texture, and whether that texture goes on around the hole."""

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import Rgb8
from runner.engines.reference_inpaint.frame import Frame, shrink

_LONG_SIDE_PX = 256
_PARTS = 4
_MOST_DRIFT = 0.5
_MOST_UNEVENNESS = 0.45
_ALIKE = 0.8


def is_texture(reference: Rgb8) -> bool:
    """Say whether all parts of a picture look statistically alike: mean color and contrast hardly drift."""
    small = _small(reference)
    parts = [part for row in np.array_split(small, _PARTS) for part in np.array_split(row, _PARTS, axis=1)]
    means = np.array([part.mean(axis=(0, 1)) for part in parts])
    spreads = np.array([part.std(axis=(0, 1)).mean() for part in parts])
    drift = float(np.linalg.norm(means.std(axis=0)) / (np.linalg.norm(small.std(axis=(0, 1))) + 2.0))
    unevenness = float(spreads.std() / (spreads.mean() + 1.0))
    return drift < _MOST_DRIFT and unevenness < _MOST_UNEVENNESS


def continues_around(frame: Frame, reference: Rgb8) -> bool:
    """Say whether the surroundings of the hole have the reference's colors and contrast."""
    around = frame.target[frame.known]
    own = _small(reference).reshape(-1, 3)
    spread = 0.5 * (_spread(around) + _spread(own)) + 4.0
    gap = np.abs(around.mean(axis=0) - own.mean(axis=0)).max()
    return bool(gap < _ALIKE * spread and max(_spread(around), _spread(own)) < 2.0 * min(_spread(around), _spread(own)) + 4)


def _small(image: Rgb8) -> NDArray[np.float32]:
    smooth = cv2.GaussianBlur(image, (0, 0), 0.8).astype(np.float32)
    return shrink(smooth, min(1.0, _LONG_SIDE_PX / max(image.shape[:2])))


def _spread(pixels: NDArray[np.float32]) -> float:
    return float(pixels.std(axis=0).mean())
