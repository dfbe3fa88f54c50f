"""Exposure and white balance of the reference brought to the photo's."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Rgb

_ROUNDS = 8
_RANGE = (0.4, 2.5)
_TRUST = 150.0


@dataclass(frozen=True, slots=True)
class Tone:
    """A gain and an offset per channel, in sRGB values."""

    gain: NDArray[np.float32]
    offset: NDArray[np.float32]

    def apply(self, image: Rgb) -> Rgb:
        """Change a picture; the result may leave [0, 255] and is clipped when it is finished."""
        return np.asarray(image * self.gain + self.offset, np.float32)


SAME_TONE = Tone(np.ones(3, np.float32), np.zeros(3, np.float32))


def match_tone(warped: NDArray[np.float32], target: NDArray[np.float32], weights: NDArray[np.float32]) -> Tone:
    """Fit gain and offset per channel where both pictures show the same, whatever moved.

    Iterated reweighted least squares with Cauchy weights; the gain is drawn towards 1 where there is little
    contrast against what the fit leaves over.

    Args:
        warped: Colors of the reference, shape (count, 3).
        target: Colors of the photo at the same places, shape (count, 3).
        weights: How far each pixel is trusted, shape (count,).
    """
    if weights.sum() < 50:
        return SAME_TONE
    fits = [_fit_channel(warped[:, i], target[:, i], weights) for i in range(3)]
    return Tone(np.array([gain for gain, _ in fits], np.float32), np.array([offset for _, offset in fits], np.float32))


def _fit_channel(
    warped: NDArray[np.float32], target: NDArray[np.float32], weights: NDArray[np.float32]
) -> tuple[float, float]:
    """Start from no change of contrast, and from the ratio of contrasts; either alone may settle on a poor fit."""
    starts = (1.0, _spread_of(target) / max(1.0, _spread_of(warped)))
    fits = [_settle(warped, target, weights, float(np.clip(start, *_RANGE))) for start in starts]
    misfits = [float(np.median(np.abs(target - gain * warped - offset))) for gain, offset in fits]
    return fits[0] if misfits[0] <= misfits[1] else fits[1]


def _spread_of(values: NDArray[np.float32]) -> float:
    low, high = np.percentile(values, (15, 85))
    return float(high - low)


def _settle(
    warped: NDArray[np.float32], target: NDArray[np.float32], weights: NDArray[np.float32], gain: float
) -> tuple[float, float]:
    offset = float(np.median(target - gain * warped))
    for _ in range(_ROUNDS):
        error = target - gain * warped - offset
        spread = max(2.0, 1.5 * float(np.median(np.abs(error))))
        trusted = weights / (1.0 + (error / spread) ** 2)
        total = trusted.sum()
        mean_warped, mean_target = (trusted @ warped) / total, (trusted @ target) / total
        centered = warped - mean_warped
        variance = (trusted @ centered**2) / total
        covariance = (trusted @ (centered * (target - mean_target))) / total
        pull = min(_TRUST, spread**2)
        gain = float(np.clip((covariance + pull) / (variance + pull), *_RANGE))
        offset = float(mean_target - gain * mean_warped)
    return gain, offset
