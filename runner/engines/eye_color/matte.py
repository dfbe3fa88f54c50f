"""Which share of each pixel is iris: soft at its borders, without pupil, catchlights, lashes and hair."""

from dataclasses import dataclass

import cv2
import numpy as np

from runner.engines.base import Rgb8
from runner.engines.eye_color.eye import Eye
from runner.engines.eye_color.oklab import linear_from_srgb, oklab_from_linear
from runner.engines.eye_color.types import Flags, Floats, Lids, Limbus, Pupil

_REACH = 1.35
"""Half side of the crop, in iris radii."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the photo, in whole pixels; the end is outside."""

    top: int
    bottom: int
    left: int
    right: int

    def of(self, photo: Rgb8) -> Rgb8:
        """Cut the rectangle out; a view."""
        return photo[self.top : self.bottom, self.left : self.right]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matte:
    """An iris on the pixels of the photo; every array has the shape of the box.

    Attributes:
        alpha: Share of each pixel that takes part in the change, 0 to 1.
        own: How much a pixel shows the iris and nothing else, 0 to 1: no border, reflection or lash.
        rho: Distance from the middle, 1 at the limbus.
        under_lid: Distance below the upper lid, in iris radii.
        radius_px: Of the iris.
        pupil_share: Radius of the pupil over that of the iris.
    """

    box: Box
    alpha: Floats
    own: Floats
    rho: Floats
    under_lid: Floats
    radius_px: float
    pupil_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """All borders of one iris."""

    limbus: Limbus
    lids: Lids
    pupil: Pupil


def build_matte(photo: Rgb8, eye: Eye, outline: Outline) -> Matte:
    """Draw the iris on the photo's own pixels."""
    limbus, pupil = outline.limbus, outline.pupil
    radius_px = limbus.radius * eye.frame.unit_px
    box = _box(photo, eye, limbus)
    x, y = _units(box, eye)
    rho = np.hypot((x - limbus.x) / (limbus.radius * limbus.aspect), (y - limbus.y) / limbus.radius)
    pixel = 1 / eye.frame.unit_px
    # Two and a half standard deviations hold a blurred border, and end it.
    soft = max(1.6 * limbus.blur, 0.6 * pixel)
    edge = smooth_step((1 - rho) * limbus.radius, -soft, soft)
    upper = np.interp(x, outline.lids.columns, outline.lids.upper)
    lower = np.interp(x, outline.lids.columns, outline.lids.lower)
    # The upper lid's edge lies in a shadow that the iris shares: a wide border there looks right.
    lids = smooth_step(y - upper, -0.1, max(0.14, pixel)) * smooth_step(lower - y, -0.02, max(0.12, 1.5 * pixel))
    border = max(1.3 * limbus.blur, 0.9 * pixel) / limbus.radius
    ring = smooth_step(rho - pupil.share, -border, border)
    shape = edge * lids * ring
    light = oklab_from_linear(linear_from_srgb(box.of(photo)))[..., 0]
    lights, lashes = _foreign(light, shape > 0.8, radius_px)
    # A weak reflection lies on the iris like a veil and goes along; a catchlight hides it.
    kept = np.maximum(lights * smooth_step(light, 0.5, 0.72), 0.85 * lashes)
    alpha = shape * (1 - kept)
    return Matte(
        box=box,
        alpha=np.where(alpha < 0.01, 0, alpha).astype(np.float32),
        own=(shape * (1 - np.maximum(lights, lashes))).astype(np.float32),
        rho=rho.astype(np.float32),
        under_lid=((y - upper) / limbus.radius).astype(np.float32),
        radius_px=radius_px,
        pupil_share=pupil.share,
    )


def smooth_step(values: Floats, low: float, high: float) -> Floats:
    """Rise from 0 at ``low`` to 1 at ``high`` with level ends (3t² - 2t³)."""
    t = np.clip((values - low) / (high - low), 0, 1)
    step: Floats = (t * t * (3 - 2 * t)).astype(np.float32)
    return step


def _box(photo: Rgb8, eye: Eye, limbus: Limbus) -> Box:
    x, y = eye.frame.to_photo(limbus.x, limbus.y)
    reach = _REACH * limbus.radius * eye.frame.unit_px + 2
    rows, columns = photo.shape[:2]
    top, left = (min(max(int(v - reach), 0), n) for v, n in ((y, rows), (x, columns)))
    bottom, right = (min(max(int(v + reach) + 1, 0), n) for v, n in ((y, rows), (x, columns)))
    return Box(top, bottom, left, right)


def _units(box: Box, eye: Eye) -> tuple[Floats, Floats]:
    columns = np.arange(box.left, box.right, dtype=np.float32) + 0.5
    rows = np.arange(box.top, box.bottom, dtype=np.float32) + 0.5
    x, y = np.meshgrid(columns, rows)
    return eye.frame.to_units(x, y)


def _foreign(light: Floats, iris: Flags, radius_px: float) -> tuple[Floats, Floats]:
    """Tell what lies on the iris: reflections (brighter), then lashes and hair (darker and thin), each 0 to 1.

    Outside the iris the picture is replaced by the iris' own median first, so that only structures inside count.
    """
    if not iris.any():
        return np.zeros_like(light), np.zeros_like(light)
    middle = float(np.median(light[iris]))
    least = max(0.05, 2.2 * 1.4826 * float(np.median(np.abs(light[iris] - middle))))
    filled = np.where(iris, light, middle).astype(np.float32)
    bright = filled - cv2.morphologyEx(filled, cv2.MORPH_OPEN, _disc(0.35 * radius_px))
    dark = cv2.morphologyEx(filled, cv2.MORPH_CLOSE, _disc(0.14 * radius_px)) - filled
    return _spread(smooth_step(bright, least, least + 0.1), radius_px), smooth_step(dark, least, least + 0.12)


def _spread(lights: Floats, radius_px: float) -> Floats:
    """Take the blurred rim of a light along."""
    rim = 1.3 * cv2.GaussianBlur(lights, (0, 0), max(0.6, 0.035 * radius_px))
    spread: Floats = np.maximum(lights, np.minimum(rim, 1)).astype(np.float32)
    return spread


def _disc(radius_px: float) -> Rgb8:
    side = 2 * max(1, round(radius_px)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)).astype(np.uint8)
