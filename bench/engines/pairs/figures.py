"""The figures of all pairs against their bars."""

from collections.abc import Callable, Sequence

from bench.engines.bars import Bar, Figure, mean, median
from bench.engines.pairs.results import OURS, PASTED, TELEA, Filled

_SIMPLE = (TELEA, PASTED)
_HARMLESS_DB = 1.0


def median_psnr(filled: Sequence[Filled], way: str) -> float:
    """Take the median over pairs of a way of filling, in dB; of those that it filled."""
    return median([one.scores[way].psnr for one in filled if way in one.scores])


def median_ssim(filled: Sequence[Filled], way: str) -> float:
    """Take the median similarity over pairs of a way of filling."""
    return median([one.scores[way].ssim for one in filled if way in one.scores])


def _better_than(way: str) -> Callable[[Sequence[Filled]], float]:
    return lambda filled: mean([float(one.gain_db(way) > 0) for one in filled])


def _gain_of_medians(filled: Sequence[Filled]) -> float:
    return median_psnr(filled, OURS) - max(median_psnr(filled, way) for way in _SIMPLE)


def _gain_of_similarity(filled: Sequence[Filled]) -> float:
    return median_ssim(filled, OURS) - median_ssim(filled, TELEA)


GAINS: Sequence[Figure[Filled]] = (
    Figure(
        Bar(name="median above the better median of Telea and pasting", sense="least", value=3.5, unit="dB"),
        _gain_of_medians,
    ),
    Figure(Bar(name="pairs better than pasted", sense="least", value=0.85, unit="%"), _better_than(PASTED)),
    Figure(Bar(name="pairs better than Telea", sense="least", value=0.85, unit="%"), _better_than(TELEA)),
    Figure(Bar(name="SSIM above Telea's, medians", sense="least", value=0.08), _gain_of_similarity),
)
"""How far the engine is to be above simple ways where the reference shows the same scene."""

SAME_SCENE: Sequence[Figure[Filled]] = (
    *GAINS,
    Figure(
        Bar(name="gain over the better of both on each pair, median (aim)", sense="least", value=3.5, unit="dB"),
        lambda filled: median([min(one.gain_db(way) for way in _SIMPLE) for one in filled]),
    ),
    Figure(
        Bar(name="PSNR in the hole, median (aim)", sense="least", value=20.5, unit="dB"),
        lambda filled: median_psnr(filled, OURS),
    ),
    Figure(
        Bar(name="SSIM in the hole, median (aim)", sense="least", value=0.55),
        lambda filled: median_ssim(filled, OURS),
    ),
)
"""The same for photos of common scenes, with what to aim at."""

WRONG_REFERENCE: Sequence[Figure[Filled]] = (
    Figure(
        Bar(name="lost against Telea, median", sense="most", value=_HARMLESS_DB, unit="dB"),
        lambda filled: median([-one.gain_db(TELEA) for one in filled]),
    ),
    Figure(
        Bar(name="pairs that lose at most 1 dB against Telea", sense="least", value=0.85, unit="%"),
        lambda filled: mean([float(-one.gain_db(TELEA) <= _HARMLESS_DB) for one in filled]),
    ),
)
"""What it is to reach where the reference shows another scene: it does no harm."""


def shortfall_db(one: Filled) -> float:
    """Say how far a pair stays below the gain to reach over the better simple way, in dB."""
    return 3.5 - min(one.gain_db(way) for way in _SIMPLE)
