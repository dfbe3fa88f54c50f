"""The tables of the reference-inpaint engine."""

from collections.abc import Iterator, Sequence

from bench.engines.bars import Figure
from bench.engines.pairs.figures import median_psnr, median_ssim, shortfall_db
from bench.engines.pairs.results import NAVIER_STOKES, OURS, PASTED, PATCHMATCH, TELEA, Filled
from bench.engines.tables import figure_table, table

_WAYS = (TELEA, NAVIER_STOKES, PASTED, PATCHMATCH, OURS)
_HEADS = ("pair", "mode", *(f"{way}, dB / SSIM" for way in _WAYS), "gain, dB", "CPU s", "CPU s/MP")
_WORST = 5


def report(filled: Sequence[Filled], figures: Sequence[Figure[Filled]]) -> Iterator[str]:
    """Write figures against their bars, every pair, and the worst, as Markdown lines."""
    yield from figure_table(figures, filled, lambda one: one.pair.name)
    yield from ("", "Inside the hole; the gain is over the better of Telea and pasting:", "")
    yield from table(_HEADS, [*map(pair_row, filled), _median_row(filled)], words=2)
    worst = sorted(filled, key=shortfall_db, reverse=True)[:_WORST]
    yield from ("", f"The least gain: {', '.join(f'{one.pair.name} ({_gain(one):+.2f} dB)' for one in worst)}.")


def known_failures(filled: Sequence[Filled]) -> Iterator[str]:
    """Write the pairs on which the engine is known to fail, which no figure counts, as Markdown lines."""
    yield from ("", "Known to fail, and in no figure above: the reference is taken for an object and placed.", "")
    yield from table(_HEADS, [*map(pair_row, filled)], words=2)


def pair_row(one: Filled) -> list[str]:
    """Write the scores of a pair in every way, a dash where a way is not there."""
    pace_s = one.cpu_s / (one.pair.mask.size / 1e6)
    return [
        one.pair.name,
        str(one.details["mode"]),
        *_scores(one),
        f"{_gain(one):+.2f}",
        f"{one.cpu_s:.1f}",
        f"{pace_s:.1f}",
    ]


def _scores(one: Filled) -> list[str]:
    known = one.scores
    return [f"{known[way].psnr:.2f} / {known[way].ssim:.3f}" if way in known else "–" for way in _WAYS]


def _gain(one: Filled) -> float:
    return min(one.gain_db(TELEA), one.gain_db(PASTED))


def _median_row(filled: Sequence[Filled]) -> list[str]:
    medians = [f"{median_psnr(filled, way):.2f} / {median_ssim(filled, way):.3f}" for way in _WAYS]
    return ["median", "", *medians, "", "", ""]
