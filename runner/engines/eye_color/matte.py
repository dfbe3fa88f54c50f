"""Which share of each pixel is iris: soft at its borders, without pupil, catchlights, lashes and hair."""

from dataclasses import dataclass

import numpy as np

from runner.engines.base import Rgb8
from runner.engines.eye_color.borders import Place, draw_borders, find_place
from runner.engines.eye_color.box import Box, box_around
from runner.engines.eye_color.cover import Cover, find_cover, smooth_step
from runner.engines.eye_color.eye import Eye
from runner.engines.eye_color.oklab import linear_from_srgb, oklab_from_linear
from runner.engines.eye_color.pupil_edge import outside_pupil
from runner.engines.eye_color.types import Flags, Floats, Outline, Pupil


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


def build_matte(photo: Rgb8, eye: Eye, outline: Outline) -> Matte:
    """Draw the iris on the photo's own pixels."""
    radius_px = outline.limbus.radius * eye.frame.unit_px
    box = box_around(photo, eye, outline.limbus)
    linear = linear_from_srgb(box.of(photo))
    place = find_place(linear, box, eye, outline)
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


def _lids(cover: Cover, place: Place) -> Floats:
    """Draw what of the lids reaches over the lines that were found of them: skin, and the lash line above."""
    above, below = 1 - smooth_step(place.under_lid, 0.1, 0.25), 1 - smooth_step(place.over_lid, 0.0, 0.1)
    skin = cover.bright * np.maximum(above, below)
    lash_line = cover.black * (1 - smooth_step(place.under_lid, 0.0, 0.14))
    lids: Floats = np.maximum(skin, lash_line)
    return lids


def _tinge(light: Floats, place: Place, pupil: Pupil, shape: Floats) -> Floats:
    """Draw ``Matte.tinge``: over a pupil that was not seen, but not over what is brighter than it."""
    inside = smooth_step(pupil.share + 0.14 - place.rho, 0, 0.1) * smooth_step(place.under_lid, 0.0, 0.2)
    if pupil.seen or not (inside > 0.5).any():
        return np.zeros_like(shape)
    bright = smooth_step(light - float(np.median(light[inside > 0.5])), 0.03, 0.12)
    tinge = 0.5 * inside * (1 - shape) * (1 - bright)
    return np.where(tinge < 0.01, 0, tinge).astype(np.float32)


def _shapes(place: Place, outline: Outline, pixel: float) -> tuple[Floats, Floats]:
    """Draw where surely nothing but iris and pupil is, then where they may be; both soft at the borders.

    They differ under the upper lid, whose edge lies in a shadow that the iris shares: color that fades out there
    looks right, and color that ends below it does not.

    Args:
        place: Where the pixels are.
        outline: The borders of the iris.
        pixel: The size of a pixel in iris radii, about.
    """
    borders = draw_borders(place, outline, pixel)
    disc = borders.limbus * borders.lower_lid
    return disc * smooth_step(place.under_lid, 0.0, max(0.16, pixel)), disc * borders.upper_lid
