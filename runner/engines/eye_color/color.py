"""Give an iris the target's color in the light of the photo, and keep what makes it an eye.

All in OKLab, which scales as a whole when the light is dimmed: shadow and exposure are one factor on L, a and b.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from runner.engines.eye_color.cover import smooth_step
from runner.engines.eye_color.iris import Iris, measure_iris
from runner.engines.eye_color.matte import Matte
from runner.engines.eye_color.oklab import into_gamut, linear_from_oklab, oklab_from_linear, srgb_from_linear
from runner.engines.eye_color.types import Floats

_WAY = 0.6
"""How much of the way from the iris' lightness to the target's is gone."""

_TOE = 0.0008
"""Added to linear light before differences are taken, where an iris is made lighter."""

_MOST_SPREAD = 0.1
_MOST_NOISE = 0.05
"""OKLab lightness: standard deviations that a light iris has in photos."""

_MOST_CHROMA = 0.08
_CALM = 0.08
"""OKLab chroma of vivid natural irises, and the share of what is beyond that is taken back."""

_CHROMA_OF_EXPOSURE = 0.7
"""Power of the exposure that scales chroma: 1 is what dim light does, 0 what was asked for; between, it is both
believed and recognized."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tint:
    """What an iris is to become.

    Attributes:
        lab: The target in OKLab, under white light, well exposed; shape (3,).
        exposure: How bright the eye's light is, 1 in a well exposed photo; scales the target as a whole.
        cast: Added to the target's a and b, the tint of the light; shape (2,).
        lightness_only: Of a grayscale photo.
    """

    lab: Floats
    exposure: float
    cast: Floats
    lightness_only: bool


def recolor(linear: Floats, matte: Matte, tint: Tint) -> Floats:
    """Recolor one iris.

    Only the difference that the iris makes is added, times its share of a pixel: what else is in the pixel, white
    of the eye at the limbus, lid, catchlight, stays as it is.

    Args:
        linear: The matte's box of the photo, linear sRGB, shape (rows, columns, 3).
        matte: Of this iris.
        tint: What it is to become.

    Returns:
        The box, sRGB-encoded 0 to 1.
    """
    lab = oklab_from_linear(linear)
    before = _pure(lab, matte)
    after = into_gamut(_changed(before, matte, measure_iris(linear, matte), tint))
    mixed = linear + matte.alpha[..., None] * (linear_from_oklab(after) - linear_from_oklab(before))
    # Light adds up, and so do iris and white in a border's pixel; but a reflection so added fades on a bright iris:
    # it keeps its difference in lightness instead.
    veiled = linear_from_oklab(into_gamut(lab + matte.alpha[..., None] * (after - before)))
    recolored: Floats = srgb_from_linear(mixed + matte.lights[..., None] * (veiled - mixed))
    return recolored


def _pure(lab: Floats, matte: Matte) -> Floats:
    """Continue the iris' own colors under its borders and what lies on it, shaded where the pixel is darker."""
    weight = smooth_step(matte.own, 0.55, 1.0)[..., None] + np.float32(1e-6)
    sigma = max(0.1 * matte.radius_px, 0.8)
    near = _blurred(lab * weight, sigma) / _blurred(weight, sigma)
    wide = _blurred(lab * weight, 4 * sigma) / _blurred(weight, 4 * sigma)
    trust = smooth_step(_blurred(weight, sigma), 0.01, 0.1)
    filled = wide + trust * (near - wide)
    shade = np.clip(lab[..., :1] / np.maximum(filled[..., :1], 1e-3), 0, 1)
    pure: Floats = (filled * shade + np.minimum(weight, 1) * (lab - filled * shade)).astype(np.float32)
    return pure


def _blurred(values: Floats, sigma: float) -> Floats:
    blurred = cv2.GaussianBlur(values, (0, 0), sigma).astype(np.float32)
    return blurred if blurred.ndim == 3 else blurred[..., None]


def _changed(before: Floats, matte: Matte, iris: Iris, tint: Tint) -> Floats:
    mean = _mean_light(iris, float(tint.lab[0]) * tint.exposure)
    relative = _texture(before[..., 0], matte, iris, mean) * _structure(matte, mean / iris.light)
    light = (mean * relative)[..., None]
    chroma = before[..., 1:] if tint.lightness_only else _chroma(before[..., 1:], relative, matte, iris, tint)
    return np.concatenate([light, chroma], axis=-1).astype(np.float32)


def _chroma(before: Floats, relative: Floats, matte: Matte, iris: Iris, tint: Tint) -> Floats:
    """Give a and b: the target's, with less chroma in shadow and little more on bright fibers.

    Some of the iris' own color is left around the pupil, and a little of its own variation everywhere.
    """
    goal = tint.exposure**_CHROMA_OF_EXPOSURE * _calmed(tint.lab[1:]) + tint.cast
    shade = np.where(relative < 1, relative, 1 + 0.25 * (relative - 1))[..., None]
    own = np.array([iris.a, iris.b], np.float32)
    slow = _blurred(before, max(0.08 * matte.radius_px, 0.7)) - own
    center = 0.25 * (1 - smooth_step(matte.rho, matte.pupil_share, 0.7 * matte.pupil_share + 0.3))[..., None]
    chroma: Floats = (goal + center * (own - goal)) * shade + 0.25 * slow
    return chroma


def _calmed(ab: Floats) -> Floats:
    """Take back what is beyond the chroma of natural irises, in part: paint and irises differ there."""
    size = max(float(np.hypot(*ab)), 1e-6)
    calmed: Floats = (ab * ((size - _CALM * max(size - _MOST_CHROMA, 0)) / size)).astype(np.float32)
    return calmed


def _mean_light(iris: Iris, goal: float) -> float:
    """Go part of the way to the goal, but never make an iris darker than its pupil, which haze may brighten."""
    mean = iris.light + _WAY * (goal - iris.light)
    return max(mean, min(iris.light, iris.pupil_light + 0.04))


def _texture(light: Floats, matte: Matte, iris: Iris, mean: float) -> Floats:
    """Give lightness over its median.

    Where the iris becomes lighter its contrast grows with it, but only as far as a light iris has contrast, and
    what is finest only as far as noise allows. Near black, where one step of 8 bits is a large step of lightness,
    differences are played down.
    """
    gain = mean / iris.light
    toe = np.float32(_TOE * np.clip((gain - 1) / 0.5, 0, 1))
    lifted = np.cbrt(light**3 + toe) / np.cbrt(np.float32(iris.light) ** 3 + toe) - 1
    slow = _blurred(lifted, max(0.06 * matte.radius_px, 0.8))[..., 0]
    contrast = _limited(mean * iris.spread / iris.light, _MOST_SPREAD, gain)
    fine = _limited(mean * iris.noise / iris.light, _MOST_NOISE, gain)
    relative: Floats = (1 + contrast * (slow + fine * (lifted - slow))).astype(np.float32)
    return np.clip(relative, 0, 2.2)


def _limited(spread: float, most: float, gain: float) -> float:
    """Give the factor that keeps a spread below the most that is wanted, without undoing more than the gain."""
    return float(np.clip(most / max(spread, 1e-4), min(1 / gain, 1.0), 1.0))


def _structure(matte: Matte, gain: float) -> Floats:
    """Give back what a dark iris hides and a light one shows: the limbal ring and the shadow of the upper lid."""
    amount = float(np.clip((gain - 1) / 0.8, 0, 1))
    ring = 0.22 * smooth_step(matte.rho, 0.83, 1.03)
    shadow = 0.1 * np.exp(-np.maximum(matte.under_lid, 0) / 0.22)
    structure: Floats = (1 - amount * (ring + shadow)).astype(np.float32)
    return structure
