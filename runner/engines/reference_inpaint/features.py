"""RootSIFT matches between the photo, without its holes, and the reference."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import Rgb8

Points = NDArray[np.float32]
"""Positions, shape (count, 2), x before y, in pixels; pixel centres are at whole numbers."""

_LONG_SIDE_PX = 1600
_MOST_FEATURES = 6000
_RATIO = 0.86
_HOLE_MARGIN_PX = 5
_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs of positions that look alike: the same rows of ``target`` and ``reference``."""

    target: Points
    reference: Points

    def __len__(self) -> int:
        return len(self.target)

    def only(self, chosen: NDArray[np.bool_]) -> "Matches":
        """Keep the chosen rows."""
        return Matches(self.target[chosen], self.reference[chosen])


def match_features(target: Rgb8, hole: NDArray[np.bool_], reference: Rgb8) -> Matches:
    """Match the surroundings of the holes with the reference: mutual nearest neighbors that pass the ratio test.

    Both pictures are looked at with at most 1600 px on the long side; positions are in their own pixels.

    References:
        Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", IJCV 2004.
        Arandjelović and Zisserman, "Three things everyone should know to improve object retrieval", CVPR 2012.
    """
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _HOLE_MARGIN_PX + 1,) * 2)
    kept = 255 - cv2.dilate(hole.astype(np.uint8) * 255, reach)
    target_points, target_words = _describe(target, kept)
    reference_points, reference_words = _describe(reference, None)
    if min(len(target_points), len(reference_points)) < 2:
        empty = np.zeros((0, 2), np.float32)
        return Matches(empty, empty)
    rows, columns = _mutual_nearest(target_words, reference_words)
    return Matches(target_points[rows], reference_points[columns])


def _describe(image: Rgb8, kept: NDArray[np.uint8] | None) -> tuple[Points, NDArray[np.float32]]:
    scale = min(1.0, _LONG_SIDE_PX / max(image.shape[:2]))
    gray = cv2.cvtColor(_shrunk(image, scale), cv2.COLOR_RGB2GRAY)
    mask = None if kept is None else cv2.resize(kept, gray.shape[::-1], interpolation=cv2.INTER_NEAREST)
    sift = cv2.SIFT_create(nfeatures=_MOST_FEATURES, contrastThreshold=0.02, edgeThreshold=12)
    keypoints, words = sift.detectAndCompute(gray, mask)
    if words is None or not keypoints:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32)
    points = (np.float32([keypoint.pt for keypoint in keypoints]) + 0.5) / scale - 0.5
    words = words / np.maximum(words.sum(axis=1, keepdims=True), 1e-6)
    return points.astype(np.float32), np.sqrt(words).astype(np.float32)


def _shrunk(image: Rgb8, scale: float) -> Rgb8:
    if scale >= 1.0:
        return image
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _mutual_nearest(
    left: NDArray[np.float32], right: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Compare in blocks: the whole table of 6000 × 6000 likenesses would take 144 MB."""
    nearest = np.zeros(len(left), np.intp)
    clear = np.zeros(len(left), bool)
    best_of_right = np.full(len(right), -1.0, np.float32)
    chooser = np.zeros(len(right), np.intp)
    for start in range(0, len(left), _BLOCK):
        likeness = left[start : start + _BLOCK] @ right.T
        rows = np.arange(len(likeness))
        first = likeness.argmax(axis=1)
        in_column = likeness.max(axis=0)
        better = in_column > best_of_right
        chooser[better] = likeness.argmax(axis=0)[better] + start
        best_of_right = np.maximum(best_of_right, in_column)
        top = likeness[rows, first].copy()
        likeness[rows, first] = -1.0
        nearest[start + rows] = first
        clear[start + rows] = _distance(top) < _RATIO * _distance(likeness.max(axis=1))
    mutual = clear & (chooser[nearest] == np.arange(len(left)))
    return np.flatnonzero(mutual), nearest[mutual]


def _distance(likeness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn the cosine of two unit vectors into their Euclidean distance."""
    return np.sqrt(np.maximum(2.0 - 2.0 * likeness, 0.0)).astype(np.float32)
