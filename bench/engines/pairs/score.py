"""How near a filling is to the truth."""

from dataclasses import dataclass

import numpy as np
from skimage.metrics import structural_similarity

from bench.engines.pairs.pair import Pair
from runner.engines.base import Rgb8


@dataclass(frozen=True, slots=True)
class Score:
    """Measured inside the hole: the peak signal-to-noise ratio in dB, and the mean structural similarity."""

    psnr: float
    ssim: float


def score(pair: Pair, filled: Rgb8) -> Score:
    """Compare a filling with the truth, over the color channels together."""
    hole = pair.mask > 0
    error = float(((filled[hole].astype(float) - pair.truth[hole].astype(float)) ** 2).mean())
    _, likeness = structural_similarity(pair.truth, filled, channel_axis=2, full=True)  # type: ignore[no-untyped-call] # scikit-image has no types
    return Score(psnr=10 * np.log10(255.0**2 / max(error, 1e-6)), ssim=float(likeness.mean(axis=2)[hole].mean()))
