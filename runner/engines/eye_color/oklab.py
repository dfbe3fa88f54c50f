"""sRGB, linear light and OKLab.

References:
    IEC 61966-2-1 (sRGB); Björn Ottosson, "A perceptual color space for image processing", 2020.
"""

import numpy as np
from numpy.typing import NDArray

from runner.engines.eye_color.types import Flags, Floats

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB = np.linalg.inv(_TO_LAB)
_FROM_CONES = np.linalg.inv(_TO_CONES)


def linear_from_srgb(encoded: NDArray[np.uint8] | Floats) -> Floats:
    """Decode sRGB, 8-bit (0 to 255) or float (0 to 1), any shape, to linear light 0 to 1."""
    if encoded.dtype == np.uint8:
        return _DECODED[encoded]
    return _decode(np.clip(encoded, 0, 1).astype(np.float32))


def srgb_from_linear(linear: Floats) -> Floats:
    """Encode linear light, clipped to 0 to 1, as sRGB 0 to 1; any shape."""
    clipped = np.clip(linear, 0, 1)
    encoded: Floats = np.where(
        clipped <= 0.0031308, clipped * 12.92, 1.055 * np.power(clipped, 1 / 2.4) - 0.055
    ).astype(np.float32)
    return encoded


def oklab_from_linear(linear: Floats) -> Floats:
    """Convert linear sRGB, shape (..., 3), to OKLab: L 0 to 1, a and b about -0.4 to 0.4."""
    cones = np.cbrt(np.maximum(linear, 0) @ _TO_CONES.T)
    lab: Floats = (cones @ _TO_LAB.T).astype(np.float32)
    return lab


def linear_from_oklab(lab: Floats) -> Floats:
    """Convert OKLab, shape (..., 3), to linear sRGB; values outside 0 to 1 are outside the gamut."""
    cones = lab @ _FROM_LAB.T
    linear: Floats = (cones**3 @ _FROM_CONES.T).astype(np.float32)
    return linear


def into_gamut(lab: Floats) -> Floats:
    """Reduce chroma at constant lightness and hue, until every color, shape (..., 3), is in the sRGB gamut.

    Twelve halvings find the share of chroma to keep to within 1/4096.
    """
    light = np.clip(lab[..., :1], 0, 1)
    keep = np.zeros_like(light)
    step = 0.5
    whole = _in_gamut(np.concatenate([light, lab[..., 1:]], axis=-1))[..., None]
    for _ in range(12):
        trial = keep + step
        fits = _in_gamut(np.concatenate([light, lab[..., 1:] * trial], axis=-1))[..., None]
        keep = np.where(fits, trial, keep)
        step /= 2
    keep = np.where(whole, 1.0, keep)
    mapped: Floats = np.concatenate([light, lab[..., 1:] * keep], axis=-1).astype(np.float32)
    return mapped


def _in_gamut(lab: Floats) -> Flags:
    linear = linear_from_oklab(lab)
    fits: Flags = np.all((linear >= -1e-4) & (linear <= 1 + 1e-4), axis=-1)
    return fits


def _decode(encoded: Floats) -> Floats:
    linear: Floats = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4).astype(
        np.float32
    )
    return linear


_DECODED = _decode((np.arange(256) / 255).astype(np.float32))
