"""How well one eye was recolored: the pictures before and after against its marking."""

from dataclasses import dataclass, fields
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.color import rgb2lab

from bench.engines.eyes.targets import Rgb
from bench.engines.eyes.truth import MarkedEye, Portrait
from runner.engines.base import Rgb8

Area: TypeAlias = NDArray[np.bool_]
"""Chosen pixels, shape (rows, columns)."""

Floats: TypeAlias = NDArray[np.float64]
"""Values per pixel; three a pixel are CIE L*a*b* under D65."""

_MARGIN_PX = 4
_FRACTION_BITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EyeScore:
    """The figures of one eye with one target; not a number where there is nothing to measure.

    The ring lies between 0.5 and 0.85 of the iris' radius, the middle within 0.2 of it, both where the iris is
    visible. A catchlight is a part of the iris 35 L* above the ring's median, and above 65 L*.

    Attributes:
        found: 1 where most of the ring has changed, else 0, and the figures below are not numbers, but leak.
        leak: Changed pixels farther than 4 px from every visible iris, as a share of this one's area. A pixel counts
            for the nearest eye.
        ring: Share of the ring that has changed.
        hue: Between the ring's mean color, catchlights aside, and the target: degrees in the a*b* plane.
        ab: Between the same: distance in a*b*.
        light: Correlation of L* in the ring before and after.
        pupil: Mean change of L* in the middle.
        catchlight: Mean color difference in the catchlights: distance in L*a*b*.
    """

    found: float
    leak: float
    ring: float
    hue: float
    ab: float
    light: float
    pupil: float
    catchlight: float


FIGURE_NAMES = tuple(field.name for field in fields(EyeScore))
"""The names of the figures, in order."""


def score_eyes(portrait: Portrait, after: Rgb8, target: Rgb) -> list[EyeScore]:
    """Score every eye of a portrait, in the order of its marking.

    Args:
        portrait: Before.
        after: Recolored; the photo itself where the engine refused it.
        target: What was asked for.
    """
    changed = (portrait.photo != after).any(axis=2)
    leaks = _leaks(portrait.eyes, changed)
    return [_score(portrait, eye, after, leak, target) for eye, leak in zip(portrait.eyes, leaks, strict=True)]


def _score(portrait: Portrait, eye: MarkedEye, after: Rgb8, leak: float, target: Rgb) -> EyeScore:
    box = _box(eye, portrait.photo.shape)
    inside, rho = _visible(eye, portrait.photo.shape)[box], _rho(eye, portrait.photo.shape)[box]
    ring, middle = inside & (rho > 0.5) & (rho < 0.85), inside & (rho < 0.2)
    share = float((portrait.photo[box] != after[box]).any(axis=2)[ring].mean())
    if share <= 0.5:
        return EyeScore(**dict.fromkeys(FIGURE_NAMES, np.nan) | {"found": 0.0, "leak": leak})
    before, new = rgb2lab(portrait.photo[box]), rgb2lab(after[box])
    lights = inside & (before[..., 0] > max(float(np.median(before[ring, 0])) + 35, 65))
    plain = new[ring & ~lights]
    return EyeScore(
        found=1.0,
        leak=leak,
        ring=share,
        hue=np.nan if portrait.is_gray else _hue_apart(plain, target),
        ab=np.nan if portrait.is_gray else float(np.hypot(*(plain[:, 1:].mean(axis=0) - _lab(target)[1:]))),
        light=float(np.corrcoef(before[ring, 0], new[ring, 0])[0, 1]),
        pupil=_mean(np.abs(before - new)[middle, 0]),
        catchlight=_mean(np.linalg.norm((before - new)[lights], axis=1)),
    )


def _hue_apart(plain: Floats, target: Rgb) -> float:
    angles = [np.degrees(np.arctan2(b, a)) for _, a, b in (plain.mean(axis=0), _lab(target))]
    return float(abs((angles[0] - angles[1] + 180) % 360 - 180))


def _lab(color: Rgb) -> Floats:
    lab: Floats = rgb2lab(np.array([[color]], np.uint8))[0, 0]
    return lab


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else float("nan")


def _leaks(eyes: tuple[MarkedEye, ...], changed: Area) -> list[float]:
    """Share out what has changed beyond the irises among the eyes."""
    if not eyes:
        return []
    visible = [_visible(eye, changed.shape) for eye in eyes]
    hidden = (~np.any(visible, axis=0)).astype(np.uint8)
    rows, columns = np.nonzero(
        changed & (cv2.distanceTransform(hidden, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) > _MARGIN_PX)
    )
    nearest = np.argmin([np.hypot(columns + 0.5 - eye.x, rows + 0.5 - eye.y) for eye in eyes], axis=0)
    return [float((nearest == index).sum() / area.sum()) for index, area in enumerate(visible)]


def _visible(eye: MarkedEye, shape: tuple[int, ...]) -> Area:
    area = np.zeros(shape[:2], np.uint8)
    corners = np.rint((eye.polygon - 0.5) * 2**_FRACTION_BITS).astype(np.int32)
    cv2.fillPoly(area, [corners], (255,), shift=_FRACTION_BITS)
    return area > 0


def _rho(eye: MarkedEye, shape: tuple[int, ...]) -> Floats:
    """Give each pixel's distance from the middle of the iris, in radii."""
    y, x = np.ogrid[0 : shape[0], 0 : shape[1]]
    rho: Floats = np.hypot(x + 0.5 - eye.x, y + 0.5 - eye.y) / eye.radius
    return rho


def _box(eye: MarkedEye, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Choose the rows and columns that hold the iris."""
    left, top = (eye.polygon.min(axis=0) - 2).astype(int)
    right, bottom = (eye.polygon.max(axis=0) + 2).astype(int)
    return slice(max(0, top), min(bottom, shape[0])), slice(max(0, left), min(right, shape[1]))
