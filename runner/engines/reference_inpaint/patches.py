"""Find for every patch around the hole the patch of a source that looks most like it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Bits, Rgb

Index = NDArray[np.intp]
"""Flat indices of pixels."""

RADIUS_PX = 3
_STEPS = ((0, 1), (0, -1), (1, 0), (-1, 0))
_CHUNK = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where patches may come from: pictures side by side in one.

    Attributes:
        pixels: Shape (rows, columns, 3).
        usable: Patch centres that may be taken: the whole patch is known.
    """

    pixels: Rgb
    usable: Bits


@dataclass(slots=True, kw_only=True)
class Search:
    """The state of the search: for each wanted patch the best source found, changed in place.

    Attributes:
        image: The picture being filled, as it stands.
        wanted: Flat indices of the patch centres to serve.
        slot: Position in ``wanted`` of each pixel, -1 elsewhere, shape (rows, columns).
        found: Flat index into the sources of each wanted patch's partner.
        cost: Sum of squared differences of each pair.
    """

    image: Rgb
    wanted: Index
    slot: Index
    found: Index
    cost: NDArray[np.float32]


def offsets(columns: int, radius: int = RADIUS_PX) -> Index:
    """List a patch's pixels relative to its centre, as steps in flat indices."""
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return np.asarray((y * columns + x).ravel(), np.intp)


def refine(search: Search, sources: Sources, rng: np.random.Generator, rounds: int) -> None:
    """Improve the partners: neighbors' partners and random tries ever closer to the present one.

    Every round looks at all patches at once, so the result does not depend on an order of scanning.

    References:
        Barnes et al., "PatchMatch", SIGGRAPH 2009.
    """
    for _ in range(rounds):
        for step in _STEPS:
            _try_neighbors(search, sources, step)
        _try_random(search, sources, rng)


def start_search(image: Rgb, wanted: Index, found: Index, sources: Sources) -> Search:
    """Begin from given partners."""
    slot = np.full(image.shape[:2], -1, np.intp)
    slot.ravel()[wanted] = np.arange(len(wanted))
    search = Search(image=image, wanted=wanted, slot=slot, found=found, cost=np.zeros(0, np.float32))
    search.cost = cost_of(search, sources, np.arange(len(wanted)), found)
    return search


def random_partners(count: int, sources: Sources, rng: np.random.Generator) -> Index:
    """Draw usable sources."""
    usable = np.flatnonzero(sources.usable)
    return np.asarray(usable[rng.integers(len(usable), size=count)], np.intp)


def cost_of(search: Search, sources: Sources, rows: Index, found: Index) -> NDArray[np.float32]:
    """Compare wanted patches with sources: sum of squared differences over the patch and its channels."""
    here, there = offsets(search.image.shape[1]), offsets(sources.pixels.shape[1])
    image, pixels = search.image.reshape(-1, 3), sources.pixels.reshape(-1, 3)
    cost = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), _CHUNK):
        part = slice(start, start + _CHUNK)
        wanted = search.wanted[rows[part]]
        gap = image[wanted[:, None] + here] - pixels[found[part][:, None] + there]
        cost[part] = np.einsum("ijk,ijk->i", gap, gap)
    return cost


def _accept(search: Search, sources: Sources, rows: Index, row: Index, column: Index) -> None:
    shape = sources.usable.shape
    inside = (row >= 0) & (row < shape[0]) & (column >= 0) & (column < shape[1])
    rows, found = rows[inside], (row[inside] * shape[1] + column[inside]).astype(np.intp)
    fresh = sources.usable.ravel()[found] & (found != search.found[rows])
    rows, found = rows[fresh], found[fresh]
    cost = cost_of(search, sources, rows, found)
    better = cost < search.cost[rows]
    search.found[rows[better]] = found[better]
    search.cost[rows[better]] = cost[better]


def _try_neighbors(search: Search, sources: Sources, step: tuple[int, int]) -> None:
    columns = search.image.shape[1]
    neighbor = search.slot.ravel()[search.wanted + step[0] * columns + step[1]]
    rows = np.flatnonzero(neighbor >= 0)
    partner = search.found[neighbor[rows]]
    row, column = np.divmod(partner, sources.usable.shape[1])
    _accept(search, sources, rows, row - step[0], column - step[1])


def _try_random(search: Search, sources: Sources, rng: np.random.Generator) -> None:
    reach = max(sources.usable.shape)
    rows = np.arange(len(search.wanted))
    while reach >= 1:
        row, column = np.divmod(search.found, sources.usable.shape[1])
        jump = rng.integers(-reach, reach + 1, size=(2, len(rows)))
        _accept(search, sources, rows, row + jump[0], column + jump[1])
        reach //= 3
