"""Give an iris the target's color in the light of the photo, and keep what makes it an eye.

All in OKLab, which scales as a whole when the light is dimmed: shadow and exposure are one factor on L, a and b.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from runner.engines.eye_color.matte import Matte, smooth_step
from runner.engines.eye_color.oklab import into_gamut, linear_from_oklab, oklab_from_linear, srgb_from_linear
from runner.engines.eye_color.types import Floats

_WAY = 0.62
"""How much of the way from the iris' lightness to the target's is gone."""

_WHITE_OF_EYE = 0.78
"""OKLab lightness of the white of the eye in a well exposed photo."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Iris:
    """The iris as it is: medians over its visible ring, and the noise of lightness around it."""

    light: float
    a: float
    b: float
    noise: float


def measure_iris(linear: Floats, matte: Matte) -> Iris:
    """Measure an iris.

    Args:
        linear: The matte's box of the photo, linear sRGB, shape (rows, columns, 3).
    """
    lab = oklab_from_linear(linear)
    ring = (matte.alpha > 0.8) & (matte.rho > 0.45) & (matte.rho < 0.9)
    if ring.sum() < 8:
        ring = matte.alpha > 0.5 * float(matte.alpha.max())
    middle = np.median(lab[ring], axis=0)
    fine = lab[..., 0] - cv2.GaussianBlur(lab[..., 0], (0, 0), 1.0)
    noise = 1.4826 * float(np.median(np.abs(fine[ring])))
    return Iris(light=max(float(middle[0]), 0.03), a=float(middle[1]), b=float(middle[2]), noise=noise)


def exposure_of(white_light: float | None) -> float:
    """Compare the white of the eye, OKLab lightness, to a well exposed one; 0.35 to 1.05, 0.9 where none is seen."""
    return 0.9 if white_light is None else float(np.clip(white_light / _WHITE_OF_EYE, 0.35, 1.05))


def recolor(linear: Floats, matte: Matte, tint: Tint) -> Floats:
    """Recolor one iris.

    Only the difference that the iris makes is added, times its share of a pixel: what else is in the pixel, white
    of the eye at the limbus, lid, catchlight, stays as it is.

    Args:
        linear: The matte's box of the photo, linear sRGB, shape (rows, columns, 3).

    Returns:
        The box, sRGB-encoded 0 to 1.
    """
    before = _pure(oklab_from_linear(linear), matte)
    iris = measure_iris(linear, matte)
    after = into_gamut(_changed(before, matte, iris, tint))
    difference = linear_from_oklab(after) - linear_from_oklab(before)
    recolored: Floats = srgb_from_linear(linear + matte.alpha[..., None] * difference)
    return recolored


def _pure(lab: Floats, matte: Matte) -> Floats:
    """Continue the iris' own colors under its borders and what lies on it."""
    weight = smooth_step(matte.alpha, 0.55, 1.0)[..., None] + np.float32(1e-6)
    sigma = max(0.1 * matte.radius_px, 0.8)
    near = _blurred(lab * weight, sigma) / _blurred(weight, sigma)
    wide = _blurred(lab * weight, 4 * sigma) / _blurred(weight, 4 * sigma)
    trust = smooth_step(_blurred(weight, sigma), 0.01, 0.1)
    filled = wide + trust * (near - wide)
    pure: Floats = (filled + np.minimum(weight, 1) * (lab - filled)).astype(np.float32)
    return pure


def _blurred(values: Floats, sigma: float) -> Floats:
    blurred = cv2.GaussianBlur(values, (0, 0), sigma).astype(np.float32)
    return blurred if blurred.ndim == 3 else blurred[..., None]


def _changed(before: Floats, matte: Matte, iris: Iris, tint: Tint) -> Floats:
    goal = tint.lab * np.float32(tint.exposure)
    mean = iris.light + _WAY * (float(goal[0]) - iris.light)
    relative = _texture(before[..., 0], matte, iris, mean) * _structure(matte, mean / iris.light)
    light = mean * relative
    if tint.lightness_only:
        return np.concatenate([light[..., None], before[..., 1:]], axis=-1).astype(np.float32)
    shade = np.where(relative < 1, relative, 1 + 0.4 * (relative - 1))[..., None]
    slow = _blurred(before[..., 1:], max(0.08 * matte.radius_px, 0.7)) - np.array([iris.a, iris.b], np.float32)
    chroma = (goal[1:] + tint.cast) * shade + 0.25 * slow
    return np.concatenate([light[..., None], chroma], axis=-1).astype(np.float32)


def _texture(light: Floats, matte: Matte, iris: Iris, mean: float) -> Floats:
    """Give lightness over its median; fine contrast grows with the lightness only as far as noise allows."""
    slow = _blurred(light, max(0.06 * matte.radius_px, 0.8))[..., 0]
    gain = mean / iris.light
    allowed = 0.012 / max(iris.noise, 1e-4)
    fine = min(1.0, max(allowed, 1.0) / gain) if gain > 1 else 1.0
    relative: Floats = ((slow + fine * (light - slow)) / iris.light).astype(np.float32)
    return np.clip(relative, 0, 2.2)


def _structure(matte: Matte, gain: float) -> Floats:
    """Give back what a dark iris hides and a light one shows: the limbal ring and the shadow of the upper lid."""
    amount = float(np.clip((gain - 1) / 0.8, 0, 1))
    ring = 0.22 * smooth_step(matte.rho, 0.8, 1.02)
    shadow = 0.2 * np.exp(-np.maximum(matte.under_lid, 0) / 0.22)
    structure: Floats = (1 - amount * (ring + shadow)).astype(np.float32)
    return structure
