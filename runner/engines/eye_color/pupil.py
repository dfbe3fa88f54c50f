"""Find the pupil's size, for both eyes of a face together."""

import cv2
import numpy as np

from runner.engines.eye_color.eye import patch_grid
from runner.engines.eye_color.oklab import linear_from_srgb
from runner.engines.eye_color.types import Floats, Lids, Limbus, Pupil

ASSUMED_SHARE = 0.36
"""Pupil radius over iris radius in indoor light, where the pupil cannot be told from a dark iris."""

_SHARES = np.arange(0.2, 0.601, 0.02, dtype=np.float32)
_RADII = np.arange(0.02, 0.9, 0.04, dtype=np.float32)
_LEAST_RISE = 0.15


def find_pupil(profiles: list[Floats]) -> Pupil:
    """Find the radius at which brightness rises most, on the profiles of both eyes together.

    Args:
        profiles: From ``radial_profile``; not a number where nothing was seen.
    """
    rises = [rise for profile in profiles if (rise := _rises(profile)) is not None]
    if not rises:
        return Pupil(ASSUMED_SHARE, seen=False)
    mean = np.mean(rises, axis=0) - 0.15 * np.abs(_SHARES - ASSUMED_SHARE)
    best = int(np.argmax(mean))
    inner = 0 < best < len(_SHARES) - 1
    if not inner or mean[best] < _LEAST_RISE:
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


def _rises(profile: Floats) -> Floats | None:
    """Give the relative rise of brightness across each share; None where too little of the middle is seen."""
    if np.isnan(profile[4:]).any():
        return None
    known = np.where(np.isnan(profile), np.nanmin(profile), profile)
    level = float(np.median(known[12:20]))
    rises = [
        _ring_mean(known, share + 0.03, share + 0.17) - _ring_mean(known, share - 0.17, share - 0.03)
        for share in map(float, _SHARES)
    ]
    relative: Floats = (np.array(rises, np.float32) / max(level, 0.004)).astype(np.float32)
    return relative


def _ring_mean(profile: Floats, low: float, high: float) -> float:
    return float(profile[(low < _RADII) & (high > _RADII)].mean())
