"""Fill a hole from patches, coarse to fine."""

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Bits, Rgb
from runner.engines.reference_inpaint.levels import (
    PAD_PX,
    Level,
    Swatch,
    block_tops,
    build_levels,
    locate,
    pad_level,
    stack_sources,
    wanted_centres,
)
from runner.engines.reference_inpaint.patches import (
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
_INWARD = 1.25


def complete(image: Rgb, hole: Bits, swatches: list[Swatch]) -> Rgb:
    """Fill a hole so that each patch in it looks like some patch of the sources.

    Args:
        image: What surrounds the hole.
        hole: What to fill; nothing outside it may be unknown.
        swatches: The sources, most trusted first.

    Returns:
        The picture with the hole filled. Without a single usable source patch the hole is spread from its border.

    References:
        Wexler, Shechtman and Irani, "Space-Time Completion of Video", PAMI 2007.
        Newson et al., "Non-Local Patch-Based Image Inpainting", IPOL 2017.
    """
    guess = _spread(image, hole)
    scale = min(1.0, float(np.sqrt(_LARGEST_HOLE / max(1, hole.sum()))))
    levels = build_levels(guess, hole, swatches, scale)
    if not all(stack_sources(level).usable.any() for level in levels):
        return _spread(image, hole)
    search = _descend(levels)
    if scale >= 1.0:
        filled = search.image[PAD_PX:-PAD_PX, PAD_PX:-PAD_PX]
        return np.where(hole[..., None], filled, image).astype(np.float32)
    return _enlarge(guess, hole, swatches, levels[-1], search)


def _spread(image: Rgb, hole: Bits) -> Rgb:
    return np.where(hole[..., None], pull_push(image, (~hole).astype(np.float32)), image).astype(np.float32)


def _descend(levels: list[Level]) -> Search:
    rng = np.random.default_rng(7)
    search: Search | None = None
    previous = levels[0]
    for depth, level in enumerate(levels):
        sources = stack_sources(level)
        image, hole = pad_level(level)
        wanted = wanted_centres(hole)
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


def _enlarged_partners(
    search: Search, previous: Level, level: Level, wanted: Index, sources: Sources, rng: np.random.Generator
) -> Index:
    """Carry the partners of the coarser level over; where that gives no usable patch draw one."""
    block, row, column = _follow_up(search, previous, level, wanted)
    tops, columns = block_tops(level), sources.usable.shape[1]
    heights = np.diff(tops)[block]
    y = np.clip(np.rint(row), 0, heights - 1).astype(np.intp) + tops[block]
    x = np.clip(np.rint(column), 0, columns - 1).astype(np.intp)
    found = np.asarray(y * columns + x, np.intp)
    bad = ~sources.usable.ravel()[found]
    found[bad] = random_partners(int(bad.sum()), sources, rng)
    return found


def _follow_up(
    search: Search, previous: Level, level: Level, wanted: Index
) -> tuple[Index, NDArray[np.float32], NDArray[np.float32]]:
    ratio = level.image.shape[1] / previous.image.shape[1]
    columns = level.image.shape[1] + 2 * PAD_PX
    row, column = np.divmod(wanted, columns)
    y, x = (row - PAD_PX + 0.5) / ratio - 0.5, (column - PAD_PX + 0.5) / ratio - 0.5
    coarse_row = np.clip(np.rint(y), 0, previous.image.shape[0] - 1).astype(np.intp)
    coarse_column = np.clip(np.rint(x), 0, previous.image.shape[1] - 1).astype(np.intp)
    slot = _nearest_slot(search)[coarse_row + PAD_PX, coarse_column + PAD_PX]
    block, source_row, source_column = locate(search.found[slot], previous)
    own_row, own_column = np.divmod(search.wanted[slot], previous.image.shape[1] + 2 * PAD_PX)
    source_row = (source_row + y - (own_row - PAD_PX) + 0.5) * ratio - 0.5
    source_column = (source_column + x - (own_column - PAD_PX) + 0.5) * ratio - 0.5
    return block, source_row.astype(np.float32), source_column.astype(np.float32)


def _nearest_slot(search: Search) -> Index:
    """Give pixels without a partner the slot of the nearest pixel that has one."""
    missing = (search.slot < 0).astype(np.uint8)
    _, nearest = cv2.distanceTransformWithLabels(missing, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    slot_of = np.zeros(int(nearest.max()) + 1, np.intp)
    slot_of[nearest[missing == 0]] = search.slot[missing == 0]
    return np.asarray(slot_of[nearest], np.intp)


def _enlarge(image: Rgb, hole: Bits, swatches: list[Swatch], coarse: Level, search: Search) -> Rgb:
    """Repeat the copying in full size: each pixel from where its coarse patch came from."""
    fine = Level(image, hole, swatches)
    padded = np.pad(hole, PAD_PX, mode="edge")
    padded[:PAD_PX] = padded[-PAD_PX:] = False
    padded[:, :PAD_PX] = padded[:, -PAD_PX:] = False
    wanted = np.asarray(np.flatnonzero(padded), np.intp)
    block, row, column = _follow_up(search, coarse, fine, wanted)
    result = image.copy()
    inner_row, inner_column = np.divmod(wanted, hole.shape[1] + 2 * PAD_PX)
    for number, swatch in enumerate(swatches):
        chosen = block == number
        y = np.clip(np.rint(row[chosen]), 0, swatch.pixels.shape[0] - 1).astype(np.intp)
        x = np.clip(np.rint(column[chosen]), 0, swatch.pixels.shape[1] - 1).astype(np.intp)
        result[inner_row[chosen] - PAD_PX, inner_column[chosen] - PAD_PX] = swatch.pixels[y, x]
    return result
