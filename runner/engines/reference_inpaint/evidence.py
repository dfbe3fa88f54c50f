"""What the photo around the hole says about where its content lies in the reference."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.flow import follow
from runner.engines.reference_inpaint.frame import Frame
from runner.engines.reference_inpaint.tone import Tone, match_tone
from runner.engines.reference_inpaint.warps import Flow, Map, inside, positions, sample, sample_linear

MOST_DOUBT = 3.0

_REACH_PX = 9
_LIGHT_PX = 8.0
_MOST_LIGHT = 25.0
_LIGHT_SHARE = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Dense correspondence outside the hole.

    Attributes:
        where: Where each known pixel lies in the reference.
        trust: How sure that is, 0 to 1, shape (rows, columns); 0 in and near the hole.
        tone: What brings the reference's colors to the photo's.
        error: How different the two look there, in sRGB values, averaged over a small neighborhood.
    """

    where: Map
    trust: NDArray[np.float32]
    tone: Tone
    error: NDArray[np.float32]


def gather_evidence(frame: Frame, starts: list[Map]) -> Evidence:
    """Follow the photo into the reference from several starts and keep, pixel by pixel, what looks most alike.

    Args:
        frame: The hole's surroundings and the reference.
        starts: Rough maps, most trusted first.
    """
    tone = tone_of(frame, starts[0], (frame.known & inside(starts[0], frame.reference)).astype(np.float32))
    views = [_follow_from(frame, start, tone) for start in starts]
    best = np.argmin([error for _, error, _ in views], axis=0)
    where = _pick(np.stack([view[0] for view in views]), best)
    error = _pick(np.stack([view[1] for view in views]), best)
    agree = _pick(np.stack([view[2] for view in views]), best)
    trust = _trust(frame, error, agree)
    return Evidence(where=where, trust=trust, tone=tone_of(frame, where, trust), error=error)


def tone_of(frame: Frame, where: Map, trust: NDArray[np.float32]) -> Tone:
    """Match the tone of trusted pixels, on slightly blurred pictures so that noise and sharpness matter less."""
    warped = np.asarray(cv2.GaussianBlur(sample(frame.reference, where), (0, 0), 1.5), np.float32)
    target = np.asarray(cv2.GaussianBlur(frame.target, (0, 0), 1.5), np.float32)
    unclipped = (target.min(axis=2) > 3) & (target.max(axis=2) < 252) & (warped.max(axis=2) < 252)
    chosen = np.flatnonzero((trust > 0.1) & unclipped)
    chosen = chosen[:: max(1, len(chosen) // 40000)]
    return match_tone(warped.reshape(-1, 3)[chosen], target.reshape(-1, 3)[chosen], trust.ravel()[chosen])


def look_error(frame: Frame, where: Map, tone: Tone) -> NDArray[np.float32]:
    """Compare the warped reference with the photo: absolute difference of colors, averaged nearby.

    Pixels that are unknown on either side do not count; where none counts the error is 255.
    """
    shown = (frame.known & inside(where, frame.reference)).astype(np.float32)
    warped = tone.apply(sample(frame.reference, where))
    difference = np.minimum(np.abs(warped - frame.target).mean(axis=2), 60.0) * shown
    total = cv2.GaussianBlur(difference, (0, 0), 2.0)
    count = cv2.GaussianBlur(shown, (0, 0), 2.0)
    return np.where(count > 0.05, total / np.maximum(count, 0.05), 255.0).astype(np.float32)


def doubt(frame: Frame, where: Map, tone: Tone) -> NDArray[np.float32]:
    """Compare the warped reference with the photo, measured against the contrast there: 0 alike, 1 as good as chance.

    Most of what differs evenly over a neighborhood is left out: light and shadow change between two photos.
    """
    shown = (frame.known & inside(where, frame.reference)).astype(np.float32)
    difference = (tone.apply(sample(frame.reference, where)) - frame.target) * shown[..., None]
    count = np.maximum(cv2.GaussianBlur(shown, (0, 0), _LIGHT_PX), 1e-3)[..., None]
    light = np.clip(cv2.GaussianBlur(difference, (0, 0), _LIGHT_PX) / count, -_MOST_LIGHT, _MOST_LIGHT)
    rest = np.minimum(np.abs(difference - _LIGHT_SHARE * light).mean(axis=2), 60.0) * shown
    near = cv2.GaussianBlur(shown, (0, 0), 2.0)
    mean = cv2.GaussianBlur(rest, (0, 0), 2.0) / np.maximum(near, 0.05)
    contrast = cv2.GaussianBlur(local_contrast(frame), (0, 0), 2.0)
    return np.where(near > 0.05, np.minimum(mean / (6.0 + 0.7 * contrast), MOST_DOUBT), MOST_DOUBT).astype(np.float32)


def _follow_from(frame: Frame, start: Map, tone: Tone) -> tuple[Map, NDArray[np.float32], NDArray[np.float32]]:
    warped = tone.apply(sample(frame.reference, start))
    painted = np.where(frame.known[..., None], frame.target, warped)
    forth = follow(painted, warped)
    back = follow(warped, painted)
    where = sample_linear(start, positions(frame.hole.shape) + forth)
    return where, look_error(frame, where, tone), _return_error(forth, back)


def _return_error(forth: Flow, back: Flow) -> NDArray[np.float32]:
    there = positions(forth.shape) + forth
    return np.asarray(np.linalg.norm(forth + sample_linear(back, there), axis=2), np.float32)


def _trust(frame: Frame, error: NDArray[np.float32], agree: NDArray[np.float32]) -> NDArray[np.float32]:
    """Trust what looks alike, measured against the contrast there, and leads back when followed the other way."""
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_REACH_PX, _REACH_PX))
    clear = cv2.erode(frame.known.astype(np.uint8), reach, borderValue=1)
    usual = 8.0 + 0.5 * local_contrast(frame)
    return np.asarray(clear * np.exp(-((error / usual) ** 2)) * np.exp(-((agree / 1.5) ** 2)), np.float32)


def local_contrast(frame: Frame) -> NDArray[np.float32]:
    """Measure the standard deviation of the known lightness nearby."""
    weight = frame.known.astype(np.float32)
    gray = frame.target.mean(axis=2) * weight
    count = np.maximum(cv2.GaussianBlur(weight, (0, 0), 3.0), 1e-3)
    mean = cv2.GaussianBlur(gray, (0, 0), 3.0) / count
    variance = cv2.GaussianBlur(gray * gray, (0, 0), 3.0) / count - mean * mean
    return np.asarray(np.sqrt(np.maximum(variance, 0)), np.float32)


def _pick(stack: NDArray[np.float32], best: NDArray[np.intp]) -> NDArray[np.float32]:
    index = best[None, ..., None] if stack.ndim == 4 else best[None]
    return np.asarray(np.take_along_axis(stack, index, axis=0)[0], np.float32)
