"""Which share of each pixel near the pupil lies outside it."""

import cv2
import numpy as np

from runner.engines.eye_color.cover import smooth_step
from runner.engines.eye_color.types import Floats, Pupil

_REACH = np.arange(-0.14, 0.181, 0.04, dtype=np.float32)
"""Where the edge of a pupil is looked at, in iris radii from where it was found."""

_MIDDLE = 0.2
"""Radius within which all is pupil, in iris radii; catchlights there look like iris in the mean of a small ring."""

_LEAST_RATIO = 1.5
"""How much brighter, in linear light, the iris beside the pupil must be for its edge to be measured."""


def outside_pupil(linear: Floats, rho: Floats, pupil: Pupil, soft: float) -> Floats:
    """Draw all that is not pupil: round, and soft at its edge.

    A pupil that is seen has the edge that the picture shows: on each ring there is a mixture of the pupil's dark and
    of the iris beside it, and the ring's brightness in linear light says of how much of each. Whole rings and not
    single pixels, because catchlights and hairs cross the edge, and a pupil that is not round is the first thing to
    be seen in an eye. A pupil too small or faint for that is a disc; one that was not seen is a disc with a soft edge.

    Args:
        linear: Linear sRGB, shape (rows, columns, 3).
        rho: Distance from the middle of the iris, 1 at the limbus; shape (rows, columns).
        pupil: As it was found.
        soft: Half width of a disc's edge, in iris radii.
    """
    beyond = rho - pupil.share
    if not pupil.seen:
        return smooth_step(beyond, -0.08, 0.13)
    shares = _mixtures(linear, beyond, pupil.share)
    if shares is None:
        # Outwards from the edge: the dark must stay whole, even where it is only a pixel or two.
        return smooth_step(beyond, max(-0.6 * soft, _MIDDLE - pupil.share), soft)
    outside: Floats = np.interp(beyond, _REACH, shares).astype(np.float32)
    return outside


def _mixtures(linear: Floats, beyond: Floats, share: float) -> Floats | None:
    """Give the share of iris on rings from inside the pupil outwards, 0 to 1; None where they are not told apart."""
    brightness = cv2.GaussianBlur(np.ascontiguousarray(linear[..., :2].mean(axis=2)), (0, 0), 0.6)
    rings = [brightness[np.abs(beyond - reach) < 0.03] for reach in _REACH]
    if min(ring.size for ring in rings) < 8:
        return None
    levels = np.array([np.percentile(ring, 30) for ring in rings], np.float32)
    edge = share + _REACH > _MIDDLE
    dark, bright = float(levels[edge][0]), float(levels[-2:].mean())
    if bright < _LEAST_RATIO * dark + 1e-4:
        return None
    shares = np.where(edge, np.clip((levels - dark) / (bright - dark), 0, 1), 0)
    shares[-1] = 1
    rising: Floats = np.maximum.accumulate(shares).astype(np.float32)
    return rising
