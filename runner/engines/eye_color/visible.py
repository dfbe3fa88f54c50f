"""Where an iris is seen, whatever lies on it."""

from dataclasses import dataclass

from runner.engines.base import Rgb8
from runner.engines.eye_color.borders import draw_borders, find_place
from runner.engines.eye_color.box import Box, box_around
from runner.engines.eye_color.eye import Eye
from runner.engines.eye_color.oklab import linear_from_srgb
from runner.engines.eye_color.types import Floats, Outline


@dataclass(frozen=True, slots=True)
class VisibleIris:
    """Where an iris and its pupil are seen, with whatever lies on them.

    Attributes:
        share: How much of each pixel of the box, 0 to 1; half on a border.
    """

    box: Box
    share: Floats


def draw_visible(photo: Rgb8, eye: Eye, outline: Outline) -> VisibleIris:
    """Draw what the lids leave open of an iris, with pupil, catchlights and lashes: never less than ``Matte.alpha``."""
    box = box_around(photo, eye, outline.limbus)
    place = find_place(linear_from_srgb(box.of(photo)), box, eye, outline)
    borders = draw_borders(place, outline, 1 / eye.frame.unit_px)
    return VisibleIris(box, borders.limbus * borders.lower_lid * borders.upper_lid)
