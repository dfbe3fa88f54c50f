"""Find the border of the iris in the picture, starting from the network's circle.

References:
    J. Daugman, "High confidence visual recognition of persons by a test of statistical independence",
    IEEE PAMI 15(11), 1993: the circle across which brightness changes most.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from runner.engines.eye_color.eye import PATCH_HALF, PATCH_PX, patch_grid
from runner.engines.eye_color.types import Floats, Lids, Limbus

_ANGLES = np.linspace(-np.pi, np.pi, 72, endpoint=False, dtype=np.float32)
_ASPECTS = (1.0, 0.95, 0.9, 0.85)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """Where the border is expected, in eye units, and how far from there it may be.

    The network's middle is a little too low and its radius a little too large on most photos.
    """

    x: float = 0.0
    y: float = -0.08
    radius: float = 0.96
    radius_spread: float = 0.08


def find_limbus(patch: Floats, lids: Lids, guess: Guess) -> Limbus:
    """Find the ellipse across which the picture brightens most, on both sides between the lids.

    Args:
        patch: From ``sample_patch``, sRGB-encoded 0 to 1, shape (rows, columns, 3).
        lids: The lid lines; the border counts where it lies between them.
        guess: Where to expect it.
    """
    channel = clear_channel(patch)
    rough, fine = _Slopes.of(channel, 0.07, lids), _Slopes.of(channel, 0.045, lids)
    # Wider up than down: a child's iris is as large as a grown-up's, in a smaller face.
    start = np.array([guess.x, guess.y, guess.radius + 0.135, 1], np.float32)
    coarse = _best(rough, guess, _around(start, (0.5, 0.4, 0.315), (0.0625, 0.08, 0.045)))
    close = _best(fine, guess, _around(coarse, (0.08, 0.08, 0.04), (0.02, 0.02, 0.01)))
    shapes = np.array([[*close[:3], aspect] for aspect in _ASPECTS], np.float32)
    x, y, radius, aspect = map(float, _best(fine, guess, shapes))
    return _measured(channel, Limbus(x=x, y=y, radius=radius, aspect=aspect), lids)


def clear_channel(patch: Floats) -> Floats:
    """Take the red channel, on which irises of every color are darker than the white of the eye.

    Catchlights are opened away near the middle; further out an opening would eat thin slivers of white.
    """
    red = np.ascontiguousarray(patch[..., 0])
    side = round(0.5 * PATCH_PX) | 1
    opened = cv2.morphologyEx(red, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    x, y = patch_grid()
    inside = np.clip((0.8 - np.hypot(x, y + 0.08)) / 0.2, 0, 1)
    clear: Floats = (red + inside * (opened - red)).astype(np.float32)
    return clear


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slopes:
    """Brightness slopes of a patch, per eye unit, and the slope that counts as steep."""

    x: Floats
    y: Floats
    steep: float
    lids: Lids

    @classmethod
    def of(cls, channel: Floats, blur: float, lids: Lids) -> "_Slopes":
        smooth = cv2.GaussianBlur(channel, (0, 0), blur * PATCH_PX)
        slope_x = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=PATCH_PX / 8).astype(np.float32)
        slope_y = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=PATCH_PX / 8).astype(np.float32)
        x, y = patch_grid()
        near = (lids.opening(x, y) > -0.1) & (np.abs(x) < 1.6)
        sizes = np.hypot(slope_x, slope_y)[near]
        steep = float(np.percentile(sizes, 90)) if sizes.size else 1.0
        return cls(x=slope_x, y=slope_y, steep=max(steep, 0.02), lids=lids)


def _around(middle: Floats, reach: tuple[float, float, float], step: tuple[float, float, float]) -> Floats:
    """Give candidates, shape (n, 4): x, y, radius and aspect, in steps around the middle; its aspect is kept."""
    steps = [np.arange(-round(r / s), round(r / s) + 1) * s for r, s in zip(reach, step, strict=True)]
    moves = np.stack(np.meshgrid(*steps, [0.0], indexing="ij"), axis=-1).reshape(-1, 4)
    candidates: Floats = (middle + moves).astype(np.float32)
    return candidates


def _best(slopes: _Slopes, guess: Guess, candidates: Floats) -> Floats:
    best: Floats = candidates[int(np.argmax(_scores(slopes, guess, candidates)))]
    return best


def _scores(slopes: _Slopes, guess: Guess, candidates: Floats) -> Floats:
    """Score candidates: the mean outward slope on both sides, less the distance from what is expected.

    A radius that is much larger than expected costs no more than a Cauchy distribution says: for children.
    """
    outward, seen = _outward(slopes, candidates)
    sides = [_side_mean(outward, seen, np.cos(_ANGLES) * sign) for sign in (-1, 1)]
    mean = 0.35 * (sides[0] + sides[1]) + 0.3 * np.minimum(sides[0], sides[1])
    larger = (candidates[:, 2] - guess.radius) / guess.radius_spread
    off = (
        ((candidates[:, 0] - guess.x) / 0.25) ** 2
        + ((candidates[:, 1] - guess.y) / 0.16) ** 2
        + np.where(larger > 0, 2 * np.log1p(larger**2 / 2), larger**2)
        + ((candidates[:, 3] - 1) / 0.1) ** 2
    )
    scores: Floats = (mean - 0.07 * off).astype(np.float32)
    return scores


def _outward(slopes: _Slopes, values: Floats) -> tuple[Floats, Floats]:
    """Give the outward slope at each angle of each candidate (1 is steep) and how well it can be seen, 0 to 1."""
    cos, sin = np.cos(_ANGLES)[None], np.sin(_ANGLES)[None]
    x = values[:, :1] + values[:, 2:3] * values[:, 3:] * cos
    y = values[:, 1:2] + values[:, 2:3] * sin
    map_x = (x + PATCH_HALF[0]) * PATCH_PX - 0.5
    map_y = (y + PATCH_HALF[1]) * PATCH_PX - 0.5
    slope_x = cv2.remap(slopes.x, map_x, map_y, cv2.INTER_LINEAR)
    slope_y = cv2.remap(slopes.y, map_x, map_y, cv2.INTER_LINEAR)
    outward = np.clip((slope_x * cos + slope_y * sin) / slopes.steep, -0.7, 1.3)
    # The sides tell where the border is; above and below it is mostly a lid that is met.
    weight = np.where(sin < 0, 0.15, 0.35) + np.clip(1.35 - 1.2 * np.abs(sin), 0, 1)
    seen = np.clip(slopes.lids.opening(x, y) / 0.2 + 0.4, 0, 1) * weight
    return outward.astype(np.float32), seen.astype(np.float32)


def _side_mean(outward: Floats, seen: Floats, facing: Floats) -> Floats:
    weight = seen * (facing > 0)
    mean: Floats = (weight * outward).sum(axis=1) / (weight.sum(axis=1) + 3.0)
    return mean


def _measured(channel: Floats, limbus: Limbus, lids: Lids) -> Limbus:
    """Add contrast, support and blur, measured along the sides of the border between the lids."""
    angles = np.concatenate([np.linspace(-0.8, 0.8, 33), np.pi + np.linspace(-0.8, 0.8, 33)]).astype(np.float32)
    rays = np.linspace(0.6, 1.4, 41, dtype=np.float32)
    x = limbus.x + limbus.radius * limbus.aspect * np.outer(np.cos(angles), rays)
    y = limbus.y + limbus.radius * np.outer(np.sin(angles), rays)
    values = cv2.remap(
        channel,
        ((x + PATCH_HALF[0]) * PATCH_PX - 0.5).astype(np.float32),
        ((y + PATCH_HALF[1]) * PATCH_PX - 0.5).astype(np.float32),
        cv2.INTER_LINEAR,
    )
    open_here = lids.opening(x.astype(np.float32), y.astype(np.float32))[:, 20] > 0.03
    if not open_here.any():
        return replace(limbus, contrast=0.0, support=0.0)
    visible: Floats = values[open_here].astype(np.float32)
    inside, outside = visible[:, 5:16].mean(axis=1), visible[:, 24:33].mean(axis=1)
    rise = outside - inside
    contrast = float(np.median(rise))
    support = float((rise > max(0.02, 0.25 * float(np.percentile(rise, 90)))).mean())
    blur = _blur(visible, rise.astype(np.float32)) * limbus.radius
    return replace(limbus, contrast=contrast, support=support, blur=blur)


def _blur(values: Floats, rise: Floats) -> float:
    """Fit the width of the border: a step blurred by sigma has the greatest slope rise / (sigma √(2π))."""
    slope = np.gradient(values, 0.02, axis=1)[:, 12:30].max(axis=1)
    good = rise > 0.5 * float(np.percentile(rise, 75))
    if not good.any():
        return 0.08
    sigma = np.median(np.maximum(rise[good], 1e-3) / (np.maximum(slope[good], 1e-3) * np.sqrt(2 * np.pi)))
    return float(np.clip(sigma, 0.02, 0.15))
