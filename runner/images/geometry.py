"""Sizes and boxes that tools will give, known before any pixel is read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal, TypeAlias

from runner.core.artifact import Size

Fit: TypeAlias = Literal["inside", "cover", "stretch"]

_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)\s*(px|%)?")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of whole pixels; right and bottom are the first column and row outside."""

    left_px: int
    top_px: int
    right_px: int
    bottom_px: int

    @property
    def size(self) -> Size:
        return Size(self.right_px - self.left_px, self.bottom_px - self.top_px)


def length_px(value: str | int | Decimal, whole_px: int) -> Decimal:
    """Read ``6``, ``6px`` or ``2%`` of a whole.

    Raises:
        ValueError: it is none of them.
    """
    match = _LENGTH.fullmatch(str(value).strip())
    if match is None or isinstance(value, bool):
        raise ValueError(f"a length in pixels or in percent, such as 6, 6px or 2%, not '{value}'")
    number = Decimal(match[1])
    return number * whole_px / 100 if match[2] == "%" else number


@lru_cache(maxsize=1024)  # a batch asks for every photo, and most have one of a few sizes
def resized_size(size: Size, width: int | None, height: int | None, fit: Fit) -> Size:
    """Say what size ``image/resize`` gives.

    ``inside``: the largest of the same shape that fits into the box. ``cover`` and ``stretch``: exactly the box. With
    one side alone the other follows, whatever ``fit`` says. Sides are rounded half up, at least 1 px.

    Raises:
        ValueError: neither side is given, or one is not positive.
    """
    sides = [side for side in (width, height) if side is not None]
    if not sides or min(sides) < 1:
        raise ValueError("'width' or 'height' or both, in pixels, at least 1")
    if width is not None and height is not None and fit != "inside":
        return Size(width, height)
    scale = min(
        Decimal(width) / size.width_px if width is not None else Decimal("Infinity"),
        Decimal(height) / size.height_px if height is not None else Decimal("Infinity"),
    )
    return Size(max(1, round_px(size.width_px * scale)), max(1, round_px(size.height_px * scale)))


def cover_box(size: Size, target: Size) -> Box:
    """Say which centered part of a picture has the shape of ``target``."""
    scale = min(Decimal(size.width_px) / target.width_px, Decimal(size.height_px) / target.height_px)
    width = min(size.width_px, max(1, round_px(target.width_px * scale)))
    height = min(size.height_px, max(1, round_px(target.height_px * scale)))
    left, top = (size.width_px - width) // 2, (size.height_px - height) // 2
    return Box(left, top, left + width, top + height)


def crop_box(size: Size, rect: Sequence[str | int | Decimal]) -> Box:
    """Say which pixels ``image/crop`` keeps: x, y, width, height; percent is of the picture's width or height.

    The borders are rounded half up, and cut where they leave the picture.

    Raises:
        ValueError: not four lengths, or nothing of the picture is inside.
    """
    if len(rect) != 4:
        raise ValueError("four lengths: x, y, width, height")
    x, width = length_px(rect[0], size.width_px), length_px(rect[2], size.width_px)
    y, height = length_px(rect[1], size.height_px), length_px(rect[3], size.height_px)
    left, right = max(0, round_px(x)), min(size.width_px, round_px(x + width))
    top, bottom = max(0, round_px(y)), min(size.height_px, round_px(y + height))
    if left >= right or top >= bottom:
        raise ValueError(f"nothing of the picture of {size} px is inside the rectangle")
    return Box(left, top, right, bottom)


def cropped_size(size: Size, rect: Sequence[str | int | Decimal]) -> Size:
    """Say what size ``image/crop`` gives; see `crop_box`."""
    return crop_box(size, rect).size


def round_px(length: Decimal) -> int:
    """Round half up, so that neighboring rectangles meet without a gap."""
    return int(length.to_integral_value(ROUND_HALF_UP))
