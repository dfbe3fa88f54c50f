"""Which share of each pixel is iris: soft at its borders, without pupil, catchlights, lashes and hair."""

from dataclasses import dataclass

import numpy as np

from runner.engines.base import Rgb8
from runner.engines.eye_color.cover import Cover, find_cover, smooth_step
from runner.engines.eye_color.eye import Eye
from runner.engines.eye_color.limbus_edge import find_limbus_edge
from runner.engines.eye_color.oklab import linear_from_srgb, oklab_from_linear
from runner.engines.eye_color.pupil_edge import outside_pupil
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
        lights: How much a reflection lies on it, 0 to 1.
        ring: Share of each pixel that is not pupil, 0 to 1.
        tinge: Share of the change of color, but not of lightness, that a pixel takes: a pupil that was not seen is
            no darker than the iris in the photo, and uncolored would be a gray hole in it.
        rho: Distance from the middle, 1 at the limbus.
        under_lid: Distance below the upper lid, in iris radii.
        radius_px: Of the iris.
        pupil_share: Radius of the pupil over that of the iris.
    """

    box: Box
    alpha: Floats
    own: Floats
    lights: Floats
    ring: Floats
    tinge: Floats
    rho: Floats
    under_lid: Floats
    radius_px: float
    pupil_share: float

    @property
    def changes(self) -> Flags:
        """Which pixels of the box may change."""
        changes: Flags = (self.alpha > 0) | (self.tinge > 0)
        return changes


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
    linear = linear_from_srgb(box.of(photo))
    place = _place(linear, box, eye, outline)
    pixel = 1 / eye.frame.unit_px
    border = max(1.3 * outline.limbus.blur / outline.limbus.radius, 0.9 * pixel)
    ring = outside_pupil(linear, place.rho, outline.pupil, border)
    core, shape = (ring * part for part in _shapes(place, outline, pixel))
    light = oklab_from_linear(linear)[..., 0]
    cover = find_cover(light, core, radius_px)
    lids = _lids(cover, place)
    # A weak reflection lies on the iris like a veil and goes along; a catchlight hides it.
    catchlights = cover.lights * smooth_step(light, 0.5, 0.72)
    alpha = shape * (1 - np.maximum(catchlights, 0.85 * cover.lashes)) * (1 - lids)
    return Matte(
        box=box,
        alpha=np.where(alpha < 0.01, 0, alpha).astype(np.float32),
        own=(core * (1 - np.maximum(np.maximum(cover.lights, cover.lashes), lids))).astype(np.float32),
        lights=cover.lights,
        ring=ring,
        tinge=_tinge(light, place, outline.pupil, shape),
        rho=place.rho,
        under_lid=place.under_lid,
        radius_px=radius_px,
        pupil_share=outline.pupil.share,
    )


def _lids(cover: Cover, place: "_Place") -> Floats:
    """Draw what of the lids reaches over the lines that were found of them: skin, and the lash line above."""
    above, below = 1 - smooth_step(place.under_lid, 0.1, 0.25), 1 - smooth_step(place.over_lid, 0.0, 0.1)
    skin = cover.bright * np.maximum(above, below)
    lash_line = cover.black * (1 - smooth_step(place.under_lid, 0.0, 0.14))
    lids: Floats = np.maximum(skin, lash_line)
    return lids


def _tinge(light: Floats, place: "_Place", pupil: Pupil, shape: Floats) -> Floats:
    """Draw ``Matte.tinge``: over a pupil that was not seen, but not over what is brighter than it."""
    inside = smooth_step(pupil.share + 0.14 - place.rho, 0, 0.1) * smooth_step(place.under_lid, 0.0, 0.2)
    if pupil.seen or not (inside > 0.5).any():
        return np.zeros_like(shape)
    bright = smooth_step(light - float(np.median(light[inside > 0.5])), 0.03, 0.12)
    tinge = 0.5 * inside * (1 - shape) * (1 - bright)
    return np.where(tinge < 0.01, 0, tinge).astype(np.float32)


def draw_visible(photo: Rgb8, eye: Eye, outline: Outline) -> VisibleIris:
    """Draw what the lids leave open of an iris, with pupil, catchlights and lashes: never less than ``Matte.alpha``."""
    box = _box(photo, eye, outline.limbus)
    place = _place(linear_from_srgb(box.of(photo)), box, eye, outline)
    borders = _borders(place, outline, 1 / eye.frame.unit_px)
    return VisibleIris(box, borders.limbus * borders.lower_lid * borders.upper_lid)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where each pixel of a box is, in iris radii.

    Attributes:
        rho: As in ``Matte``.
        beyond: Distance outside the border of the iris as the pixels show it.
        under_lid, over_lid: Distances below the upper and above the lower lid.
    """

    rho: Floats
    beyond: Floats
    under_lid: Floats
    over_lid: Floats


def _place(linear: Floats, box: Box, eye: Eye, outline: Outline) -> _Place:
    x, y = _units(box, eye)
    limbus, lids = outline.limbus, outline.lids
    across, down = (x - limbus.x) / (limbus.radius * limbus.aspect), (y - limbus.y) / limbus.radius
    rho = np.hypot(across, down).astype(np.float32)
    under = ((y - np.interp(x, lids.columns, lids.upper)) / limbus.radius).astype(np.float32)
    over = ((np.interp(x, lids.columns, lids.lower) - y) / limbus.radius).astype(np.float32)
    direction = across / np.maximum(rho, 1e-3)
    visible = (under > 0.1) & (over > 0.1)
    edge = find_limbus_edge(linear[..., 0], rho, direction, visible, limbus.radius * eye.frame.unit_px)
    return _Place(rho=rho, beyond=rho - 1 - edge.shift(direction), under_lid=under, over_lid=over)


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
        limbus=smooth_step(-place.beyond, -soft, soft),
        upper_lid=smooth_step(place.under_lid, -0.16, max(0.08, pixel)),
        lower_lid=smooth_step(place.over_lid, -0.05, max(0.07, 1.2 * pixel)),
    )


def _shapes(place: _Place, outline: Outline, pixel: float) -> tuple[Floats, Floats]:
    """Draw where surely nothing but iris and pupil is, then where they may be; both soft at the borders.

    They differ under the upper lid, whose edge lies in a shadow that the iris shares: color that fades out there
    looks right, and color that ends below it does not.

    Args:
        place: Where the pixels are.
        outline: The borders of the iris.
        pixel: The size of a pixel in iris radii, about.
    """
    borders = _borders(place, outline, pixel)
    disc = borders.limbus * borders.lower_lid
    return disc * smooth_step(place.under_lid, 0.0, max(0.16, pixel)), disc * borders.upper_lid


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
