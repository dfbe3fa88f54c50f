"""Part what stands before a background from it, at a small size."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import Rgb8
from runner.engines.reference_inpaint.frame import Bits, shrink
from runner.engines.reference_inpaint.rarity import rarity

_LONG_SIDE_PX = 320
_LEAST_RARITY = 0.5
_RARE = 0.65
_COMMON = 0.3
_HUES = 5
_OTHER_HUE = 6.0
_NEARER = 0.7
_RAGGED = 0.03
_SLIVER = 0.01
_AREA = (0.06, 0.8)
_BORDER = 0.045
_MOST_BORDER = 0.3
_LEAST_WHOLE = 0.85
_LEAST_FILL = 0.45


@dataclass(frozen=True, slots=True)
class Cut:
    """The most compact thing in a picture.

    Attributes:
        shape: Where it is in the picture, reduced to some hundred pixels; shape (rows, columns).
        contrast: How many times more it differs in color from the background than the background varies; 0 where its
            size, shape or place shows that it is no subject.
    """

    shape: Bits
    contrast: float


def cut_out(picture: Rgb8) -> Cut | None:
    """Find one compact piece that keeps clear of most of the border; None in a picture too narrow to look for it.

    References:
        Rother, Kolmogorov and Blake, "GrabCut", SIGGRAPH 2004.
    """
    scale = min(1.0, _LONG_SIDE_PX / max(picture.shape[:2]))
    small = np.clip(shrink(picture.astype(np.float32), scale) + 0.5, 0, 255).astype(np.uint8)
    if min(small.shape[:2]) < 24:
        return None
    shape = _without_shadow(small, _main_piece(_parted(small, rarity(small))))
    return Cut(shape, _contrast(small, shape))


def _parted(small: Rgb8, rare: NDArray[np.float32]) -> Bits:
    """Part subject and background, starting from what is rare on the border."""
    least = max(_LEAST_RARITY, _RARE * float(np.quantile(rare, 0.95)))
    mask = np.where(rare > least, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    mask[_frame(small.shape[:2], 1) & (rare < _COMMON)] = cv2.GC_BGD
    if not (mask == cv2.GC_PR_FGD).any() or not (mask != cv2.GC_PR_FGD).any():
        return np.zeros(rare.shape, bool)
    cv2.setRNGSeed(1)
    bgr = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    cv2.grabCut(bgr, mask, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_MASK)
    return np.asarray((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD))


def _frame(shape: tuple[int, ...], wide_px: int) -> Bits:
    frame = np.ones(shape, bool)
    frame[wide_px:-wide_px, wide_px:-wide_px] = False
    return frame


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


def _without_shadow(small: Rgb8, shape: Bits) -> Bits:
    """Cut off parts that have the hue of the background beside them: the ground in the subject's shadow, mostly."""
    if not shape.any():
        return shape
    lab = cv2.GaussianBlur(cv2.cvtColor(small.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB), (0, 0), 2.0)
    hue = np.ascontiguousarray(lab[..., 1:], np.float32)
    kept = shape.copy()
    for piece in _parts(hue, shape):
        if piece.sum() > _SLIVER * shape.sum() and _belongs_outside(hue, piece, shape):
            kept &= ~piece
    return _smoothed(kept) if kept.any() else shape


def _parts(hue: NDArray[np.float32], shape: Bits) -> Iterator[Bits]:
    """Part a shape into pieces of one hue each."""
    cv2.setRNGSeed(1)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.3)
    labels = np.zeros((int(shape.sum()), 1), np.int32)
    cv2.kmeans(hue[shape], _HUES, labels, stop, 2, cv2.KMEANS_PP_CENTERS)
    field = np.full(shape.shape, -1, np.int32)
    field[shape] = labels.ravel()
    for number in range(_HUES):
        count, pieces = cv2.connectedComponents((field == number).astype(np.uint8))
        for piece in range(1, count):
            yield pieces == piece


def _belongs_outside(hue: NDArray[np.float32], piece: Bits, shape: Bits) -> bool:
    beside = (cv2.dilate(piece.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0) & ~shape
    if not beside.any():
        return False
    own, outside, inside = (np.median(hue[part], axis=0) for part in (piece, beside, shape))
    apart = float(np.linalg.norm(own - inside))
    return apart > _OTHER_HUE and float(np.linalg.norm(own - outside)) < _NEARER * apart


def _smoothed(shape: Bits) -> Bits:
    """Take off the ragged rest of a cut and keep the largest piece."""
    reach = 2 * max(1, round(_RAGGED * float(np.sqrt(shape.sum())))) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    opened = cv2.morphologyEx(np.pad(shape, reach, mode="edge").astype(np.uint8), cv2.MORPH_OPEN, disc)
    inner = np.asarray(opened[reach:-reach, reach:-reach]) > 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats((inner & shape).astype(np.uint8))
    return np.asarray(labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())) if count > 1 else shape


def _without_pinholes(piece: Bits) -> Bits:
    contours, _ = cv2.findContours(piece.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(piece.shape, np.uint8)
    cv2.drawContours(filled, contours, -1, 1, cv2.FILLED)
    return filled > 0


def _contrast(small: Rgb8, shape: Bits) -> float:
    """Compare colors, where size, border and compactness do not rule a subject out; 0 where they do."""
    area = float(shape.mean())
    if not _AREA[0] <= area <= _AREA[1] or _touched_border(shape) > _MOST_BORDER or _box_fill(shape) < _LEAST_FILL:
        return 0.0
    return _color_contrast(small, shape)


def _touched_border(shape: Bits) -> float:
    return float(shape[_frame(shape.shape, max(3, round(_BORDER * min(shape.shape))))].mean())


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
