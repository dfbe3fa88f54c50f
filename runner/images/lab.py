"""From sRGB to CIELAB, relative to D65."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_TO_WHITE = _TO_XYZ / _TO_XYZ.sum(axis=1, keepdims=True)  # the rounded matrix would tint white


def lab_from_srgb(pixels: ArrayLike) -> NDArray[np.float64]:
    """Convert colors.

    Args:
        pixels: sRGB, integers 0 to 255, shape (..., 3).

    Returns:
        L* from 0 to 100, a* and b*; shape (..., 3).

    References:
        IEC 61966-2-1:1999 (sRGB to XYZ); CIE 015:2018, 8.2.1 (XYZ to L*a*b*).
    """
    x, y, z = np.moveaxis(_cube_root(_linear(pixels) @ _TO_WHITE.T), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def lightness_from_srgb(pixels: ArrayLike) -> NDArray[np.float64]:
    """Give L* from 0 to 100, shape (...); see `lab_from_srgb`."""
    return np.asarray(116 * _cube_root(_linear(pixels) @ _TO_WHITE[1]) - 16)


def _linear(pixels: ArrayLike) -> NDArray[np.float64]:
    encoded = np.arange(256) / 255
    table = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return table[np.asarray(pixels, np.uint8)]


def _cube_root(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """The function f of CIELAB: a cube root with a straight toe."""
    root, toe = np.cbrt(share), share <= (6 / 29) ** 3
    root[toe] = share[toe] * (841 / 108) + 4 / 29
    return root
