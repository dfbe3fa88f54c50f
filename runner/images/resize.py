"""Scaling in linear light."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from runner.core.artifact import Size
from runner.images.geometry import Box
from runner.images.photo import Photo

_FINE = 2**16


def resize(photo: Photo, size: Size) -> Photo:
    """Scale a photo with a Lanczos window of three lobes, in linear light and with premultiplied alpha.

    The sRGB curve stands for the curve of any profile: it decides only how neighboring levels are averaged, flat areas
    keep their level exactly. The same size gives the same photo.

    References:
        IEC 61966-2-1, the sRGB curve. Porter and Duff, "Compositing Digital Images", SIGGRAPH 1984.
    """
    if size == photo.size:
        return photo
    if photo.alpha is None:
        channels = [_encode(_scaled(_decoded()[photo.pixels[:, :, band]], size)) for band in range(3)]
        return replace(photo, pixels=np.stack(channels, axis=2))
    opacity = photo.alpha.astype(np.float32) / np.float32(255)
    covered = _scaled(opacity, size)  # goes a little below 0 and above 1 beside edges, as light does
    visible = covered > 0.5 / 255
    channels = []
    for band in range(3):
        light = _scaled(_decoded()[photo.pixels[:, :, band]] * opacity, size)
        channels.append(_encode(np.divide(light, covered, out=np.zeros_like(covered), where=visible)))
    alpha = np.rint(np.clip(covered, 0, 1) * 255).astype(np.uint8)
    return replace(photo, pixels=np.stack(channels, axis=2), alpha=alpha)


def crop(photo: Photo, box: Box) -> Photo:
    """Cut a box out of a photo; its pixels are bit-identical."""
    part = (slice(box.top_px, box.bottom_px), slice(box.left_px, box.right_px))
    alpha = None if photo.alpha is None else np.ascontiguousarray(photo.alpha[part])
    return replace(photo, pixels=np.ascontiguousarray(photo.pixels[part]), alpha=alpha)


def _scaled(samples: NDArray[np.floating], size: Size) -> NDArray[np.float32]:
    image = Image.fromarray(samples).resize((size.width_px, size.height_px), Image.Resampling.LANCZOS)
    return np.asarray(image, np.float32)


@lru_cache(maxsize=1)
def _decoded() -> NDArray[np.float32]:
    """Tabulate linear light of the 256 levels."""
    return _linear(np.arange(256) / 255).astype(np.float32)


@lru_cache(maxsize=1)
def _encoded() -> NDArray[np.uint8]:
    """Tabulate the level of linear light in steps fine enough for the darkest levels."""
    light = np.arange(_FINE) / (_FINE - 1)
    encoded: NDArray[np.float64] = np.where(
        light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055
    )
    levels: NDArray[np.uint8] = np.rint(encoded * 255).astype(np.uint8)
    return levels


def _linear(encoded: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def _encode(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    steps = np.rint(np.clip(light, 0, 1) * (_FINE - 1)).astype(np.uint16)
    return np.take(_encoded(), steps)
