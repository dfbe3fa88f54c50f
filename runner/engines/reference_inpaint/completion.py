"""Fill a hole from patches, coarse to fine."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Bits, Rgb, shrink
from runner.engines.reference_inpaint.patches import (
    RADIUS_PX,
    Index,
    Search,
    Sources,
    offsets,
    random_partners,
    refine,
    start_search,
)
from runner.engines.reference_inpaint.smooth import pull_push

_LARGEST_HOLE = 14000
_COARSEST_DEPTH_PX = 5.0
_SMALLEST_SIDE = 24
_PAD = RADIUS_PX + 1
_INWARD = 1.25


@dataclass(frozen=True, slots=True)
class Swatch:
    """A picture that patches may come from, and which of its pixels are fit for that."""

    pixels: Rgb
    usable: Bits


@dataclass(frozen=True, slots=True)
class _Level:
    image: Rgb
    hole: Bits
    swatches: list[Swatch]


def complete(image: Rgb, hole: Bits, swatches: list[Swatch], *, start: Rgb | None = None) -> Rgb:
    """Fill a hole so that each patch in it looks like some patch of the sources.

    Args:
        image: What surrounds the hole.
        hole: What to fill; nothing outside it may be unknown.
        swatches: The sources, most trusted first.
        start: A first guess of the hole's content; without one it is spread from the border.

    Returns:
        The picture with the hole filled. Without a single usable source patch the hole is spread from its border.

    References:
        Wexler, Shechtman and Irani, "Space-Time Completion of Video", PAMI 2007.
        Newson et al., "Non-Local Patch-Based Image Inpainting", IPOL 2017.
    """
    guess = np.where(hole[..., None], start if start is not None else _spread(image, hole), image).astype(np.float32)
    scale = min(1.0, float(np.sqrt(_LARGEST_HOLE / max(1, hole.sum()))))
    levels = _pyramid(guess, hole, swatches, scale)
    if not all(_sources(level).usable.any() for level in levels):
        return _spread(image, hole)
    search = _descend(levels)
    if scale >= 1.0:
        filled = search.image[_PAD:-_PAD, _PAD:-_PAD]
        return np.where(hole[..., None], filled, image).astype(np.float32)
    return _enlarge(guess, hole, swatches, levels[-1], search)


def _spread(image: Rgb, hole: Bits) -> Rgb:
    return np.where(hole[..., None], pull_push(image, (~hole).astype(np.float32)), image).astype(np.float32)


def _pyramid(image: Rgb, hole: Bits, swatches: list[Swatch], scale: float) -> list[_Level]:
    """Halve until the hole is a few pixels deep; coarsest first."""
    levels = [_scaled(image, hole, swatches, scale)]
    while _depth_px(levels[0].hole) > _COARSEST_DEPTH_PX and min(levels[0].hole.shape) >= 2 * _SMALLEST_SIDE:
        scale *= 0.5
        levels.insert(0, _scaled(image, hole, swatches, scale))
    return levels


def _scaled(image: Rgb, hole: Bits, swatches: list[Swatch], scale: float) -> _Level:
    small = [Swatch(shrink(s.pixels, scale), shrink(s.usable.astype(np.float32), scale) > 0.99) for s in swatches]
    return _Level(shrink(image, scale), shrink(hole.astype(np.float32), scale) > 0.01, small)


def _depth_px(hole: Bits) -> float:
    padded = np.pad(hole, 1, mode="edge").astype(np.uint8)
    return float(cv2.distanceTransform(padded, cv2.DIST_L2, 5).max()) if not padded.all() else 1e9


def _descend(levels: list[_Level]) -> Search:
    rng = np.random.default_rng(7)
    search: Search | None = None
    previous = levels[0]
    for depth, level in enumerate(levels):
        sources = _sources(level)
        image, hole = _padded(level)
        wanted = _wanted(hole)
        if search is None:
            found = random_partners(len(wanted), sources, rng)
        else:
            found = _enlarged_partners(search, previous, level, wanted, sources, rng)
        search = start_search(image, wanted, found, sources)
        turns = 6 if depth == 0 else 4 if depth < len(levels) - 1 else 2
        _alternate(search, sources, hole, rng, turns=turns, keep_image=depth == 0)
        previous = level
    if search is None:
        raise AssertionError("a pyramid has at least one level")
    return search


def _alternate(
    search: Search, sources: Sources, hole: Bits, rng: np.random.Generator, *, turns: int, keep_image: bool
) -> None:
    """Search and vote in turn; above the coarsest level the picture is first made anew from the partners."""
    nearness = _inward_weight(hole)
    if not keep_image:
        vote(search, sources, hole, nearness)
    for _ in range(turns):
        fresh = start_search(search.image, search.wanted, search.found, sources)
        search.cost = fresh.cost
        refine(search, sources, rng, rounds=2)
        vote(search, sources, hole, nearness)


def vote(search: Search, sources: Sources, hole: Bits, nearness: NDArray[np.float32]) -> None:
    """Paint each pixel of the hole with the mean of what the patches over it propose, good patches counting more."""
    here, there = offsets(search.image.shape[1]), offsets(sources.pixels.shape[1])
    typical = max(float(np.percentile(search.cost, 60)), 1.0)
    weight = (np.exp(-search.cost / (0.6 * typical)) + 1e-6) * nearness.ravel()[search.wanted]
    pixels = sources.pixels.reshape(-1, 3)
    total = np.zeros((hole.size, 3), np.float32)
    count = np.zeros(hole.size, np.float32)
    for to, source in zip(here, there, strict=True):
        total[search.wanted + to] += weight[:, None] * pixels[search.found + source]
        count[search.wanted + to] += weight
    inside = np.flatnonzero(hole & (count.reshape(hole.shape) > 0))
    search.image.reshape(-1, 3)[inside] = total[inside] / count[inside, None]


def _inward_weight(hole: Bits) -> NDArray[np.float32]:
    """Trust patches near the border more: they have seen known pixels."""
    depth = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 5)
    return np.maximum(_INWARD ** -np.minimum(depth, 40.0), 1e-5).astype(np.float32)


def _padded(level: _Level) -> tuple[Rgb, Bits]:
    """Give every patch centre of the picture a whole patch; beyond the edge a hole goes on."""
    image = np.pad(level.image, ((_PAD, _PAD), (_PAD, _PAD), (0, 0)), mode="reflect")
    hole = np.pad(level.hole, _PAD, mode="edge")
    return np.ascontiguousarray(image, np.float32), hole


def _wanted(hole: Bits) -> Index:
    reach = np.ones((2 * RADIUS_PX + 1,) * 2, np.uint8)
    touched = cv2.dilate(hole.astype(np.uint8), reach) > 0
    touched[:_PAD] = touched[-_PAD:] = False
    touched[:, :_PAD] = touched[:, -_PAD:] = False
    return np.asarray(np.flatnonzero(touched), np.intp)


def _sources(level: _Level) -> Sources:
    """Stack the swatches; a patch is usable where all its pixels are."""
    columns = max(swatch.pixels.shape[1] for swatch in level.swatches)
    pixels, usable = [], []
    reach = np.ones((2 * RADIUS_PX + 1,) * 2, np.uint8)
    for swatch in level.swatches:
        whole = cv2.erode(np.pad(swatch.usable, RADIUS_PX).astype(np.uint8), reach)[
            RADIUS_PX:-RADIUS_PX, RADIUS_PX:-RADIUS_PX
        ]
        gap = columns - swatch.pixels.shape[1]
        pixels.append(np.pad(swatch.pixels, ((0, 0), (0, gap), (0, 0))))
        usable.append(np.pad(whole > 0, ((0, 0), (0, gap))))
    return Sources(pixels=np.ascontiguousarray(np.concatenate(pixels)), usable=np.concatenate(usable))


def _tops(level: _Level) -> Index:
    return np.cumsum([0, *(swatch.pixels.shape[0] for swatch in level.swatches)], dtype=np.intp)


def _locate(found: Index, level: _Level) -> tuple[Index, NDArray[np.float32], NDArray[np.float32]]:
    """Say of each partner which swatch it lies in and where there."""
    tops = _tops(level)
    columns = max(swatch.pixels.shape[1] for swatch in level.swatches)
    row, column = np.divmod(found, columns)
    block = np.searchsorted(tops, row, side="right") - 1
    return block, (row - tops[block]).astype(np.float32), column.astype(np.float32)


def _enlarged_partners(
    search: Search, previous: _Level, level: _Level, wanted: Index, sources: Sources, rng: np.random.Generator
) -> Index:
    """Carry the partners of the coarser level over; where that gives no usable patch draw one."""
    block, row, column = _follow_up(search, previous, level, wanted)
    tops, columns = _tops(level), sources.usable.shape[1]
    heights = np.diff(tops)[block]
    y = np.clip(np.rint(row), 0, heights - 1).astype(np.intp) + tops[block]
    x = np.clip(np.rint(column), 0, columns - 1).astype(np.intp)
    found = np.asarray(y * columns + x, np.intp)
    bad = ~sources.usable.ravel()[found]
    found[bad] = random_partners(int(bad.sum()), sources, rng)
    return found


def _follow_up(
    search: Search, previous: _Level, level: _Level, wanted: Index
) -> tuple[Index, NDArray[np.float32], NDArray[np.float32]]:
    ratio = level.image.shape[1] / previous.image.shape[1]
    columns = level.image.shape[1] + 2 * _PAD
    row, column = np.divmod(wanted, columns)
    y, x = (row - _PAD + 0.5) / ratio - 0.5, (column - _PAD + 0.5) / ratio - 0.5
    coarse_row = np.clip(np.rint(y), 0, previous.image.shape[0] - 1).astype(np.intp)
    coarse_column = np.clip(np.rint(x), 0, previous.image.shape[1] - 1).astype(np.intp)
    slot = _nearest_slot(search)[coarse_row + _PAD, coarse_column + _PAD]
    block, source_row, source_column = _locate(search.found[slot], previous)
    own_row, own_column = np.divmod(search.wanted[slot], previous.image.shape[1] + 2 * _PAD)
    source_row = (source_row + y - (own_row - _PAD) + 0.5) * ratio - 0.5
    source_column = (source_column + x - (own_column - _PAD) + 0.5) * ratio - 0.5
    return block, source_row.astype(np.float32), source_column.astype(np.float32)


def _nearest_slot(search: Search) -> Index:
    """Give pixels without a partner the slot of the nearest pixel that has one."""
    missing = (search.slot < 0).astype(np.uint8)
    _, nearest = cv2.distanceTransformWithLabels(missing, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    slot_of = np.zeros(int(nearest.max()) + 1, np.intp)
    slot_of[nearest[missing == 0]] = search.slot[missing == 0]
    return np.asarray(slot_of[nearest], np.intp)


def _enlarge(image: Rgb, hole: Bits, swatches: list[Swatch], coarse: _Level, search: Search) -> Rgb:
    """Repeat the copying in full size: each pixel from where its coarse patch came from."""
    fine = _Level(image, hole, swatches)
    padded = np.pad(hole, _PAD, mode="edge")
    padded[:_PAD] = padded[-_PAD:] = False
    padded[:, :_PAD] = padded[:, -_PAD:] = False
    wanted = np.asarray(np.flatnonzero(padded), np.intp)
    block, row, column = _follow_up(search, coarse, fine, wanted)
    result = image.copy()
    inner_row, inner_column = np.divmod(wanted, hole.shape[1] + 2 * _PAD)
    for number, swatch in enumerate(swatches):
        chosen = block == number
        y = np.clip(np.rint(row[chosen]), 0, swatch.pixels.shape[0] - 1).astype(np.intp)
        x = np.clip(np.rint(column[chosen]), 0, swatch.pixels.shape[1] - 1).astype(np.intp)
        result[inner_row[chosen] - _PAD, inner_column[chosen] - _PAD] = swatch.pixels[y, x]
    return result
