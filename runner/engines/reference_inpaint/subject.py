"""The one main subject of a reference, where it has one."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import Rgb8
from runner.engines.reference_inpaint.frame import Bits, Rgb, shrink
from runner.engines.reference_inpaint.smooth import pull_push

_LONG_SIDE_PX = 320
_INSET = 0.03
_AREA = (0.06, 0.8)
_MOST_BORDER = 0.3
_LEAST_WHOLE = 0.85
_LEAST_FILL = 0.45


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject cut out.

    Attributes:
        pixels: Its colors, carried past its outline so that a soft edge shows nothing of the old background.
        matte: Its opacity, 0 to 1, shape (rows, columns).
        confidence: 0 to 1.
    """

    pixels: Rgb
    matte: NDArray[np.float32]
    confidence: float


def find_subject(reference: Rgb8, least_contrast: float) -> Subject | None:
    """Cut the subject out of a reference; None where nothing stands clearly before a background.

    It must be one compact piece, keep clear of most of the border and differ in color from the background more than
    the background varies.

    Args:
        reference: The whole picture.
        least_contrast: How many times more.

    References:
        Rother, Kolmogorov and Blake, "GrabCut", SIGGRAPH 2004.
    """
    scale = min(1.0, _LONG_SIDE_PX / max(reference.shape[:2]))
    small = np.clip(shrink(reference.astype(np.float32), scale) + 0.5, 0, 255).astype(np.uint8)
    if min(small.shape[:2]) < 24:
        return None
    shape = _main_piece(_cut(small))
    confidence = _confidence(small, shape, least_contrast)
    if confidence <= 0:
        return None
    return _at_full_size(reference, shape, confidence)


def _cut(small: Rgb8) -> Bits:
    rows, columns = small.shape[:2]
    inset_x, inset_y = max(2, round(_INSET * columns)), max(2, round(_INSET * rows))
    mask = np.zeros((rows, columns), np.uint8)
    box = (inset_x, inset_y, columns - 2 * inset_x, rows - 2 * inset_y)
    cv2.setRNGSeed(1)
    bgr = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    cv2.grabCut(bgr, mask, box, np.zeros((1, 65)), np.zeros((1, 65)), 6, cv2.GC_INIT_WITH_RECT)
    return np.asarray((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD))


def _main_piece(cut: Bits) -> Bits:
    opened = cv2.morphologyEx(cut.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened)
    if count < 2:
        return np.zeros(cut.shape, bool)
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    piece = labels == largest
    if piece.sum() < _LEAST_WHOLE * opened.sum():
        return np.zeros(cut.shape, bool)
    return _without_pinholes(piece)


def _without_pinholes(piece: Bits) -> Bits:
    contours, _ = cv2.findContours(piece.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(piece.shape, np.uint8)
    cv2.drawContours(filled, contours, -1, 1, cv2.FILLED)
    return filled > 0


def _confidence(small: Rgb8, shape: Bits, least_contrast: float) -> float:
    """Weigh size, border, compactness and contrast; 0 where any of them rules a subject out."""
    area = float(shape.mean())
    if not _AREA[0] <= area <= _AREA[1] or _touched_border(shape) > _MOST_BORDER or _box_fill(shape) < _LEAST_FILL:
        return 0.0
    contrast = _color_contrast(small, shape)
    if contrast < least_contrast:
        return 0.0
    return float(min(0.9, 0.3 + 0.15 * (contrast - least_contrast)))


def _touched_border(shape: Bits) -> float:
    inset = max(3, round(1.5 * _INSET * min(shape.shape)))
    frame = np.ones(shape.shape, bool)
    frame[inset:-inset, inset:-inset] = False
    return float(shape[frame].mean())


def _box_fill(shape: Bits) -> float:
    _, _, width, height = cv2.boundingRect(shape.astype(np.uint8))
    return float(shape.sum()) / max(1, width * height)


def _color_contrast(small: Rgb8, shape: Bits) -> float:
    """Compare how far the subject's colors are from the background's with how far the background's are apart."""
    lab = cv2.cvtColor(small.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    around = cv2.dilate(shape.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0
    if around.sum() < 100:
        return 0.0
    cv2.setRNGSeed(1)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    labels = np.zeros((int(around.sum()), 1), np.int32)
    _, _, centers = cv2.kmeans(np.asarray(lab)[around], 3, labels, stop, 2, cv2.KMEANS_PP_CENTERS)
    apart = np.linalg.norm(np.asarray(lab)[:, :, None] - np.asarray(centers)[None, None], axis=3).min(axis=2)
    return float(np.median(apart[shape]) / (np.median(apart[around]) + 4.0))


def _at_full_size(reference: Rgb8, shape: Bits, confidence: float) -> Subject:
    """Enlarge the outline, soften it by its coarseness and pull the subject's own colors over its edge."""
    rows, columns = reference.shape[:2]
    ratio = columns / shape.shape[1]
    soft = cv2.GaussianBlur(shape.astype(np.float32), (0, 0), 0.8)
    large = cv2.resize(soft, (columns, rows), interpolation=cv2.INTER_CUBIC)
    matte = np.clip((large - 0.35) / 0.5, 0, 1).astype(np.float32)
    reach = 2 * round(1.5 * ratio) + 1
    core = cv2.erode((matte > 0.99).astype(np.uint8), np.ones((reach, reach), np.uint8)).astype(np.float32)
    top, bottom, left, right = _box(matte > 0)
    pixels = pull_push(reference[top:bottom, left:right].astype(np.float32), core[top:bottom, left:right])
    return Subject(pixels, matte[top:bottom, left:right], confidence)


def _box(shape: Bits) -> tuple[int, int, int, int]:
    x, y, width, height = cv2.boundingRect(shape.astype(np.uint8))
    return y, y + height, x, x + width
