"""Lay a hole out from a few large pieces of the sources, cut where they go over into each other unseen."""

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.kernels import NEVER, Terms, rate, settle, show
from runner.engines.reference_inpaint.patches import Centres, Places, Search, draw_places, refine
from runner.engines.reference_inpaint.smooth import pull_push

Pieces = NDArray[np.float32]
"""Similarities from the picture to the sources, shape (count, 5): the place of the picture's origin."""

_MOST_PIECES = 32
_MOST_PROPOSALS = 2000
_RESTARTS = 4
_WITNESSES = 300
_SAMPLES = 200
_CAP = 900.0
_SOFTNESS = 0.08
_CHANGE = 400.0
_BORDER = 4.0
_NOTHING = 40 * _CAP
_MOST_GAPS = 12e6
_ROUNDS = 8
_WOBBLE = 0.2
_GRAIN = np.array([1.0, 1.0, 0.02, 0.02, 1.0])


def lay_out(search: Search, terms: Terms, anchor: float) -> bool:
    """Give every patch its place by the piece that was chosen at its centre.

    A piece is a source moved, turned and scaled as a whole. Each patch at the border proposes the one that fits it
    best; those are kept that continue most of the border. Between them a choice is made for each pixel: what fits the
    border, and what shows least along the cuts.

    Args:
        search: A search without partners; it is given its places.
        terms: What is allowed, and the least distance that a piece of the surroundings is moved.
        anchor: How strongly the colors around the hole are expected in it too, 0 to 1.

    Returns:
        Whether any piece fits; without, the search is left without partners.

    References:
        Pritch, Kav-Venaki and Peleg, "Shift-Map Image Editing", ICCV 2009.
        He and Sun, "Statistics of Patch Offsets for Image Completion", ECCV 2012.
        Kolmogorov, "Convergent Tree-Reweighted Message Passing", PAMI 2006 (the order of messages).
    """
    whole = search.canvas
    search.canvas = whole._replace(weight=np.where(search.hole, 0, whole.weight).astype(np.float32))
    proposed = _propose(search, terms)
    if len(proposed):
        pieces = _choose_pieces(search, terms, anchor, proposed)
        search.places = _places(pieces[_choose_labels(search, terms, anchor, pieces)], search.centres)
    search.canvas = whole
    return len(proposed) > 0


def _places(pieces: Pieces, centres: Centres) -> Places:
    """Say where pieces put patch centres, one piece per centre."""
    y, x = centres.T.astype(np.float32)
    a, b, mirror = pieces[:, 2], pieces[:, 3], pieces[:, 4]
    places = pieces.copy()
    places[:, 0] += a * y + b * mirror * x
    places[:, 1] += a * mirror * x - b * y
    return places


def _propose(search: Search, terms: Terms) -> Pieces:
    """Search partners for the patches at the border, several times from chance."""
    found = [np.empty((0, 5), np.float32)]
    span_px = float(max(search.canvas.sources.shape[:2]))
    for seed in range(_RESTARTS):
        if draw_places(search, seed):
            refine(search, terms, passes=6, span_px=span_px, wobble=_WOBBLE)
            fit = search.costs < NEVER
            found.append(_as_pieces(search.places[fit], search.centres[fit]))
    pieces = np.concatenate(found)
    _, first = np.unique(np.rint(pieces / _GRAIN).astype(np.int64), axis=0, return_index=True)
    first = np.sort(first)
    return np.asarray(pieces[first[:: max(1, len(first) // _MOST_PROPOSALS)]], np.float32)


def _as_pieces(places: Places, centres: Centres) -> Pieces:
    """Continue each place to the whole picture."""
    y, x = centres.T.astype(np.float32)
    a, b, mirror = places[:, 2], places[:, 3], places[:, 4]
    pieces = places.copy()
    pieces[:, 0] -= a * y + b * mirror * x
    pieces[:, 1] -= a * mirror * x - b * y
    return pieces


def _choose_pieces(search: Search, terms: Terms, anchor: float, pieces: Pieces) -> Pieces:
    """Take in turn the piece that explains most of what those before it do not."""
    witnesses = _spaced(_border_centres(search), _WITNESSES)
    samples = _spaced(np.argwhere(search.hole).astype(np.int32), _SAMPLES)
    ratings = np.empty((len(pieces), len(witnesses)), np.float32)
    rate(search.canvas, terms, witnesses, pieces, ratings)
    outer = np.minimum(ratings, _CAP) / len(witnesses)
    costs = np.hstack([outer, _inner(search, anchor, samples, pieces) / len(samples)])
    left = np.repeat(np.array([_CAP / len(witnesses), _CAP / len(samples)]), [len(witnesses), len(samples)])
    taken: list[int] = []
    for _ in range(min(_affordable(len(search.centres)), len(pieces))):
        taken.append(int(np.maximum(left - costs, 0).sum(axis=1).argmax()))
        left = np.minimum(left, costs[taken[-1]])
    return pieces[taken]


def _affordable(count: int) -> int:
    """Bound the number of pieces: the price of each cut between two is kept for each pixel."""
    return int(np.clip(np.sqrt(_MOST_GAPS / count), 2, _MOST_PIECES))


def _inner(search: Search, anchor: float, pixels: Centres, pieces: Pieces) -> NDArray[np.float32]:
    """Price what pieces show inside the hole: far from the colors around costs a little, nothing at all the most."""
    shown = np.empty((len(pieces), len(pixels), 4), np.float32)
    show(search.canvas._replace(sources=_softened(search)), pixels, pieces, shown)
    away = ((shown - _expected(search)[pixels[:, 0], pixels[:, 1]])[..., :3] ** 2).mean(axis=2)
    return np.where(np.isnan(away), _CAP, np.minimum(anchor * away, 0.5 * _CAP) + shown[..., 3]).astype(np.float32)


def _softened(search: Search) -> NDArray[np.float32]:
    """Blur the sources, so that what is compared with the colors around is no texture; the fourth is the price."""
    sources = search.canvas.sources
    fit = ~np.isnan(sources[..., 0])
    soft = np.where(fit[..., None], _mean_near(search, np.where(fit[..., None], sources, 0), fit), np.nan)
    soft[..., 3] = search.canvas.price
    return soft.astype(np.float32)


def _expected(search: Search) -> NDArray[np.float32]:
    """Spread the colors around into the hole, without their texture."""
    known = ~search.hole & (search.canvas.weight > 0)
    return pull_push(_mean_near(search, search.canvas.image, known), known.astype(np.float32))


def _mean_near(search: Search, image: NDArray[np.float32], fit: NDArray[np.bool_]) -> NDArray[np.float32]:
    blur_px = max(1.5, _SOFTNESS * float(np.sqrt(search.hole.sum())))
    total = cv2.GaussianBlur(image * fit[..., None].astype(np.float32), (0, 0), blur_px)
    share = np.maximum(cv2.GaussianBlur(fit.astype(np.float32), (0, 0), blur_px), 1e-3)
    return np.asarray(total / share[..., None], np.float32)


def _border_centres(search: Search) -> Centres:
    rows, columns = search.centres.T
    return np.asarray(search.centres[search.canvas.weight[rows, columns] > 0], np.int32)


def _spaced(pixels: Centres, most: int) -> Centres:
    return np.ascontiguousarray(pixels[:: max(1, len(pixels) // most)])


def _choose_labels(search: Search, terms: Terms, anchor: float, pieces: Pieces) -> NDArray[np.int32]:
    centres = search.centres
    shown = np.empty((len(pieces), len(centres), 4), np.float32)
    show(search.canvas, centres, pieces, shown)
    fits = np.empty((len(pieces), len(centres)), np.float32)
    rate(search.canvas, terms, centres, pieces, fits)
    judged = (fits < NEVER).any(axis=0)
    costs = np.where(judged, _BORDER * np.minimum(fits, _CAP), 0) + _inner(search, anchor, centres, pieces)
    costs[np.isnan(shown[..., 0])] = _NOTHING
    labels = settle(np.ascontiguousarray(costs.T, np.float32), _gaps(shown), search.slot, centres, _ROUNDS)
    return np.asarray(labels, np.int32)


def _gaps(shown: NDArray[np.float32]) -> NDArray[np.float32]:
    """Price a cut between each two pieces at each pixel by how different they look there."""
    count, pixels, _ = shown.shape
    colors = np.nan_to_num(shown.transpose(1, 0, 2), nan=-255.0)
    gaps = np.empty((pixels, count, count), np.float32)
    for a in range(count):
        gaps[:, a] = ((colors[:, a, None] - colors) ** 2).mean(axis=2) + _CHANGE
        gaps[:, a, a] = 0.0
    return gaps
