"""Whether there is anything to see in a picture."""

import numpy as np

from runner.images.color import to_srgb
from runner.images.lab import lightness_from_srgb
from runner.images.photo import Mask8, Photo, Rgb8

_STRIP_PX = 500_000


def contrast(photo: Photo) -> float:
    """Give the standard deviation of lightness, CIELAB L* stretched to 0 to 255; 0 for a picture of one tone.

    A picture with transparency is laid over black and over white, and the stronger contrast counts: a white mark on
    nothing is not blank, and nothing at all is.
    """
    pixels = to_srgb(photo)
    if photo.alpha is None:
        return _spread(pixels, None, 0)
    return max(_spread(pixels, photo.alpha, backdrop) for backdrop in (0, 255))


def _spread(pixels: Rgb8, alpha: Mask8 | None, backdrop: int) -> float:
    """Sums are taken of the differences to the first pixel, so that they do not cancel to noise for one tone."""
    total, squares, first = 0.0, 0.0, None
    step = max(1, _STRIP_PX // pixels.shape[1])
    for top in range(0, len(pixels), step):
        rows = slice(top, top + step)
        strip = pixels[rows] if alpha is None else _over(pixels[rows], alpha[rows], backdrop)
        lightness = lightness_from_srgb(strip) * 2.55
        first = float(lightness[0, 0]) if first is None else first
        total += float((lightness - first).sum())
        squares += float(np.square(lightness - first).sum())
    count = pixels.shape[0] * pixels.shape[1]
    return float(np.sqrt(max(0.0, squares / count - (total / count) ** 2)))


def _over(pixels: Rgb8, alpha: Mask8, backdrop: int) -> Rgb8:
    share = alpha[:, :, None].astype(np.uint16)
    return ((pixels * share + backdrop * (255 - share) + 127) // 255).astype(np.uint8)
