"""How unlike a picture's border each of its pixels is."""

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import Rgb8

_COLORS = 12
_BORDER_SHARE = 0.03
_ALIKE = 10.0
_LIGHTNESS_SHARE = 0.6


def rarity(small: Rgb8) -> NDArray[np.float32]:
    """Rate each pixel by how much rarer its color is on the border than in the picture; subjects are rare there.

    Returns:
        0 for what is as common on the border as elsewhere, up to 1 for what the border does not have at all; shape
        (rows, columns).

    References:
        Zhu, Liang, Wei and Sun, "Saliency Optimization from Robust Background Detection", CVPR 2014 (the idea).
    """
    lab = cv2.cvtColor(small.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    lab = np.asarray(
        cv2.GaussianBlur(lab, (0, 0), 1.5) * (_LIGHTNESS_SHARE, 1.0, 1.0), np.float32
    )  # light and shadow on one thing differ mostly in lightness
    cv2.setRNGSeed(1)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 30, 0.3)
    labels = np.zeros((lab.shape[0] * lab.shape[1], 1), np.int32)
    _, _, centers = cv2.kmeans(lab.reshape(-1, 3), _COLORS, labels, stop, 3, cv2.KMEANS_PP_CENTERS)
    rare = _rare(labels.reshape(lab.shape[:2]), np.asarray(centers))
    return np.asarray(cv2.GaussianBlur(rare, (0, 0), 2.0), np.float32)


def _rare(labels: NDArray[np.int32], centers: NDArray[np.float32]) -> NDArray[np.float32]:
    inset = max(2, round(_BORDER_SHARE * min(labels.shape)))
    border = np.ones(labels.shape, bool)
    border[inset:-inset, inset:-inset] = False
    anywhere = np.bincount(labels.ravel(), minlength=_COLORS) / labels.size
    at_border = np.bincount(labels[border], minlength=_COLORS) / border.sum()
    apart = ((centers[:, None] - centers[None]) ** 2).sum(axis=2)
    alike = np.exp(-apart / (2.0 * _ALIKE**2))
    rare = np.clip(1.0 - (alike @ at_border) / np.maximum(alike @ anywhere, 1e-9), 0, 1)
    return np.asarray(rare[labels], np.float32)
