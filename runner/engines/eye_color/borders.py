"""Where the pixels around an iris lie to its borders."""

from dataclasses import dataclass

import numpy as np

from runner.engines.eye_color.box import Box, eye_units
from runner.engines.eye_color.cover import smooth_step
from runner.engines.eye_color.eye import Eye
from runner.engines.eye_color.limbus_edge import find_limbus_edge
from runner.engines.eye_color.types import Floats, Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where each pixel of a box is, in iris radii.

    Attributes:
        rho: Distance from the middle, 1 at the limbus.
        beyond: Distance outside the border of the iris as the pixels show it.
        under_lid, over_lid: Distances below the upper and above the lower lid.
    """

    rho: Floats
    beyond: Floats
    under_lid: Floats
    over_lid: Floats


def find_place(linear: Floats, box: Box, eye: Eye, outline: Outline) -> Place:
    """Measure where the pixels of a box are.

    Args:
        linear: Its part of the photo, linear sRGB 0 to 1, shape (rows, columns, 3).
        box: In the photo.
        eye: Whose iris it is.
        outline: The borders of the iris.
    """
    x, y = eye_units(box, eye)
    limbus, lids = outline.limbus, outline.lids
    across, down = (x - limbus.x) / (limbus.radius * limbus.aspect), (y - limbus.y) / limbus.radius
    rho = np.hypot(across, down).astype(np.float32)
    under = ((y - np.interp(x, lids.columns, lids.upper)) / limbus.radius).astype(np.float32)
    over = ((np.interp(x, lids.columns, lids.lower) - y) / limbus.radius).astype(np.float32)
    direction = across / np.maximum(rho, 1e-3)
    visible = (under > 0.1) & (over > 0.1)
    edge = find_limbus_edge(linear[..., 0], rho, direction, visible, limbus.radius * eye.frame.unit_px)
    return Place(rho=rho, beyond=rho - 1 - edge.shift(direction), under_lid=under, over_lid=over)


@dataclass(frozen=True, slots=True, kw_only=True)
class Borders:
    """How far each pixel lies inside each border that bounds where iris may be: 0 outside, 1 inside."""

    limbus: Floats
    upper_lid: Floats
    lower_lid: Floats


def draw_borders(place: Place, outline: Outline, pixel: float) -> Borders:
    """Draw each border as soft as it is; ``pixel`` is the size of a pixel in iris radii, about."""
    blur = outline.limbus.blur / outline.limbus.radius
    # Some standard deviations hold nearly all of a blurred border, and end it.
    soft = max(1.6 * blur, 0.6 * pixel)
    return Borders(
        limbus=smooth_step(-place.beyond, -soft, soft),
        upper_lid=smooth_step(place.under_lid, -0.16, max(0.08, pixel)),
        lower_lid=smooth_step(place.over_lid, -0.05, max(0.07, 1.2 * pixel)),
    )
