"""Drawn masks: a pixel is white where its center lies inside the shape."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from runner.core.artifact import Size
from runner.images.geometry import length_px
from runner.images.photo import Mask8

ShapeKind: TypeAlias = Literal["rect", "ellipse", "polygon"]
Length: TypeAlias = str | int | Decimal
ShapeValues: TypeAlias = Sequence[Length] | Sequence[Sequence[Length]]
"""x, y, width, height of a rectangle or of the box around an ellipse; or the points of a polygon."""

_WHITE = np.uint8(255)


def draw_shape(kind: ShapeKind, values: ShapeValues, size: Size) -> Mask8:
    """Draw a hard-edged shape; parts outside the picture are cut off.

    Values are pixels from the upper left corner of the picture, or percent of its width (x, width) or height.

    Returns:
        Shape (rows, columns), 0 or 255. A polygon that crosses itself is filled by the even-odd rule.

    Raises:
        ValueError: too few numbers, or one that is no length.
    """
    if kind == "polygon":
        return _polygon([_point(point, size) for point in cast("Sequence[Sequence[Length]]", values)], size)
    if len(values) != 4:
        raise ValueError("four lengths: x, y, width, height")
    left, top, width, height = cast("Sequence[Length]", values)
    x, y = (float(length_px(left, size.width_px)), float(length_px(top, size.height_px)))
    right = float(length_px(left, size.width_px) + length_px(width, size.width_px))
    bottom = float(length_px(top, size.height_px) + length_px(height, size.height_px))
    columns, rows = np.arange(size.width_px) + 0.5, np.arange(size.height_px) + 0.5
    if kind == "rect":
        inside = ((rows >= y) & (rows < bottom))[:, None] & ((columns >= x) & (columns < right))[None, :]
    else:
        inside = _inside_ellipse(rows, columns, (x, y, right, bottom))
    return inside * _WHITE


def _inside_ellipse(
    rows: NDArray[np.floating], columns: NDArray[np.floating], box: tuple[float, float, float, float]
) -> NDArray[np.bool_]:
    left, top, right, bottom = box
    if right <= left or bottom <= top:
        return np.zeros((len(rows), len(columns)), np.bool_)
    across = ((2 * columns - left - right) / (right - left)) ** 2
    down = ((2 * rows - top - bottom) / (bottom - top)) ** 2
    return across[None, :] + down[:, None] <= 1


def _point(point: Sequence[Length], size: Size) -> tuple[float, float]:
    if len(point) != 2:
        raise ValueError("each point is [x, y]")
    return float(length_px(point[0], size.width_px)), float(length_px(point[1], size.height_px))


def _polygon(points: list[tuple[float, float]], size: Size) -> Mask8:
    if len(points) < 3:
        raise ValueError("a polygon has three points or more")
    start, end = np.array(points), np.roll(points, -1, axis=0)
    mask = np.zeros((size.height_px, size.width_px), np.uint8)
    first, last = max(0, int(start[:, 1].min()) - 1), min(size.height_px, int(start[:, 1].max()) + 2)
    for row in range(first, last):
        y = row + 0.5
        crossed = (start[:, 1] <= y) != (end[:, 1] <= y)
        (x0, y0), (x1, y1) = start[crossed].T, end[crossed].T
        borders = np.sort(x0 + (y - y0) * (x1 - x0) / (y1 - y0))
        # The first pixel whose center is at or right of a border; pairs of borders bound the inside.
        for left, right in np.ceil(np.clip(borders, 0, size.width_px) - 0.5).astype(int).reshape(-1, 2):
            mask[row, left:right] = _WHITE
    return mask
