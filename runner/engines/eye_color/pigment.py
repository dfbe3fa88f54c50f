"""Hue and chroma of a recolored iris: the target's, varied as in an eye."""

import cv2
import numpy as np

from runner.engines.eye_color.cover import smooth_step
from runner.engines.eye_color.iris import Iris
from runner.engines.eye_color.matte import Matte
from runner.engines.eye_color.types import Floats

_KEPT = 0.25
"""Share of the iris' own slow variation of color that is left."""


def pigment(before: Floats, relative: Floats, matte: Matte, iris: Iris, goal: Floats) -> Floats:
    """Give a and b: the goal's, less in shadow, paler on bright fibers and at the limbal ring.

    Some of the iris' own color is left around the pupil, and a little of its own variation everywhere.

    Args:
        before: OKLab a and b of the iris as it is, shape (rows, columns, 2).
        relative: Its new lightness over the mean, shape (rows, columns).
        matte: Of the iris.
        iris: As it was measured.
        goal: OKLab a and b, shape (2,).
    """
    own = np.array([iris.a, iris.b], np.float32)
    slow = cv2.GaussianBlur(before, (0, 0), max(0.08 * matte.radius_px, 0.7)) - own
    center = 0.3 * (1 - smooth_step(matte.rho, matte.pupil_share, 0.7 * matte.pupil_share + 0.3))[..., None]
    strength = _strength(relative, matte)[..., None]
    colored: Floats = (goal + center * (own - goal)) * strength + _KEPT * slow
    return colored


def _strength(relative: Floats, matte: Matte) -> Floats:
    """Give the factor on chroma: shadow takes as much of it as of lightness; pale fibers have no more than others."""
    ring = 1 - 0.2 * smooth_step(matte.rho, 0.75, 1.0)
    strength = np.where(relative < 1, relative, 1 - 0.25 * (relative - 1)) * ring
    weight = matte.own * (matte.alpha > 0)
    level = float((weight * strength).sum() / max(float(weight.sum()), 1e-6))
    evened: Floats = (strength / max(level, 0.5)).astype(np.float32)
    return evened
