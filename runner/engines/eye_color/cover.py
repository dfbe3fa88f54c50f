"""Tell what lies on an iris and hides it: reflections, lashes and hair, skin at the lids."""

from dataclasses import dataclass

import cv2
import numpy as np

from runner.engines.base import Mask8
from runner.engines.eye_color.types import Floats

_LEAST_STEP = 0.08
"""OKLab lightness by which skin and the white of the eye are brighter than any iris."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """How much of each pixel is hidden, 0 to 1, by what.

    Attributes:
        lights: Catchlights and reflections: small and brighter than the iris around.
        lashes: Lashes and hair: thin and darker.
        bright: All that is brighter than the iris, whatever its size: at the lids it is skin.
        black: All that is far darker than the iris, whatever its size: at the upper lid it is the lash line.
    """

    lights: Floats
    lashes: Floats
    bright: Floats
    black: Floats


def find_cover(light: Floats, core: Floats, radius_px: float) -> Cover:
    """Find what lies on an iris by lightness.

    Outside the iris the picture is replaced by the iris' own median first, so that only structures inside count.

    Args:
        light: OKLab lightness around the iris, shape (rows, columns).
        core: Where there is iris, 0 to 1, same shape.
        radius_px: Of the iris.
    """
    iris = core > 0.8
    if not iris.any():
        nothing = np.zeros_like(light)
        return Cover(lights=nothing, lashes=nothing, bright=nothing, black=nothing)
    middle = float(np.median(light[iris]))
    least = max(0.05, 2.2 * 1.4826 * float(np.median(np.abs(light[iris] - middle))))
    brightest = min(middle + least, float(np.percentile(light[iris], 98)) + 0.03)
    # Near black, noise would make a dotted line of it.
    even = cv2.GaussianBlur(light, (0, 0), max(0.07 * radius_px, 0.8)).astype(np.float32)
    filled = np.where(iris, light, middle).astype(np.float32)
    above, below = np.maximum(filled, middle), np.minimum(filled, middle)
    bright: Floats = (above - cv2.morphologyEx(above, cv2.MORPH_OPEN, _disc(0.35 * radius_px))).astype(np.float32)
    dark: Floats = (cv2.morphologyEx(below, cv2.MORPH_CLOSE, _disc(0.14 * radius_px)) - below).astype(np.float32)
    return Cover(
        lights=_with_rim(smooth_step(bright, least, least + 0.1), radius_px),
        lashes=smooth_step(dark, least, least + 0.12),
        bright=_share_of_bright(light, core, brightest),
        black=1 - smooth_step(even / max(middle, 1e-3), 0.25, 0.5),
    )


def _share_of_bright(light: Floats, core: Floats, brightest: float) -> Floats:
    """Say how much of each pixel is what lies around the iris and is brighter: light adds up in a border's pixels."""
    around = light[(core < 0.05) & (light > brightest + _LEAST_STEP)]
    skin = float(np.median(around)) if around.size else brightest + _LEAST_STEP
    share: Floats = np.clip((light**3 - brightest**3) / (skin**3 - brightest**3), 0, 1).astype(np.float32)
    return share


def smooth_step(values: Floats, low: float, high: float) -> Floats:
    """Rise from 0 at ``low`` to 1 at ``high`` with level ends (3t² - 2t³)."""
    t = np.clip((values - low) / (high - low), 0, 1)
    step: Floats = (t * t * (3 - 2 * t)).astype(np.float32)
    return step


def _with_rim(lights: Floats, radius_px: float) -> Floats:
    """Take the blurred rim of a light along."""
    rim = 1.3 * cv2.GaussianBlur(lights, (0, 0), max(0.6, 0.035 * radius_px))
    with_rim: Floats = np.maximum(lights, np.minimum(rim, 1)).astype(np.float32)
    return with_rim


def _disc(radius_px: float) -> Mask8:
    side = 2 * max(1, round(radius_px)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)).astype(np.uint8)
