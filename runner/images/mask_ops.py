"""Operations on masks, exact in Euclidean distance."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from runner.images.geometry import length_px
from runner.images.photo import Mask8

_STRIP_ROWS = 1024
_HALF = 128


def apply_op(mask: Mask8, op: str, amount: str = "") -> Mask8:
    """Apply one operation of a recipe's ``ops``.

    Operations are ``grow``, ``shrink`` and ``feather`` with a length (``6``, ``6px``, or ``2%`` of the shorter side),
    ``threshold`` with a share (``50%``), ``invert`` and ``fill_holes``, for which the amount is ignored.

    Raises:
        ValueError: no such operation, or a wrong amount.
    """
    if op not in _OPERATIONS:
        raise ValueError(f"no such operation '{op}': one of {', '.join(_OPERATIONS)}")
    return _OPERATIONS[op](mask, amount)


def grow(mask: Mask8, radius_px: float) -> Mask8:
    """Give every pixel the highest level within a distance, from center to center.

    So the border of each level moves outwards by the radius, and soft borders keep their softness. A pixel
    beyond the picture has no level: a white area does not grow in from there.
    """
    box = _around(mask > 0, radius_px)
    grown = np.zeros_like(mask)
    part = mask[box]
    has_one_level = bool(((part == 0) | (part == part.max(initial=0))).all())
    grown[box] = _grown_hard(part, radius_px) if has_one_level else _grown_soft(part, radius_px)
    return grown


def shrink(mask: Mask8, radius_px: float) -> Mask8:
    """Give every pixel the lowest level within a distance; the picture's own edge takes nothing away."""
    return ~grow(~mask, radius_px)


def feather(mask: Mask8, width_px: float) -> Mask8:
    """Soften borders over a width, half of it to each side.

    A Gaussian of a quarter of the width as standard deviation, cut off at two deviations: along rows and columns
    nothing farther than half the width from a border changes. The picture's own edge is not softened.
    """
    if width_px <= 0:
        return mask.copy()
    reach_px = int(np.ceil(width_px / 2))
    box = _around(mask > 0, reach_px)
    softened = np.zeros_like(mask)
    part = mask[box].astype(np.float32)
    softened[box] = np.rint(ndimage.gaussian_filter(part, width_px / 4, mode="nearest", radius=reach_px))
    return softened


def threshold(mask: Mask8, share: float) -> Mask8:
    """Make white what has at least a share of full white, and black the rest; a share of 0 makes all white."""
    return np.where(mask >= share * 255, np.uint8(255), np.uint8(0))


def fill_holes(mask: Mask8) -> Mask8:
    """Make white the dark areas (levels below 128) that bright ones surround; diagonal neighbors close a ring."""
    areas, _ = ndimage.label(mask < _HALF)
    edge = np.concatenate([areas[0], areas[-1], areas[:, 0], areas[:, -1]])
    open_areas = np.zeros(int(areas.max()) + 1, np.bool_)
    open_areas[edge] = True
    open_areas[0] = True  # label 0 is the bright part
    return np.where(open_areas[areas], mask, np.uint8(255))


def _around(inside: NDArray[np.bool_], margin_px: float) -> tuple[slice, slice]:
    """Give the rows and columns of everything inside, with a margin, cut at the picture."""
    margin = int(np.ceil(margin_px)) + 1
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not rows.size:
        return slice(0, 0), slice(0, 0)
    return (
        slice(max(0, int(rows[0]) - margin), int(rows[-1]) + margin + 1),
        slice(max(0, int(columns[0]) - margin), int(columns[-1]) + margin + 1),
    )


def _grown_hard(mask: Mask8, radius_px: float) -> Mask8:
    """Grow a mask of one level and black by its distance transform, a strip of rows at a time to spare memory."""
    margin = int(np.ceil(radius_px))
    dark = mask == 0
    grown = np.zeros_like(mask)
    for top in range(0, len(mask), _STRIP_ROWS):
        first, end = max(0, top - margin), min(len(mask), top + _STRIP_ROWS)
        strip = dark[first : end + margin]
        if not strip.all():
            near = ndimage.distance_transform_edt(strip)[top - first :][: end - top] <= radius_px
            grown[top:end][near] = mask.max()
    return grown


def _grown_soft(mask: Mask8, radius_px: float) -> Mask8:
    """Grow every level at once: the disc is a stack of rows, and the highest level along a row is a fast filter."""
    margin = min(int(radius_px), len(mask) - 1)
    grown = mask.copy()
    for step in range(-margin, margin + 1):
        half_px = int(np.sqrt(radius_px**2 - step**2) + 1e-9)
        source = mask[max(0, step) : len(mask) + min(0, step)]
        target = grown[max(0, -step) : len(mask) + min(0, -step)]
        np.maximum(target, ndimage.maximum_filter1d(source, 2 * half_px + 1, axis=1, mode="nearest"), out=target)
    return grown


def _by_length(operation: Callable[[Mask8, float], Mask8]) -> Callable[[Mask8, str], Mask8]:
    def apply(mask: Mask8, amount: str) -> Mask8:
        length = float(length_px(amount, min(mask.shape)))
        if length < 0:
            raise ValueError(f"a length of 0 or more, not '{amount}'")
        return operation(mask, length)

    return apply


def _threshold(mask: Mask8, amount: str) -> Mask8:
    if not amount.endswith("%"):
        raise ValueError(f"a share of full white such as 50%, not '{amount}'")
    return threshold(mask, float(length_px(amount, 1)))


_OPERATIONS: dict[str, Callable[[Mask8, str], Mask8]] = {
    "grow": _by_length(grow),
    "shrink": _by_length(shrink),
    "feather": _by_length(feather),
    "threshold": _threshold,
    "invert": lambda mask, _amount: ~mask,
    "fill_holes": lambda mask, _amount: fill_holes(mask),
}
