"""Stand a subject in the hole: size, ground, light and shadow."""

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Bits, Rgb
from runner.engines.reference_inpaint.subject import Subject

_FIT = 0.96
_MOST_CUT = 0.02
_LIGHT_SHARE = 0.3
_MOST_LIGHT = 25.0
_SHADOW = 0.38


def place_subject(background: Rgb, hole: Bits, known: Bits, subject: Subject) -> Rgb:
    """Lay a subject over the filled background, as large as the hole allows, standing on the hole's lower edge.

    Its mean lightness moves part of the way towards the surroundings', and its foot throws a soft contact shadow.
    """
    canvas, matte = _fit(hole, subject)
    lit = canvas + _light_shift(background, known, canvas, matte)
    shaded = background * (1.0 - _SHADOW * _contact_shadow(matte))[..., None]
    return np.asarray(shaded * (1.0 - matte[..., None]) + lit * matte[..., None], np.float32)


def _fit(hole: Bits, subject: Subject) -> tuple[Rgb, NDArray[np.float32]]:
    """Shrink the subject until the hole's outline cuts off next to nothing of it."""
    _, _, width, height = cv2.boundingRect(hole.astype(np.uint8))
    rows, columns = subject.matte.shape
    scale = _FIT * min(width / columns, height / rows)
    canvas, matte = _stand(hole, subject, scale)
    while scale > 0.02 and matte[~hole].sum() > _MOST_CUT * matte.sum():
        scale *= 0.96
        canvas, matte = _stand(hole, subject, scale)
    return canvas, np.where(hole, matte, 0).astype(np.float32)


def _stand(hole: Bits, subject: Subject, scale: float) -> tuple[Rgb, NDArray[np.float32]]:
    """Lay the scaled subject on an empty canvas, its foot just above the lower end of the hole."""
    x, y, width, height = cv2.boundingRect(hole.astype(np.uint8))
    rows, columns = subject.matte.shape
    size = max(1, round(columns * scale)), max(1, round(rows * scale))
    top, left = y + height - size[1] - round(0.02 * height), x + (width - size[0]) // 2
    cut = max(0, -top)
    spot = slice(top + cut, top + size[1]), slice(left, left + size[0])
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    canvas, matte = np.zeros((*hole.shape, 3), np.float32), np.zeros(hole.shape, np.float32)
    canvas[spot] = np.asarray(cv2.resize(subject.pixels, size, interpolation=method))[cut:]
    matte[spot] = np.clip(np.asarray(cv2.resize(subject.matte, size, interpolation=method))[cut:], 0, 1)
    return canvas, matte


def _light_shift(background: Rgb, known: Bits, canvas: Rgb, matte: NDArray[np.float32]) -> float:
    own = float((canvas.mean(axis=2) * matte).sum() / max(float(matte.sum()), 1e-6))
    around = float(background[known].mean()) if known.any() else own
    return float(np.clip(_LIGHT_SHARE * (around - own), -_MOST_LIGHT, _MOST_LIGHT))


def _contact_shadow(matte: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blur the lowest part of the outline sideways, a little below where it touches the ground."""
    rows = np.flatnonzero((matte > 0.5).any(axis=1))
    if not len(rows):
        return np.zeros_like(matte)
    height = int(rows[-1] - rows[0] + 1)
    foot = np.zeros_like(matte)
    start = int(rows[-1]) - max(2, height // 8)
    foot[start : rows[-1] + 1] = matte[start : rows[-1] + 1]
    shadow = cv2.GaussianBlur(foot, (0, 0), sigmaX=max(2.0, 0.06 * height), sigmaY=max(1.5, 0.03 * height))
    return np.asarray(np.clip(1.3 * shadow, 0, 1), np.float32)
