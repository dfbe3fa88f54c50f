"""Give an iris the target's color in the light of the photo, and keep what makes it an eye.

All in OKLab, which scales as a whole when the light is dimmed: shadow and exposure are one factor on L, a and b.
"""

import cv2
import numpy as np

from runner.engines.eye_color.cover import smooth_step
from runner.engines.eye_color.iris import measure_iris
from runner.engines.eye_color.matte import Matte
from runner.engines.eye_color.oklab import into_gamut, linear_from_oklab, oklab_from_linear, srgb_from_linear
from runner.engines.eye_color.pigment import pigment
from runner.engines.eye_color.relief import mean_light, relief
from runner.engines.eye_color.tint import Tint
from runner.engines.eye_color.types import Floats

_CHROMA_OF_LIGHTNESS = 0.3
"""Power of lightness missing to the goal that scales chroma: 1 keeps the goal's saturation, 0 its chroma."""


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
    after = into_gamut(_changed(before, linear, matte, tint))
    mixed = linear + matte.alpha[..., None] * (linear_from_oklab(after) - linear_from_oklab(before))
    # Light adds up, and so do iris and white in a border's pixel; but a reflection so added fades on a bright iris:
    # it keeps its difference in lightness instead.
    veiled = linear_from_oklab(into_gamut(lab + matte.alpha[..., None] * (after - before)))
    recolored = mixed + matte.lights[..., None] * (veiled - mixed)
    return srgb_from_linear(_tinged(recolored.astype(np.float32), after, matte))


def _tinged(linear: Floats, after: Floats, matte: Matte) -> Floats:
    """Give pixels that keep their lightness part of the new color, as much as they are bright."""
    if not matte.tinge.any():
        return linear
    lab = oklab_from_linear(linear)
    goal = after[..., 1:] * np.minimum(lab[..., :1] / np.maximum(after[..., :1], 1e-3), 1)
    lab[..., 1:] += matte.tinge[..., None] * (goal - lab[..., 1:])
    tinged: Floats = np.where(matte.tinge[..., None] > 0, linear_from_oklab(into_gamut(lab)), linear).astype(np.float32)
    return tinged


def _pure(lab: Floats, matte: Matte) -> Floats:
    """Continue the iris' own colors under its borders and what lies on it, shaded where the pixel is darker.

    At the edge of the pupil a pixel is darker already by the pupil's share of it.
    """
    weight = smooth_step(matte.own, 0.55, 1.0)[..., None] + np.float32(1e-6)
    sigma = max(0.1 * matte.radius_px, 0.8)
    near = _blurred(lab * weight, sigma) / _blurred(weight, sigma)
    wide = _blurred(lab * weight, 4 * sigma) / _blurred(weight, 4 * sigma)
    trust = smooth_step(_blurred(weight, sigma), 0.01, 0.1)
    filled = wide + trust * (near - wide)
    mixed = filled[..., :1] * np.cbrt(np.maximum(matte.ring, 0.03))[..., None]
    shade = np.clip(lab[..., :1] / np.maximum(mixed, 1e-3), 0, 1)
    pure: Floats = (filled * shade + np.minimum(weight, 1) * (lab - filled * shade)).astype(np.float32)
    return pure


def _blurred(values: Floats, sigma: float) -> Floats:
    blurred = cv2.GaussianBlur(values, (0, 0), sigma).astype(np.float32)
    return blurred if blurred.ndim == 3 else blurred[..., None]


def _changed(before: Floats, linear: Floats, matte: Matte, tint: Tint) -> Floats:
    iris = measure_iris(linear, matte)
    goal = tint.in_light(iris.haze)
    mean = mean_light(iris, float(goal[0]))
    relative = relief(before[..., 0], matte, iris, mean)
    light = (mean * relative)[..., None]
    if tint.lightness_only:
        return np.concatenate([light, before[..., 1:]], axis=-1).astype(np.float32)
    chroma = goal[1:] * min(mean / float(goal[0]), 1.0) ** _CHROMA_OF_LIGHTNESS
    return np.concatenate([light, pigment(before[..., 1:], relative, matte, iris, chroma)], axis=-1).astype(np.float32)
