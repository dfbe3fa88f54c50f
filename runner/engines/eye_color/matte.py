"""Which share of each pixel is iris: soft at its borders, without pupil, catchlights, lashes and hair."""

from dataclasses import dataclass

import numpy as np

from runner.engines.base import Rgb8
from runner.engines.eye_color.cover import find_cover, smooth_step
from runner.engines.eye_color.eye import Eye
from runner.engines.eye_color.oklab import linear_from_srgb, oklab_from_linear
from runner.engines.eye_color.types import Floats, Lids, Limbus, Pupil

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
        lights: How much a reflection lies on it, 0 to 1.
        rho: Distance from the middle, 1 at the limbus.
        under_lid: Distance below the upper lid, in iris radii.
        radius_px: Of the iris.
        pupil_share: Radius of the pupil over that of the iris.
    """

    box: Box
    alpha: Floats
    own: Floats
    lights: Floats
    rho: Floats
    under_lid: Floats
    radius_px: float
    pupil_share: float


@dataclass(frozen=True, slots=True)
class VisibleIris:
    """Where an iris and its pupil are seen, with whatever lies on them.

    Attributes:
        share: How much of each pixel of the box, 0 to 1; half on a border.
    """

    box: Box
    share: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """All borders of one iris."""

    limbus: Limbus
    lids: Lids
    pupil: Pupil


def build_matte(photo: Rgb8, eye: Eye, outline: Outline) -> Matte:
    """Draw the iris on the photo's own pixels."""
    radius_px = outline.limbus.radius * eye.frame.unit_px
    box = _box(photo, eye, outline.limbus)
    place = _place(box, eye, outline)
    core, shape = _shapes(place, outline, 1 / eye.frame.unit_px)
    light = oklab_from_linear(linear_from_srgb(box.of(photo)))[..., 0]
    cover = find_cover(light, core, radius_px)
    # A weak reflection lies on the iris like a veil and goes along; a catchlight hides it.
    catchlights = cover.lights * smooth_step(light, 0.5, 0.72)
    skin = cover.bright * (1 - smooth_step(place.under_lid, 0.1, 0.25))
    alpha = shape * (1 - np.maximum(np.maximum(catchlights, skin), 0.85 * cover.lashes))
    return Matte(
        box=box,
        alpha=np.where(alpha < 0.01, 0, alpha).astype(np.float32),
        own=(core * (1 - np.maximum(cover.lights, cover.lashes))).astype(np.float32),
        lights=cover.lights,
        rho=place.rho,
        under_lid=place.under_lid,
        radius_px=radius_px,
        pupil_share=outline.pupil.share,
    )


def draw_visible(photo: Rgb8, eye: Eye, outline: Outline) -> VisibleIris:
    """Draw what the lids leave open of an iris, with pupil, catchlights and lashes: never less than ``Matte.alpha``."""
    box = _box(photo, eye, outline.limbus)
    borders = _borders(_place(box, eye, outline), outline, 1 / eye.frame.unit_px)
    return VisibleIris(box, borders.limbus * borders.lower_lid * borders.upper_lid)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where each pixel of a box is: rho as in Matte; distances below the upper and above the lower lid, in radii."""

    rho: Floats
    under_lid: Floats
    over_lid: Floats


def _place(box: Box, eye: Eye, outline: Outline) -> _Place:
    x, y = _units(box, eye)
    limbus, lids = outline.limbus, outline.lids
    rho = np.hypot((x - limbus.x) / (limbus.radius * limbus.aspect), (y - limbus.y) / limbus.radius)
    under = (y - np.interp(x, lids.columns, lids.upper)) / limbus.radius
    over = (np.interp(x, lids.columns, lids.lower) - y) / limbus.radius
    return _Place(rho=rho.astype(np.float32), under_lid=under.astype(np.float32), over_lid=over.astype(np.float32))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Borders:
    """How far each pixel lies inside each border that bounds where iris may be: 0 outside, 1 inside."""

    limbus: Floats
    upper_lid: Floats
    lower_lid: Floats


def _borders(place: _Place, outline: Outline, pixel: float) -> _Borders:
    blur = outline.limbus.blur / outline.limbus.radius
    # Some standard deviations hold nearly all of a blurred border, and end it.
    soft = max(1.6 * blur, 0.6 * pixel)
    return _Borders(
        limbus=smooth_step(1 - place.rho, -soft, soft),
        upper_lid=smooth_step(place.under_lid, -0.16, max(0.08, pixel)),
        lower_lid=smooth_step(place.over_lid, -0.05, max(0.07, 1.2 * pixel)),
    )


def _shapes(place: _Place, outline: Outline, pixel: float) -> tuple[Floats, Floats]:
    """Draw where surely nothing but iris is, then where iris may be; both soft at the borders.

    They differ under the upper lid, whose edge lies in a shadow that the iris shares: color that fades out there
    looks right, and color that ends below it does not.

    Args:
        place: Where the pixels are.
        outline: The borders of the iris.
        pixel: The size of a pixel in iris radii, about.
    """
    borders = _borders(place, outline, pixel)
    border = max(1.3 * outline.limbus.blur / outline.limbus.radius, 0.9 * pixel)
    # Outwards from the pupil's edge: its dark must stay whole, even where it is only a pixel or two.
    ring = smooth_step(place.rho - outline.pupil.share, -0.6 * border, border)
    disc = borders.limbus * ring * borders.lower_lid
    core = disc * smooth_step(place.under_lid, 0.0, max(0.16, pixel))
    shape = disc * borders.upper_lid
    return core, shape


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
