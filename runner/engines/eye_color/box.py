"""The rectangle of a photo around an iris."""

from dataclasses import dataclass

import numpy as np

from runner.engines.base import Rgb8
from runner.engines.eye_color.eye import Eye
from runner.engines.eye_color.types import Floats, Limbus

_REACH = 1.35
"""Half side of the rectangle, in iris radii."""


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


def box_around(photo: Rgb8, eye: Eye, limbus: Limbus) -> Box:
    """Choose the pixels of an iris and of its surroundings, as far as the photo goes."""
    x, y = eye.frame.to_photo(limbus.x, limbus.y)
    reach = _REACH * limbus.radius * eye.frame.unit_px + 2
    rows, columns = photo.shape[:2]
    top, left = (min(max(int(v - reach), 0), n) for v, n in ((y, rows), (x, columns)))
    bottom, right = (min(max(int(v + reach) + 1, 0), n) for v, n in ((y, rows), (x, columns)))
    return Box(top, bottom, left, right)


def eye_units(box: Box, eye: Eye) -> tuple[Floats, Floats]:
    """Give x and y of the middle of each pixel in eye units, each in the shape of the box."""
    columns = np.arange(box.left, box.right, dtype=np.float32) + 0.5
    rows = np.arange(box.top, box.bottom, dtype=np.float32) + 0.5
    x, y = np.meshgrid(columns, rows)
    return eye.frame.to_units(x, y)
