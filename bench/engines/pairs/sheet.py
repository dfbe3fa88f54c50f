"""The rows of a contact sheet of filled holes."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.engines.pairs.results import Filled
from bench.engines.sheets import Picture, Row
from runner.engines.base import Mask8, Rgb8

_MARGIN_PX = 64


def sheet_row(filled: Filled) -> Row:
    """Show the hole and its surroundings at 100 %: empty, in every way of filling, and the truth.

    The reference is reduced to their height, as it need not show the same place.
    """
    spot = spot_of(filled.pair.mask)
    ours = filled.details
    return Row(
        filled.pair.name,
        f"{ours['mode']}, confidence {ours['confidence']}, {ours['matches_explained']} of {ours['matches']} matches",
        [
            Picture("to fill", filled.pair.photo[spot]),
            Picture("reference, reduced", reduced(filled.pair.reference, spot[0].stop - spot[0].start)),
            *(Picture(_caption(filled, way), picture[spot]) for way, picture in filled.pictures.items()),
            Picture("truth", filled.pair.truth[spot]),
        ],
    )


def _caption(filled: Filled, way: str) -> str:
    return f"{way}: {filled.scores[way].psnr:.2f} dB, {filled.scores[way].ssim:.3f}"


def spot_of(mask: Mask8) -> tuple[slice, slice]:
    """Choose the rows and columns of a hole and of a margin around it."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return _with_margin(rows, mask.shape[0]), _with_margin(columns, mask.shape[1])


def _with_margin(places: NDArray[np.intp], length: int) -> slice:
    return slice(max(0, int(places[0]) - _MARGIN_PX), min(length, int(places[-1]) + 1 + _MARGIN_PX))


def reduced(reference: Rgb8, rows: int) -> Rgb8:
    """Reduce a reference to a height."""
    picture = Image.fromarray(reference)
    picture.thumbnail((10 * rows, rows))
    return np.array(picture)
