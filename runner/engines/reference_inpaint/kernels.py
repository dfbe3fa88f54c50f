"""The inner loops of patch search, compiled when they are first used; the result is kept on disk beside this file.

They stand in one file because what is kept is thrown away when this file changes, and not when another one does.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.compiled import compiled

RADIUS_PX = 3
NEVER = 2.0**100
"""The cost of a patch that cannot be taken; a power of two, so that it is the same in 32 and 64 bits."""


class Canvas(NamedTuple):
    """What is compared and painted, with a margin of a patch's radius around the picture.

    Attributes:
        image: The picture as it stands, shape (rows, columns, 4).
        weight: How much each pixel counts, shape (rows, columns).
        sources: Where patches may come from, NaN where not, shape (rows, columns, 4).
        price: What a patch centred at each pixel of the sources costs.
    """

    image: NDArray[np.float32]
    weight: NDArray[np.float32]
    sources: NDArray[np.float32]
    price: NDArray[np.float32]


class Terms(NamedTuple):
    """What besides likeness makes a patch dear or cheap, and what is allowed.

    Attributes:
        most_turn: The tangent of the largest rotation.
        most_size: The largest scaling, up and (inverse) down.
        turn_price: What turning by 45° or scaling by half costs, in squared sRGB values.
        most_shift: The largest shift of color, in sRGB values.
        shift_price: What a squared shift of color costs against a squared difference.
        near_price: What a squared pixel of distance costs between a patch and a source in the picture's surroundings.
        gap: The least squared distance of such a source, in px².
        near_rows: The first rows of the sources, which are the picture's surroundings; 0 where they are no source.
    """

    most_turn: float
    most_size: float
    turn_price: float
    most_shift: float
    shift_price: float
    near_price: float
    gap: float
    near_rows: int


@compiled
def _draw(state):  # type: ignore[no-untyped-def] # compiled
    """Step a generator of chance: Lehmer's with Park and Miller's constants, exact in 64 bits."""
    state[0] = (state[0] * 48271) % 2147483647
    return state[0] / 2147483647.0


@compiled
def _match(canvas, terms, y, x, place):  # type: ignore[no-untyped-def] # compiled
    """Compare the patch at (y, x) with the source patch at a place: mean squared difference plus prices.

    ``place`` is (row, column, s·cos t, s·sin t, 1 or -1 for mirrored).
    """
    image, weight, sources = canvas.image, canvas.weight, canvas.sources
    a, b, mirror = place[2], place[3], place[4]
    reach = RADIUS_PX * (abs(a) + abs(b))
    bottom, right = sources.shape[0] - 1 - reach, sources.shape[1] - 1 - reach
    if not (reach <= place[0] <= bottom and reach <= place[1] <= right):
        return NEVER
    total = red = green = blue = square = 0.0
    for i in range(-RADIUS_PX, RADIUS_PX + 1):
        row, column = place[0] + a * i + 0.5, place[1] - b * i + 0.5
        for j in range(-RADIUS_PX, RADIUS_PX + 1):
            share = weight[y + i, x + j]
            if share > 0.0:
                v, u = int(row + b * mirror * j), int(column + a * mirror * j)
                r = image[y + i, x + j, 0] - sources[v, u, 0]
                g = image[y + i, x + j, 1] - sources[v, u, 1]
                c = image[y + i, x + j, 2] - sources[v, u, 2]
                t = image[y + i, x + j, 3] - sources[v, u, 3]
                red += share * r
                green += share * g
                blue += share * c
                square += share * (r * r + g * g + c * c + t * t)
                total += share
    if total <= 0.0:
        return NEVER
    cost = square / total
    if terms.most_shift > 0.0:
        for mean in (red / total, green / total, blue / total):
            shift = min(max(mean / (1.0 + terms.shift_price), -terms.most_shift), terms.most_shift)
            cost -= 2.0 * shift * mean - shift * shift * (1.0 + terms.shift_price)
    v, u = int(place[0] + 0.5), int(place[1] + 0.5)
    cost = cost / 3.0 + canvas.price[v, u] + terms.turn_price * (b * b + 4.0 * (1.0 - math.sqrt(a * a + b * b)) ** 2)
    if v < terms.near_rows:
        distance = (place[0] + RADIUS_PX - y) ** 2 + (place[1] + RADIUS_PX - x) ** 2
        if distance < terms.gap:
            return NEVER
        cost += terms.near_price * distance
    if not cost < NEVER:  # a source pixel that may not be taken makes the cost NaN
        return NEVER
    return cost


@compiled
def price_all(canvas, terms, centres, places, costs):  # type: ignore[no-untyped-def] # compiled
    """Compute the cost of every present partner."""
    for k in range(centres.shape[0]):
        costs[k] = _match(canvas, terms, centres[k, 0], centres[k, 1], places[k])


@compiled
def improve(canvas, terms, centres, slot, places, costs, span_px, wobble, state, backward):  # type: ignore[no-untyped-def] # noqa: PLR0913, PLR0917 # compiled: plain arrays only
    """Pass over all patches once: try what the two neighbors found, then random places ever closer to the best."""
    count = centres.shape[0]
    tried = np.empty(5, np.float32)
    step = 1 if backward else -1
    for turn in range(count):
        k = count - 1 - turn if backward else turn
        y, x = centres[k, 0], centres[k, 1]
        for axis in range(2):
            i, j = (step, 0) if axis == 0 else (0, step)
            near = slot[y + i, x + j]
            if near >= 0:
                tried[:] = places[near]
                tried[0] -= tried[2] * i + tried[3] * tried[4] * j
                tried[1] -= tried[2] * tried[4] * j - tried[3] * i
                cost = _match(canvas, terms, y, x, tried)
                if cost < costs[k]:
                    costs[k] = cost
                    places[k] = tried
        reach = span_px
        while reach >= 1.0:
            tried[:] = places[k]
            tried[0] += math.floor((2.0 * _draw(state) - 1.0) * reach + 0.5)
            tried[1] += math.floor((2.0 * _draw(state) - 1.0) * reach + 0.5)
            if wobble > 0.0 and _draw(state) < 0.5:
                _turn(tried, wobble, terms, state)
            cost = _match(canvas, terms, y, x, tried)
            if cost < costs[k]:
                costs[k] = cost
                places[k] = tried
            reach *= 0.4


@compiled
def _turn(place, wobble, terms, state):  # type: ignore[no-untyped-def] # compiled
    """Rotate and scale a place a little, within bounds."""
    a = 1.0 + wobble * (2.0 * _draw(state) - 1.0)
    b = wobble * (2.0 * _draw(state) - 1.0)
    turned, leaned = place[2] * a - place[3] * b, place[2] * b + place[3] * a
    size = math.sqrt(turned * turned + leaned * leaned)
    if turned > 0.0 and abs(leaned) <= terms.most_turn * turned and 1.0 / terms.most_size <= size <= terms.most_size:
        place[2], place[3] = turned, leaned


@compiled
def vote(canvas, terms, centres, places, costs, trust, spread, total, count):  # type: ignore[no-untyped-def] # noqa: PLR0913, PLR0917 # compiled: plain arrays only
    """Let each patch propose colors for the pixels below it; good and trusted patches count more.

    Pixels whose ``count`` is negative are left out.
    """
    sources = canvas.sources
    rows, columns = sources.shape[0], sources.shape[1]
    shift = np.zeros(4)
    for k in range(centres.shape[0]):
        if costs[k] >= NEVER:
            continue
        share = trust[k] * (math.exp(-costs[k] / spread) + 1e-5)
        y, x = centres[k, 0], centres[k, 1]
        a, b, mirror = places[k, 2], places[k, 3], places[k, 4]
        _fit_shift(canvas, terms, y, x, places[k], shift)
        for i in range(-RADIUS_PX, RADIUS_PX + 1):
            for j in range(-RADIUS_PX, RADIUS_PX + 1):
                if count[y + i, x + j] < 0.0:
                    continue
                row = places[k, 0] + a * i + b * mirror * j
                column = places[k, 1] + a * mirror * j - b * i
                v, u = min(int(row), rows - 2), min(int(column), columns - 2)
                p, q = row - v, column - u
                for channel in range(4):
                    value = (1.0 - p) * (1.0 - q) * sources[v, u, channel]
                    if p > 0.0:
                        value += p * (1.0 - q) * sources[v + 1, u, channel]
                    if q > 0.0:
                        value += (1.0 - p) * q * sources[v, u + 1, channel]
                    if p > 0.0 and q > 0.0:
                        value += p * q * sources[v + 1, u + 1, channel]
                    if math.isnan(value):
                        value = sources[int(row + 0.5), int(column + 0.5), channel]
                    total[y + i, x + j, channel] += share * (value + shift[channel])
                count[y + i, x + j] += share


@compiled
def _fit_shift(canvas, terms, y, x, place, shift):  # type: ignore[no-untyped-def] # compiled
    """Compute the shift of color with which a source patch fits best."""
    if terms.most_shift <= 0.0:
        return
    shift[:] = 0.0
    total = 0.0
    for i in range(-RADIUS_PX, RADIUS_PX + 1):
        row, column = place[0] + place[2] * i + 0.5, place[1] - place[3] * i + 0.5
        for j in range(-RADIUS_PX, RADIUS_PX + 1):
            share = canvas.weight[y + i, x + j]
            v, u = int(row + place[3] * place[4] * j), int(column + place[2] * place[4] * j)
            if share > 0.0:
                for channel in range(3):
                    shift[channel] += share * (canvas.image[y + i, x + j, channel] - canvas.sources[v, u, channel])
                total += share
    for channel in range(3):
        best = shift[channel] / (max(total, 1e-9) * (1.0 + terms.shift_price))
        shift[channel] = min(max(best, -terms.most_shift), terms.most_shift)


@compiled
def rate(canvas, terms, centres, pieces, ratings):  # type: ignore[no-untyped-def] # compiled
    """Rate how well each piece, moved as a whole, continues the picture at each of the patches."""
    place = np.empty(5, np.float32)
    for h in range(pieces.shape[0]):
        for k in range(centres.shape[0]):
            _apply(pieces[h], centres[k, 0], centres[k, 1], place)
            ratings[h, k] = _match(canvas, terms, centres[k, 0], centres[k, 1], place)


@compiled
def show(canvas, pixels, pieces, shown):  # type: ignore[no-untyped-def] # compiled
    """Look up what each piece shows at each pixel; NaN where nothing."""
    place = np.empty(5, np.float32)
    rows, columns = canvas.sources.shape[0], canvas.sources.shape[1]
    for h in range(pieces.shape[0]):
        for k in range(pixels.shape[0]):
            _apply(pieces[h], pixels[k, 0], pixels[k, 1], place)
            v, u = math.floor(place[0] + 0.5), math.floor(place[1] + 0.5)
            inside = 0 <= v < rows and 0 <= u < columns
            for channel in range(4):
                shown[h, k, channel] = canvas.sources[int(v), int(u), channel] if inside else np.nan


@compiled
def _apply(piece, y, x, place):  # type: ignore[no-untyped-def] # compiled
    """Say where a piece, given by the place of the picture's origin, puts a pixel."""
    a, b, mirror = piece[2], piece[3], piece[4]
    place[0] = piece[0] + a * y + b * mirror * x
    place[1] = piece[1] + a * mirror * x - b * y
    place[2], place[3], place[4] = a, b, mirror


@compiled
def settle(costs, gaps, slot, pixels, rounds):  # type: ignore[no-untyped-def] # compiled
    """Choose a label for each pixel by sequential message passing over the grid, forth and back.

    Args:
        costs: Cost of each label at each pixel, shape (pixels, labels).
        gaps: What a change between two labels shows at each pixel, shape (pixels, labels, labels).
        slot: Position of each pixel in ``pixels``, -1 elsewhere.
        pixels: Rows and columns, in raster order.
        rounds: How often to pass over all.
    """
    count, labels = costs.shape
    sent = np.zeros((count, 4, labels), np.float32)
    belief, out = np.empty(labels, np.float32), np.empty(labels, np.float32)
    chosen = np.zeros(count, np.int32)
    for number in range(2 * rounds):
        forward = number % 2 == 0
        for turn in range(count):
            k = turn if forward else count - 1 - turn
            y, x = pixels[k, 0], pixels[k, 1]
            belief[:] = costs[k]
            for side in range(4):
                belief += sent[k, side]
            chosen[k] = np.argmin(belief)
            for axis in range(2):
                far = slot[y + (1 - axis if forward else axis - 1), x + (axis if forward else -axis)]
                if far < 0:
                    continue
                here, there = (2 * axis, 2 * axis + 1) if forward else (2 * axis + 1, 2 * axis)
                for b in range(labels):
                    out[b] = NEVER
                for a in range(labels):
                    rest = 0.5 * belief[a] - sent[k, here, a]
                    for b in range(labels):
                        out[b] = min(out[b], rest + gaps[k, a, b] + gaps[far, a, b])
                sent[far, there] = out - out.min()
    return chosen
