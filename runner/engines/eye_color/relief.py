"""The lightness of a recolored iris: its mean, its texture, and the shading that every iris has."""

import cv2
import numpy as np

from runner.engines.eye_color.cover import smooth_step
from runner.engines.eye_color.iris import Iris
from runner.engines.eye_color.matte import Matte
from runner.engines.eye_color.types import Floats

_WAY = 0.6
"""How much of the way from the iris' lightness to the target's is gone."""

_TOE = 0.0008
"""Added to linear light before differences are taken, where an iris is made lighter."""

_MOST_SPREAD = 0.12
_MOST_NOISE = 0.05
"""OKLab lightness: standard deviations that a light iris has in photos."""


def mean_light(iris: Iris, goal: float) -> float:
    """Go part of the way to the goal, but never make an iris darker than its pupil, which haze may brighten."""
    mean = iris.light + _WAY * (goal - iris.light)
    return max(mean, min(iris.light, iris.pupil_light + 0.04))


def relief(light: Floats, matte: Matte, iris: Iris, mean: float) -> Floats:
    """Give the new lightness over its mean.

    Args:
        light: OKLab lightness of the iris as it is, without what lies on it; shape of the matte.
        matte: Of the iris.
        iris: As it was measured.
        mean: What its lightness becomes.
    """
    relative = _texture(light, matte, iris, mean) * _structure(matte, mean / iris.light)
    weight = matte.own * (matte.alpha > 0)
    level = float((weight * relative).sum() / max(float(weight.sum()), 1e-6))
    evened: Floats = (relative / max(level, 0.5)).astype(np.float32)
    return evened


def _texture(light: Floats, matte: Matte, iris: Iris, mean: float) -> Floats:
    """Give lightness over its median.

    Where the iris becomes lighter its contrast grows with it, but only as far as a light iris has contrast, and
    what is finest only as far as noise allows. Near black, where one step of 8 bits is a large step of lightness,
    differences are played down.
    """
    gain = mean / iris.light
    toe = np.float32(_TOE * np.clip((gain - 1) / 0.5, 0, 1))
    lifted = np.cbrt(light**3 + toe) / np.cbrt(np.float32(iris.light) ** 3 + toe) - 1
    slow = cv2.GaussianBlur(lifted, (0, 0), max(0.06 * matte.radius_px, 0.8))
    contrast = _limited(mean * iris.spread / iris.light, _MOST_SPREAD, gain)
    fine = _limited(mean * iris.noise / iris.light, _MOST_NOISE, gain)
    relative: Floats = (1 + contrast * (slow + fine * (lifted - slow))).astype(np.float32)
    return np.clip(relative, 0, 2.2)


def _limited(spread: float, most: float, gain: float) -> float:
    """Give the factor that keeps a spread below the most that is wanted, without undoing more than the gain."""
    return float(np.clip(most / max(spread, 1e-4), min(1 / gain, 1.0), 1.0))


def _structure(matte: Matte, gain: float) -> Floats:
    """Give back what a dark iris hides and a light one shows: the limbal ring and the shadow of the upper lid.

    Both stay at the border, so that within it the relief is the iris' own.
    """
    lighter = float(np.clip((gain - 1) / 0.8, 0, 1))
    ring = lighter * 0.38 * smooth_step(matte.rho, 0.84, 1.02)
    shadow = lighter * 0.1 * np.exp(-np.maximum(matte.under_lid, 0) / 0.18)
    structure: Floats = ((1 - ring) * (1 - shadow)).astype(np.float32)
    return structure
