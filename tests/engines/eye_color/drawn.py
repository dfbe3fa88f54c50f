"""Faces and eyes drawn by our own code, with exact truth."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import Rgb8
from runner.engines.eye_color.eye import Eye, Frame
from runner.engines.eye_color.oklab import linear_from_srgb, srgb_from_linear
from runner.engines.eye_color.types import Floats, Lids

_FINE = 4
SKIN, WHITE, PUPIL = (196, 150, 126), (214, 206, 200), (14, 11, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnEye:
    """What is drawn: middle and radius in pixels, half width and half height of the opening in radii.

    The iris is an ellipse as of a turned head: ``aspect`` is its horizontal half axis over the vertical one, its
    ``radius``. ``gaze`` is how far it lies from the middle of the opening, in radii.
    """

    x: float = 120.3
    y: float = 80.6
    radius: float = 19.4
    pupil: float = 0.36
    opening: tuple[float, float] = (2.3, 0.86)
    iris: tuple[int, int, int] = (92, 58, 36)
    noise: float = 2.0
    aspect: float = 1.0
    gaze: float = 0.0
    size: tuple[int, int] = (160, 240)


def draw_eye(drawn: DrawnEye) -> Rgb8:
    """Draw an eye in linear light with soft borders: skin, lens-shaped opening, iris with rays, pupil, catchlight."""
    rows, columns = (side * _FINE for side in drawn.size)
    y, x = (np.mgrid[0:rows, 0:columns] + 0.5) / _FINE
    u, v = (x - drawn.x) / drawn.radius, (y - drawn.y) / drawn.radius
    half_width, half_height = drawn.opening
    rho = np.hypot(u / drawn.aspect, v)
    picture = np.broadcast_to(_linear(SKIN), (rows, columns, 3)).copy()
    opening = np.abs(v) < half_height * (1 - ((u + drawn.gaze) / half_width) ** 2)
    picture[opening] = _linear(WHITE)
    rays = 1 + 0.25 * np.sin(19 * np.arctan2(v, u)) * (rho < 1)
    iris = opening & (rho < 1)
    picture[iris] = (_linear(drawn.iris) * rays[..., None])[iris]
    picture[opening & (rho < drawn.pupil)] = _linear(PUPIL)
    picture[np.hypot(u - 0.2, v + 0.25) < 0.14] = 1.0
    small = cv2.resize(
        cv2.GaussianBlur(picture, (0, 0), 0.9 * _FINE), drawn.size[::-1], interpolation=cv2.INTER_AREA
    ).astype(np.float32)
    grain = np.random.default_rng(7).normal(0, drawn.noise, small.shape)
    picture_8: Rgb8 = np.clip(srgb_from_linear(small) * 255 + grain, 0, 255).round().astype(np.uint8)
    return picture_8


def draw_share(drawn: DrawnEye) -> Floats:
    """Draw how much of each pixel is visible iris, 0 to 1: exact, but for the fineness of the drawing."""
    fine = 2 * _FINE
    rows, columns = (side * fine for side in drawn.size)
    y, x = (np.mgrid[0:rows, 0:columns] + 0.5) / fine
    u, v = (x - drawn.x) / drawn.radius, (y - drawn.y) / drawn.radius
    half_width, half_height = drawn.opening
    rho = np.hypot(u / drawn.aspect, v)
    iris = (np.abs(v) < half_height * (1 - ((u + drawn.gaze) / half_width) ** 2)) & (rho < 1) & (rho >= drawn.pupil)
    iris &= np.hypot(u - 0.2, v + 0.25) >= 0.14
    blurred = cv2.GaussianBlur(iris.astype(np.float32), (0, 0), 0.9 * fine)
    share: Floats = cv2.resize(blurred, drawn.size[::-1], interpolation=cv2.INTER_AREA).astype(np.float32)
    return share


def eye_of(drawn: DrawnEye, *, off: tuple[float, float, float] = (0.0, 0.0, 1.0)) -> Eye:
    """Tell the engine about a drawn eye as the network would, wrong by ``off``: x, y in radii, factor of radius."""
    unit_px = drawn.radius * off[2]
    half_width, half_height = (value / off[2] for value in drawn.opening)
    columns = np.linspace(-half_width, half_width, 49, dtype=np.float32)
    lid = (half_height * (1 - (columns / half_width) ** 2)).astype(np.float32)
    shift_x, shift_y = np.float32((off[0] + drawn.gaze) / off[2]), np.float32(off[1] / off[2])
    return Eye(
        side="right",
        frame=Frame(
            x_px=drawn.x + off[0] * drawn.radius, y_px=drawn.y + off[1] * drawn.radius, unit_px=unit_px, angle=0.0
        ),
        lids=Lids(columns=columns - shift_x, upper=-lid - shift_y, lower=lid - shift_y),
        blink=0.0,
        look_down=0.0,
    )


def _linear(rgb: tuple[int, int, int]) -> NDArray[np.float32]:
    return linear_from_srgb(np.array(rgb, np.uint8))
