"""The light of a photo on a subject from another."""

import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Rgb

_NORM = 4.0
_SHARE = 0.5
_MOST_GAIN = 1.35
_MOST_CAST = 1.12


def light_of(colors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Estimate the color and strength of a picture's light from its colors.

    Args:
        colors: sRGB in [0, 255], shape (count, 3).

    Returns:
        Red, green and blue in linear light.

    References:
        Finlayson and Trezzi, "Shades of Gray and Colour Constancy", Color Imaging Conference 2004.
    """
    return np.asarray(np.mean(_to_linear(colors) ** _NORM, axis=0) ** (1 / _NORM) + 1e-4, np.float64)


def relight(pixels: Rgb, light: NDArray[np.float64], wanted: NDArray[np.float64]) -> Rgb:
    """Bring a subject half of the way from its own light to another, the color of the light only a little."""
    gain = (wanted / light) ** _SHARE
    strength = float(np.clip(np.exp(np.log(gain).mean()), 1 / _MOST_GAIN, _MOST_GAIN))
    cast = np.clip(gain / np.exp(np.log(gain).mean()), 1 / _MOST_CAST, _MOST_CAST)
    return _to_srgb(_to_linear(pixels) * strength * cast)


def _to_linear(colors: NDArray[np.floating]) -> NDArray[np.float64]:
    share = np.clip(np.asarray(colors, np.float64) / 255.0, 0, 1)
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def _to_srgb(linear: NDArray[np.float64]) -> Rgb:
    share = np.clip(linear, 0, 1)
    coded = np.where(share <= 0.0031308, 12.92 * share, 1.055 * share ** (1 / 2.4) - 0.055)
    return np.asarray(255.0 * coded, np.float32)
