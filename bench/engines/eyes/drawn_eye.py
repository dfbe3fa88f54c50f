"""An eye drawn into the opening of a face's lids, so that its iris is known exactly."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.engines.eyes.truth import MarkedEye
from runner.engines.base import Rgb8

Points: TypeAlias = NDArray[np.float64]
"""x and y in pixels, shape (points, 2); the middle of pixel (0, 0) is (0.5, 0.5)."""

Values: TypeAlias = NDArray[np.float64]
"""Values per pixel; three a pixel are sRGB, 0 to 255."""

_WHITE, _PUPIL, _LIGHT = (np.array(color, np.float64) for color in ((206, 198, 192), (16, 13, 12), (250, 250, 250)))
_FRACTION_BITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Iris:
    """How an iris is drawn.

    Attributes:
        color: sRGB, 0 to 255, of its middle ring.
        pupil: The pupil's radius in that of the iris.
        look: Where it looks: its way from the middle of the opening, in radii, x and y.
    """

    color: tuple[int, int, int]
    pupil: float = 0.36
    look: tuple[float, float] = (0.0, 0.0)


def draw_eye(face: Rgb8, opening: Points, side: str, iris: Iris) -> MarkedEye:
    """Draw white, iris, pupil and catchlight into a face, in place.

    The iris is as large as an eye's that is half covered: its diameter is 0.55 of the opening's width.

    Args:
        face: Is drawn on.
        opening: The border of what the lids leave free; its convex hull is taken.
        side: Of the picture: left or right.
        iris: What to draw.
    """
    hull = cv2.convexHull(opening.astype(np.float32))[:, 0].astype(np.float64)
    radius = 0.275 * float(np.ptp(hull[:, 0]))
    x, y = hull.min(axis=0) / 2 + hull.max(axis=0) / 2 + radius * np.array(iris.look)
    rho, angle = _polar(face.shape, x, y, radius)
    cover = _soft(_filled(face.shape, hull), 0.05 * radius)
    eyeball = _shaded(_eyeball(rho, angle, iris), hull, radius)
    face[...] = np.rint(cover * eyeball + (1 - cover) * face).astype(np.uint8)
    return MarkedEye(
        side=side, x=float(x), y=float(y), radius=radius, polygon=_visible(x, y, radius, hull), is_sure=True
    )


def _eyeball(rho: Values, angle: Values, iris: Iris) -> Values:
    """Color the white, the rays of the iris, darker at its border and warmer at the pupil, and the pupil."""
    rays = sum(np.cos(turns * angle + 2.1 * turns) for turns in (7, 13, 23, 31, 43)) / 5
    light = (1 + 0.3 * rays * (rho < 1)) * (1 - 0.5 * np.clip((rho - 0.82) / 0.18, 0, 1))
    ring = np.array(iris.color) * light[..., None] + np.array([18, 8, -6]) * np.clip(0.65 - rho, 0, 1)[..., None]
    eyeball = _over(np.broadcast_to(_WHITE, ring.shape), ring, rho, 1.0)
    eyeball = _over(eyeball, _PUPIL, rho, iris.pupil)
    beside = np.hypot(rho * np.cos(angle) - 0.22, rho * np.sin(angle) + 0.28)
    return np.clip(_over(eyeball, _LIGHT, beside, 0.13), 0, 255)


def _over(below: Values, above: Values, rho: Values, radius: float) -> Values:
    """Lay a disc over a picture, with a border as soft as an eye's."""
    cover = np.clip((radius - rho) / 0.06 + 0.5, 0, 1)[..., None]
    mixed: Values = cover * above + (1 - cover) * below
    return mixed


def _shaded(eyeball: Values, hull: Points, radius: float) -> Values:
    """Let the upper lid throw its shadow."""
    y = np.arange(eyeball.shape[0])[:, None, None] + 0.5
    shaded: Values = eyeball * np.clip(0.6 + 0.5 * (y - hull[:, 1].min()) / radius, 0.6, 1)
    return shaded


def _polar(shape: tuple[int, ...], x: float, y: float, radius: float) -> tuple[Values, Values]:
    rows, columns = np.ogrid[0 : shape[0], 0 : shape[1]]
    across, down = columns + 0.5 - x, rows + 0.5 - y
    return np.hypot(across, down) / radius, np.arctan2(down, across)


def _filled(shape: tuple[int, ...], hull: Points) -> Values:
    area = np.zeros(shape[:2], np.uint8)
    corners = np.rint((hull - 0.5) * 2**_FRACTION_BITS).astype(np.int32)
    cv2.fillPoly(area, [corners], (255,), cv2.LINE_AA, _FRACTION_BITS)
    return area / 255.0


def _soft(cover: Values, blur_px: float) -> Values:
    soft: Values = np.asarray(cv2.GaussianBlur(cover, (0, 0), max(blur_px, 0.4)), np.float64)[..., None]
    return soft


def _visible(x: float, y: float, radius: float, hull: Points) -> Points:
    angles = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    disc = np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1)
    _, polygon = cv2.intersectConvexConvex(disc.astype(np.float32), hull.astype(np.float32))
    return np.asarray(polygon, np.float64)[:, 0]
