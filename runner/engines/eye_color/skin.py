"""Compare the skin around an eye with that of the cheek: a lens, tinted or mirroring, lies between them."""

from dataclasses import dataclass

import cv2
import numpy as np

from runner.engines.base import Rgb8
from runner.engines.eye_color.eye import Frame
from runner.engines.eye_color.oklab import linear_from_srgb, oklab_from_linear
from runner.engines.eye_color.types import Floats, Lids, Limbus

_SAMPLES = (15, 25)
"""Rows and columns of places that are looked at in each field."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A level rectangle of a face, in eye units: where its middle is, and half of its width and height."""

    x: float
    y: float
    half_width: float
    half_height: float


def strangeness_of_skin(photo: Rgb8, frame: Frame, lids: Lids, limbus: Limbus) -> float:
    """Tell how far the tint below the eye is from the tint of the cheek.

    Tint is OKLab a and b over L, which shadow leaves as it is: up to 0.05 on bare skin, 0.06 and more under lenses.

    Args:
        photo: sRGB, shape (rows, columns, 3).
        frame: Of the eye.
        lids: As they were found.
        limbus: Likewise.

    Returns:
        The distance of the two tints; 0 where the photo ends above the cheek, which says nothing.
    """
    lower = float(np.interp(limbus.x, lids.columns, lids.lower))
    below = _tint(photo, frame, _Field(limbus.x, lower + 0.65, 1.3, 0.3))
    cheek = _tint(photo, frame, _Field(limbus.x, limbus.y + 3.9, 1.5, 0.7))
    return 0.0 if below is None or cheek is None else float(np.hypot(*(below - cheek)))


def _tint(photo: Rgb8, frame: Frame, field: _Field) -> Floats | None:
    """Give the median tint of a field, shape (2,); None where its middle lies outside the photo."""
    rows, columns = photo.shape[:2]
    x, y = frame.to_photo(field.x, field.y)
    if not (0 <= x < columns and 0 <= y < rows):
        return None
    lab = oklab_from_linear(linear_from_srgb(_sample(photo, frame, field)))
    light, a, b = np.median(lab.reshape(-1, 3), axis=0)
    return np.array([a, b], np.float32) / max(float(light), 0.05)


def _sample(photo: Rgb8, frame: Frame, field: _Field) -> Rgb8:
    down, across = (np.linspace(-1, 1, count) for count in _SAMPLES)
    x, y = np.meshgrid(field.x + field.half_width * across, field.y + field.half_height * down)
    cos, sin = np.cos(frame.angle), np.sin(frame.angle)
    map_x = (frame.x_px + frame.unit_px * (cos * x - sin * y) - 0.5).astype(np.float32)
    map_y = (frame.y_px + frame.unit_px * (sin * x + cos * y) - 0.5).astype(np.float32)
    sampled = cv2.remap(photo, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return sampled.astype(np.uint8)
