"""How near a filling is to the truth."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

from bench.engines.pairs.pair import Pair
from runner.engines.base import Mask8, Rgb8

Flags: TypeAlias = NDArray[np.bool_]
_WINDOW_PX = 7
"""The side of the window in which similarity is measured."""


@dataclass(frozen=True, slots=True)
class Score:
    """Measured inside the hole: the peak signal-to-noise ratio in dB, and the mean structural similarity."""

    psnr: float
    ssim: float


def score(pair: Pair, filled: Rgb8) -> Score:
    """Compare a filling with the truth, over the color channels together."""
    near = _near(pair.mask)
    hole, truth, filled = pair.mask[near] > 0, pair.truth[near], filled[near]
    error = float(((filled[hole].astype(float) - truth[hole].astype(float)) ** 2).mean())
    _, likeness = structural_similarity(truth, filled, win_size=_WINDOW_PX, channel_axis=2, full=True)  # type: ignore[no-untyped-call] # scikit-image has no types
    return Score(psnr=10 * np.log10(255.0**2 / max(error, 1e-6)), ssim=float(likeness.mean(axis=2)[hole].mean()))


def _near(mask: Mask8) -> tuple[slice, slice]:
    """Choose the rows and columns that the similarity inside the hole is made from."""
    is_hole = mask > 0
    return _widened(is_hole.max(axis=1)), _widened(is_hole.max(axis=0))


def _widened(is_touched: Flags) -> slice:
    places = np.flatnonzero(is_touched)
    return slice(max(0, int(places[0]) - _WINDOW_PX), int(places[-1]) + 1 + _WINDOW_PX)
