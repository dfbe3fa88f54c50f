"""How a second camera takes a scene: its exposure, white balance, lens and sensor."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import Rgb8


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """What happens to a picture, in this order.

    Attributes:
        blur_px: The standard deviation of a Gaussian.
        gain: Of red, green and blue, on the encoded values.
        gamma: Of the encoded values.
        vignette: How much darker the corners are, 0 to 1.
        noise: The standard deviation of the grain, in levels of 255.
        jpeg_quality: Of saving it in between; 100 leaves that out.
    """

    blur_px: float = 0.0
    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    gamma: float = 1.0
    vignette: float = 0.0
    noise: float = 0.0
    jpeg_quality: int = 100


PLAIN = Light()
DARKER = Light(gain=(0.72, 0.70, 0.71), gamma=1.1, noise=2.0)
WARMER = Light(gain=(1.08, 0.96, 0.78), noise=2.0)
OLD_LENS = Light(vignette=0.35, blur_px=0.5, noise=2.0)
SENT = Light(gain=(0.94, 1.0, 1.06), blur_px=0.6, noise=4.0, jpeg_quality=80)


def take(picture: Rgb8, light: Light, seed: int) -> Rgb8:
    """Take a picture in a light; the grain depends on the seed alone."""
    values = picture.astype(np.float32)
    if light.blur_px:
        values = np.asarray(cv2.GaussianBlur(values, (0, 0), light.blur_px), np.float32)
    lit = 255 * np.clip(values * np.array(light.gain, np.float32) / 255, 0, 1) ** light.gamma
    dimmed = lit * (1 - light.vignette * _corners(picture.shape)[..., None])
    grain = np.random.default_rng([5, seed]).normal(0, 1, values.shape) * light.noise
    return _saved(np.clip(dimmed + grain, 0, 255).round().astype(np.uint8), light.jpeg_quality)


def _corners(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Give the square of the distance from the middle, 1 in the corners."""
    y, x = np.ogrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    corners: NDArray[np.float64] = (x**2 + y**2) / 2
    return corners


def _saved(picture: Rgb8, quality: int) -> Rgb8:
    if quality == 100:
        return picture
    _, code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8)
