"""Stand a subject in the hole: outline, light and shadow."""

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Bits, Rgb, shrink
from runner.engines.reference_inpaint.harmony import light_of, relight
from runner.engines.reference_inpaint.pose import Pose
from runner.engines.reference_inpaint.subject import Subject

_SHADOW = 0.6
_SHADOW_FADE_PX = 6.0
_SOFTNESS_PX = 0.6
_STEP = 7


def place_subject(background: Rgb, hole: Bits, known: Bits, subject: Subject, pose: Pose) -> Rgb:
    """Lay a subject over the filled background, with the photo's light and a soft shadow where it touches the ground.

    Args:
        background: The hole's surroundings with the hole filled.
        hole: Where the subject may lie.
        known: What of the background is the photo's own.
        subject: The subject.
        pose: How it is laid there.
    """
    canvas, matte = _lay(hole, subject, pose)
    surroundings = background[known][::_STEP]
    lit = relight(canvas, subject.light, light_of(surroundings)) if len(surroundings) else canvas
    shaded = background * (1.0 - _SHADOW * _contact_shadow(matte, hole))[..., None]
    return np.asarray(shaded * (1.0 - matte[..., None]) + lit * matte[..., None], np.float32)


def _lay(hole: Bits, subject: Subject, pose: Pose) -> tuple[Rgb, NDArray[np.float32]]:
    scale = min(1.0, pose.size)
    pixels, matte = shrink(subject.pixels, scale), shrink(subject.matte, scale)
    rest = Pose(size=pose.size / scale, turn=pose.turn, mirrored=pose.mirrored, x=pose.x, y=pose.y)
    matrix, size = rest.matrix(matte.shape), hole.shape[::-1]
    canvas = cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    outline = cv2.warpAffine(matte, matrix, size, flags=cv2.INTER_LINEAR)
    outline = cv2.GaussianBlur(outline, (0, 0), _SOFTNESS_PX)
    return np.asarray(canvas, np.float32), np.where(hole, np.clip(outline, 0, 1), 0).astype(np.float32)


def _contact_shadow(matte: NDArray[np.float32], hole: Bits) -> NDArray[np.float32]:
    """Blur the lowest part of the outline, a little below where it touches the ground; it ends within the hole."""
    rows = np.flatnonzero((matte > 0.5).any(axis=1))
    if not len(rows):
        return np.zeros_like(matte)
    height = int(rows[-1] - rows[0] + 1)
    foot = np.zeros_like(matte)
    start = int(rows[-1]) - max(2, height // 6)
    foot[start : rows[-1] + 1] = matte[start : rows[-1] + 1]
    below = np.roll(foot, max(1, round(0.03 * height)), axis=0)
    wide = cv2.GaussianBlur(below, (0, 0), sigmaX=max(2.0, 0.12 * height), sigmaY=max(1.5, 0.035 * height))
    close = cv2.GaussianBlur(below, (0, 0), max(1.0, 0.02 * height))
    depth = cv2.distanceTransform(np.pad(hole, 1, mode="edge").astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    fade = np.minimum(depth / _SHADOW_FADE_PX, 1.0)
    return np.asarray(np.clip(0.9 * wide + 0.6 * close, 0, 1) * fade, np.float32)
