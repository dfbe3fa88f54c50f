"""Find the pupil's size, for both eyes of a face together."""

from dataclasses import dataclass

import cv2
import numpy as np

from runner.engines.eye_color.eye import patch_grid
from runner.engines.eye_color.oklab import linear_from_srgb
from runner.engines.eye_color.types import Floats, Lids, Limbus, Pupil

ASSUMED_SHARE = 0.36
"""Pupil radius over iris radius in indoor light, where the pupil cannot be told from a dark iris."""

_SHARES = np.arange(0.26, 0.581, 0.02, dtype=np.float32)
_RADII = np.arange(0.02, 0.9, 0.04, dtype=np.float32)
_LEAST_CONTRAST = 0.125
_USUAL, _BLACK = 0.35, 0.5
"""How much contrast is given up for a share nearer to the usual one, and for an inside that is black."""


def find_pupil(profiles: list[Floats]) -> Pupil:
    """Find the radius at which contrast is greatest, on the profiles of both eyes together.

    Contrast and not the rise itself: outside its pupil a dark iris goes on getting brighter, far out most of all. And
    around a small pupil there may be a ring of another color, which is darker than the iris but not black.

    Args:
        profiles: From ``radial_profile``; not a number where nothing was seen.
    """
    edges = [edge for profile in profiles if (edge := _edges(profile)) is not None]
    if not edges:
        return Pupil(ASSUMED_SHARE, seen=False)
    contrast = np.mean([edge.contrast for edge in edges], axis=0)
    glow = np.mean([edge.glow for edge in edges], axis=0)
    best = int(np.argmax(contrast - _USUAL * np.abs(_SHARES - ASSUMED_SHARE) - _BLACK * glow))
    if best == len(_SHARES) - 1 or contrast[best] < _LEAST_CONTRAST:
        return Pupil(ASSUMED_SHARE, seen=False)
    return Pupil(float(_SHARES[best]), seen=True)


def radial_profile(patch: Floats, lids: Lids, limbus: Limbus) -> Floats:
    """Measure brightness by distance from the middle of the iris, without catchlights.

    Returns:
        30th percentile of the mean of red and green, linear light 0 to 1, between the lids in rings of 0.04 radius,
        shape (22,). In linear light a blurred edge lies where brightness is half way.
    """
    x, y = patch_grid()
    rho = np.hypot((x - limbus.x) / (limbus.radius * limbus.aspect), (y - limbus.y) / limbus.radius)
    brightness = cv2.GaussianBlur(linear_from_srgb(patch)[..., :2].mean(axis=2), (0, 0), 1.0)
    seen = lids.opening(x, y) > 0.12
    rings = [brightness[seen & (np.abs(rho - radius) < 0.025)] for radius in _RADII]
    profile: Floats = np.array([np.percentile(ring, 30) if ring.size >= 6 else np.nan for ring in rings], np.float32)
    return profile


@dataclass(frozen=True, slots=True)
class _Edges:
    """A profile at each share: contrast of brightness, -1 to 1; how far from black inside, over the iris' own."""

    contrast: Floats
    glow: Floats


def _edges(profile: Floats) -> _Edges | None:
    """Measure a profile; None where too little of the middle is seen."""
    if np.isnan(profile[4:]).any():
        return None
    known = np.where(np.isnan(profile), np.nanmin(profile), profile)
    level = max(float(np.median(known[12:20])), 0.004)
    inside, outside = (_ring_means(known, low, high) for low, high in ((-0.17, -0.03), (0.03, 0.17)))
    # Of two blacks one is many times the other; half of the iris' brightness is added so that this counts for little.
    contrast: Floats = ((outside - inside) / (outside + inside + 0.5 * level)).astype(np.float32)
    return _Edges(contrast, ((inside - known.min()) / level).astype(np.float32))


def _ring_means(profile: Floats, low: float, high: float) -> Floats:
    """Average the profile from ``low`` to ``high`` beyond each share."""
    means = [profile[(share + low < _RADII) & (share + high > _RADII)].mean() for share in _SHARES]
    return np.array(means, np.float32)
