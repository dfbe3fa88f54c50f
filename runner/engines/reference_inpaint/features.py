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
_GUIDED_RATIO = 0.88
_LEAST_LIKENESS = 0.75
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


@dataclass(frozen=True, slots=True)
class Features:
    """Keypoints and their RootSIFT words, shape (count, 128), unit length."""

    points: Points
    words: NDArray[np.float32]


def describe(image: Rgb8, kept: NDArray[np.bool_]) -> Features:
    """Find keypoints where the picture is kept and describe them.

    The picture is looked at with at most 1600 px on the long side; positions are in its own pixels.

    References:
        Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", IJCV 2004.
        Arandjelović and Zisserman, "Three things everyone should know to improve object retrieval", CVPR 2012.
    """
    scale = min(1.0, _LONG_SIDE_PX / max(image.shape[:2]))
    gray = cv2.cvtColor(_shrunk(image, scale), cv2.COLOR_RGB2GRAY)
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _HOLE_MARGIN_PX + 1,) * 2)
    small = cv2.resize(kept.astype(np.uint8) * 255, gray.shape[::-1], interpolation=cv2.INTER_AREA)
    mask = cv2.erode(np.where(small == 255, 255, 0).astype(np.uint8), reach)
    sift = cv2.SIFT.create(nfeatures=_MOST_FEATURES, contrastThreshold=0.02, edgeThreshold=12)
    keypoints, words = sift.detectAndCompute(gray, mask)
    if words is None or not keypoints:
        return Features(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32))
    points = (np.array([keypoint.pt for keypoint in keypoints], np.float32) + 0.5) / scale - 0.5
    words = words / np.maximum(words.sum(axis=1, keepdims=True), 1e-6)
    return Features(points.astype(np.float32), np.sqrt(words).astype(np.float32))


def match_features(target: Features, reference: Features) -> Matches:
    """Pair mutual nearest neighbors that pass the ratio test."""
    return _match(target, reference, _RATIO, None, np.inf)


def match_along_lines(target: Features, reference: Features, fundamental: NDArray[np.float64], px: float) -> Matches:
    """Pair again among features near each other's epipolar line: fewer rivals let more pairs pass the ratio test."""
    return _match(target, reference, _GUIDED_RATIO, fundamental, px)


def _shrunk(image: Rgb8, scale: float) -> Rgb8:
    if scale >= 1.0:
        return image
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _match(
    target: Features, reference: Features, ratio: float, fundamental: NDArray[np.float64] | None, px: float
) -> Matches:
    """Compare in blocks: the whole table of 6000 × 6000 likenesses would take 144 MB."""
    count, rivals = len(target.points), len(reference.points)
    if min(count, rivals) < 2:
        return Matches(np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32))
    nearest, clear = np.zeros(count, np.intp), np.zeros(count, bool)
    best_of_rival, chooser = np.full(rivals, -1.0, np.float32), np.zeros(rivals, np.intp)
    for start in range(0, count, _BLOCK):
        part = slice(start, start + _BLOCK)
        likeness = target.words[part] @ reference.words.T
        if fundamental is not None:
            likeness[line_distance(fundamental, target.points[part], reference.points) > px] = -1.0
        rows = np.arange(len(likeness))
        first, in_column = likeness.argmax(axis=1), likeness.max(axis=0)
        better = in_column > best_of_rival
        chooser[better] = likeness.argmax(axis=0)[better] + start
        best_of_rival = np.maximum(best_of_rival, in_column)
        top = likeness[rows, first].copy()
        likeness[rows, first] = -1.0
        nearest[start + rows] = first
        clear[start + rows] = (_distance(top) < ratio * _distance(likeness.max(axis=1))) & (top > _LEAST_LIKENESS)
    mutual = clear & (chooser[nearest] == np.arange(count))
    return Matches(target.points[mutual], reference.points[nearest[mutual]])


def line_distance(fundamental: NDArray[np.float64], target: Points, reference: Points) -> NDArray[np.float32]:
    """Measure how far each reference point is from each target point's epipolar line, shape (target, reference)."""
    lines = np.column_stack([target, np.ones(len(target))]) @ fundamental.T
    lines /= np.maximum(np.linalg.norm(lines[:, :2], axis=1, keepdims=True), 1e-12)
    return np.asarray(np.abs(lines @ np.column_stack([reference, np.ones(len(reference))]).T), np.float32)


def _distance(likeness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn the cosine of two unit vectors into their Euclidean distance."""
    return np.asarray(np.sqrt(np.maximum(2.0 - 2.0 * likeness, 0.0)), np.float32)
