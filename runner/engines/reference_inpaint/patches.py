"""Find for every patch around the hole the patch of a source that looks most like it, and paint from what was found."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Bits
from runner.engines.reference_inpaint.kernels import NEVER, RADIUS_PX, Canvas, Terms, improve, price_all, vote
from runner.engines.reference_inpaint.pyramid import Level, depth_of

Places = NDArray[np.float32]
"""Partners, shape (count, 5): row, column, s·cos t, s·sin t for size s and turn t, and -1 where mirrored, else 1."""

Centres = NDArray[np.int32]
"""Rows and columns of patch centres, shape (count, 2)."""

_START = 20011


@dataclass(slots=True, kw_only=True)
class Search:
    """The state of the search at one level, changed in place; pictures have a margin of a patch's radius.

    Attributes:
        canvas: What is compared and painted.
        hole: What is painted.
        centres: The patches to serve.
        slot: Position in ``centres`` of each pixel, -1 elsewhere.
        places: The partner of each patch.
        costs: The cost of each pair, in squared sRGB values per pixel and channel.
        chance: State of the generator of chance.
    """

    canvas: Canvas
    hole: Bits
    centres: Centres
    slot: NDArray[np.int32]
    places: Places
    costs: NDArray[np.float32]
    chance: NDArray[np.int64]


def start_search(level: Level, inward: float) -> Search:
    """List the patches that touch the hole of a level; they have no partners yet.

    Args:
        level: The scale.
        inward: By what factor trust falls with each pixel of depth in the hole.
    """
    hole = np.pad(level.hole, RADIUS_PX)
    touched = cv2.dilate(hole.astype(np.uint8), np.ones((2 * RADIUS_PX + 1,) * 2, np.uint8)) > 0
    touched &= np.pad(np.ones(level.hole.shape, bool), RADIUS_PX)
    centres = np.ascontiguousarray(np.argwhere(touched), np.int32)
    slot = np.full(hole.shape, -1, np.int32)
    slot[touched] = np.arange(len(centres))
    return Search(
        canvas=_canvas(level, inward),
        hole=hole,
        centres=centres,
        slot=slot,
        places=np.zeros((len(centres), 5), np.float32),
        costs=np.full(len(centres), NEVER, np.float32),
        chance=np.array([_START], np.int64),
    )


def _canvas(level: Level, inward: float) -> Canvas:
    depth = depth_of(level.hole)
    trust = np.maximum(inward ** -np.minimum(depth, 60.0), 1e-4)
    weight = np.pad(np.where(level.hole, trust, level.known), RADIUS_PX).astype(np.float32)
    image = np.pad(level.image, ((RADIUS_PX, RADIUS_PX), (RADIUS_PX, RADIUS_PX), (0, 0)), mode="edge")
    image = np.ascontiguousarray(image, np.float32)
    return Canvas(image=image, weight=weight, sources=level.sources, price=level.price)


def draw_places(search: Search, seed: int) -> bool:
    """Give every patch a partner by chance; returns whether there is any."""
    fit = ~np.isnan(search.canvas.sources[..., 0])
    usable = np.argwhere(cv2.erode(fit.astype(np.uint8), np.ones((3, 3), np.uint8)))
    if not len(usable):
        return False
    rng = np.random.default_rng(seed)
    search.places[:, :2] = usable[rng.integers(len(usable), size=len(search.places))]
    search.places[:, 2:] = (1.0, 0.0, 1.0)
    return True


def carry_places(search: Search, coarse: Search) -> None:
    """Take the partners of the level of half the size over."""
    row, column = (search.centres - RADIUS_PX).T
    slot = _nearest_slot(coarse)[row // 2 + RADIUS_PX, column // 2 + RADIUS_PX]
    own = 2.0 * (coarse.centres[slot] - RADIUS_PX) + 0.5
    below, right = row - own[:, 0], column - own[:, 1]
    places = coarse.places[slot]
    a, b, mirror = places[:, 2], places[:, 3], places[:, 4]
    search.places[:, 0] = 2.0 * places[:, 0] + 0.5 + a * below + b * mirror * right
    search.places[:, 1] = 2.0 * places[:, 1] + 0.5 + a * mirror * right - b * below
    search.places[:, 2:] = places[:, 2:]


def refine(search: Search, terms: Terms, *, passes: int, span_px: float, wobble: float) -> None:
    """Improve the partners: what neighbors found, and places ever closer to the best, turned and scaled a little.

    References:
        Barnes et al., "PatchMatch", SIGGRAPH 2009, and "The Generalized PatchMatch Correspondence Algorithm",
        ECCV 2010.
    """
    given = search.canvas, terms, search.centres
    price_all(*given, search.places, search.costs)
    for number in range(passes):
        backward = number % 2 == 1
        improve(*given, search.slot, search.places, search.costs, span_px, wobble, search.chance, backward)


def paint(search: Search, terms: Terms, where: Bits, sharpness: float) -> None:
    """Paint each pixel with the mean of what the patches over it propose; better patches count more.

    Args:
        search: The state; its image is changed.
        terms: As for the search.
        where: The pixels to paint.
        sharpness: How much more; a pixel's colors come from ever fewer patches.
    """
    image = search.canvas.image
    total, count = np.zeros_like(image), np.where(where, 0.0, -1.0).astype(np.float32)
    trust = search.canvas.weight[search.centres[:, 0], search.centres[:, 1]]
    usual = search.costs[search.costs < NEVER]
    spread = max(float(np.percentile(usual, 60)) / sharpness, 0.5) if len(usual) else 1.0
    vote(search.canvas, terms, search.centres, search.places, search.costs, trust, spread, total, count)
    painted = count > 0
    image[painted] = total[painted] / count[painted][:, None]


def _nearest_slot(search: Search) -> NDArray[np.int32]:
    """Give pixels without a partner the slot of the nearest pixel that has one."""
    missing = (search.slot < 0).astype(np.uint8)
    _, nearest = cv2.distanceTransformWithLabels(missing, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    slot_of = np.zeros(int(nearest.max()) + 1, np.int32)
    slot_of[nearest[missing == 0]] = search.slot[missing == 0]
    return np.asarray(slot_of[nearest], np.int32)
