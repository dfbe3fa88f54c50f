"""Measure an iris as it is: lightness, color, contrast, noise, and the light on it."""

from dataclasses import dataclass

import cv2
import numpy as np

from runner.engines.eye_color.matte import Matte
from runner.engines.eye_color.oklab import oklab_from_linear
from runner.engines.eye_color.types import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Iris:
    """The iris as it is.

    Attributes:
        light, a, b: OKLab medians over its visible ring.
        spread: Of lightness over the ring, standard deviation, outliers left out.
        noise: Of lightness from pixel to pixel, standard deviation.
        pupil_light: OKLab lightness of the pupil, haze and all; 0 where it is not seen.
        haze: Linear light of the darkest there is around: the black of the photo at this place.
    """

    light: float
    a: float
    b: float
    spread: float
    noise: float
    pupil_light: float
    haze: float


def measure_iris(linear: Floats, matte: Matte) -> Iris:
    """Measure an iris.

    Args:
        linear: The matte's box of the photo, linear sRGB, shape (rows, columns, 3).
        matte: Of this iris.
    """
    lab = oklab_from_linear(linear)
    ring = (matte.own > 0.8) & (matte.rho > 0.45) & (matte.rho < 0.9)
    if ring.sum() < 8:
        ring = matte.own >= 0.5 * float(matte.own.max())
    middle = np.median(lab[ring], axis=0)
    light = lab[..., 0]
    pupil = light[(matte.rho < 0.7 * matte.pupil_share) & (matte.under_lid > 0.15)]
    return Iris(
        light=max(float(middle[0]), 0.03),
        a=float(middle[1]),
        b=float(middle[2]),
        spread=_spread(light[ring]),
        noise=_spread((light - cv2.GaussianBlur(light, (0, 0), 1.0))[ring]),
        pupil_light=float(np.percentile(pupil, 40)) if pupil.size >= 4 else 0.0,
        haze=float(np.percentile(cv2.GaussianBlur(light, (0, 0), 0.7), 2)) ** 3,
    )


def _spread(values: Floats) -> float:
    """Estimate the standard deviation from the median distance to the median."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))
