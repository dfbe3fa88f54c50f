"""The CIEDE2000 difference of many colors at once."""

from math import pi, radians
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

_Floats: TypeAlias = NDArray[np.float32]

_25_TO_THE_7 = 25.0**7


def ciede2000(one: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.float32]:
    """Give the difference of colors, pair by pair: 0 is the same color, about 1 is just seen, 25 is another color.

    Args:
        one: CIELAB, shape (..., 3).
        other: Likewise, of the same shape.

    Returns:
        Shape (...); computed in single precision, which is right to 0.001.

    References:
        CIE 142-2001; Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula", Color Research and
        Application 30(1), 2005, whose equations are numbered here.
    """
    l1, a1, b1 = _planes(one)
    l2, a2, b2 = _planes(other)
    gray_gain = 0.5 * (1 - _saturation((_length(a1, b1) + _length(a2, b2)) / 2))  # (4)
    a1, a2 = a1 * (1 + gray_gain), a2 * (1 + gray_gain)  # (5)
    c1, c2 = _length(a1, b1), _length(a2, b2)  # (6)
    h1, h2 = _hue(a1, b1), _hue(a2, b2)  # (7)
    turn = np.where(c1 * c2 == 0, 0, _wrapped(h2 - h1))  # (10)
    d_lightness, d_chroma = l2 - l1, c2 - c1  # (8), (9)
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(turn / 2)  # (11)
    lightness, chroma, hue = (l1 + l2) / 2, (c1 + c2) / 2, _mean_hue(h1, h2, c1 * c2)  # (12) to (14)
    tint = (
        1
        - 0.17 * np.cos(hue - radians(30))
        + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + radians(6))
        - 0.20 * np.cos(4 * hue - radians(63))
    )  # (15)
    blue = radians(60) * np.exp(-(((np.degrees(hue) - 275) / 25) ** 2))  # (16), twice
    rotation = -2 * _saturation(chroma) * np.sin(blue)  # (17), (21)
    offset = (lightness - 50) ** 2
    by_lightness = d_lightness / (1 + 0.015 * offset / np.sqrt(20 + offset))  # (18)
    by_chroma = d_chroma / (1 + 0.045 * chroma)  # (19)
    by_hue = d_hue / (1 + 0.015 * chroma * tint)  # (20)
    squared = by_lightness**2 + by_chroma**2 + by_hue**2 + rotation * by_chroma * by_hue  # (22)
    return np.asarray(np.sqrt(np.maximum(squared, 0)), np.float32)


def _planes(colors: NDArray[np.floating]) -> _Floats:
    return np.ascontiguousarray(np.moveaxis(colors, -1, 0), np.float32)


def _length(a: _Floats, b: _Floats) -> _Floats:
    return np.asarray(np.sqrt(a * a + b * b), np.float32)


def _saturation(chroma: NDArray[np.floating]) -> _Floats:
    power = chroma**7
    return np.asarray(np.sqrt(power / (power + _25_TO_THE_7)), np.float32)


def _hue(a: _Floats, b: _Floats) -> _Floats:
    """Give an angle from 0 to 2π."""
    angle = np.arctan2(b, a)
    return np.asarray(np.where(angle < 0, angle + 2 * pi, angle), np.float32)


def _wrapped(turn: _Floats) -> _Floats:
    """Give the shorter way around the circle, -π to π."""
    return np.asarray(np.where(turn > pi, turn - 2 * pi, np.where(turn < -pi, turn + 2 * pi, turn)), np.float32)


def _mean_hue(h1: _Floats, h2: _Floats, product: _Floats) -> _Floats:
    total = h1 + h2
    around = np.where(total < 2 * pi, total + 2 * pi, total - 2 * pi)
    mean = np.where(np.abs(h1 - h2) <= pi, total, around) / 2
    return np.asarray(np.where(product == 0, total, mean), np.float32)
