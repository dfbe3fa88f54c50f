"""Measure what speaks for an iris where one was found, and what against."""

from dataclasses import dataclass

import cv2
import numpy as np

from runner.engines.eye_color.eye import PATCH_PX, patch_grid
from runner.engines.eye_color.limbus import clear_channel
from runner.engines.eye_color.oklab import linear_from_srgb, oklab_from_linear
from runner.engines.eye_color.types import Flags, Floats, Lids, Limbus


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How an eye differs from a lid, a lens or a reflection. Brightness is red, sRGB-encoded, without catchlights.

    Attributes:
        separation: Distance of the brightness beside the iris from that in it, over the spread of both.
        depth: That distance over the brightness beside the iris.
        weaker_side: The same as depth, on the side where it is less.
        unevenness: Distance between the iris' halves in brightness, over the brightness beside it.
        color_of_white: How much more chroma than the skin the white of the eye has, OKLab; negative for eyes.
        clutter: Contrast of thin lines across the border, over the brightness there; hair gives 0.3 and more.
    """

    separation: float = 0.0
    depth: float = 0.0
    weaker_side: float = 0.0
    unevenness: float = 1.0
    color_of_white: float = 0.0
    clutter: float = 0.0


def find_evidence(patch: Floats, lids: Lids, limbus: Limbus) -> Evidence:
    """Measure an eye on its patch (sRGB-encoded 0 to 1); the defaults where too little is seen of iris or white."""
    x, y = patch_grid()
    opening = lids.opening(x, y)
    rho = np.hypot((x - limbus.x) / limbus.aspect, y - limbus.y) / limbus.radius
    level = np.abs(y - limbus.y) < 0.7 * limbus.radius
    iris = level & (opening > 0.08) & (rho > 0.6) & (rho < 0.92)
    white = level & (opening > 0.05) & (rho > 1.1) & (rho < 1.45)
    if iris.sum() <= 20 or white.sum() <= 20:
        return Evidence()
    channel = clear_channel(patch)
    beside, within = float(np.median(channel[white])), float(np.median(channel[iris]))
    whites, irises = (_halves(channel, region, x < limbus.x) for region in (white, iris))
    scale = beside + 0.05
    return Evidence(
        separation=(beside - within) / (_width(channel[iris]) + _width(channel[white]) + 0.01),
        depth=(beside - within) / scale,
        weaker_side=min(out - inner for out, inner in zip(whites, irises, strict=True)) / scale,
        unevenness=abs(irises[0] - irises[1]) / scale,
        color_of_white=_color_of_white(patch, white, lids),
        clutter=_clutter(
            patch, (np.abs(np.hypot(x - limbus.x, y - limbus.y) / limbus.radius - 1) < 0.3) & (opening > 0.1)
        ),
    )


def _width(values: Floats) -> float:
    low, high = np.percentile(values, [16, 84])
    return float(high - low)


def _halves(channel: Floats, region: Flags, left: Flags) -> list[float]:
    """Give the medians of both halves of a region; of the whole for a half of which little is seen."""
    halves = [region & left, region & ~left]
    return [float(np.median(channel[half if half.sum() > 8 else region])) for half in halves]


def _color_of_white(patch: Floats, white: Flags, lids: Lids) -> float:
    x, y = patch_grid()
    below = y - np.interp(x, lids.columns, lids.lower)
    skin = (below > 0.35) & (below < 1.0) & (np.abs(x) < 1.5)
    if skin.sum() <= 20:
        return 0.0
    return _chroma(patch[white]) - _chroma(patch[skin])


def _chroma(encoded: Floats) -> float:
    lab = np.median(oklab_from_linear(linear_from_srgb(encoded)), axis=0)
    return float(np.hypot(lab[1], lab[2]))


def _clutter(patch: Floats, band: Flags) -> float:
    """Measure thin bright and dark lines in a band along the visible border."""
    if not band.any():
        return 0.0
    brightness = patch.mean(axis=2)
    thin = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    around = cv2.GaussianBlur(brightness, (0, 0), 0.25 * PATCH_PX) + 0.05
    bright = (brightness - cv2.morphologyEx(brightness, cv2.MORPH_OPEN, thin)) / around
    dark = (cv2.morphologyEx(brightness, cv2.MORPH_CLOSE, thin) - brightness) / around
    return float(np.percentile(bright[band], 80) + np.percentile(dark[band], 80))
