"""The figures of all eyes against their bars, and the cases that fall shortest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from bench.engines.bars import Bar, Figure, mean, median
from bench.engines.eyes.results import Case, Recolored

_MOST_LEAK = 0.12
_FOUND = Bar(name="eyes found", sense="least", value=0.97, unit="%")
_SMALL_LEAK = Bar(name="eyes with at most 12 % changed beyond", sense="least", value=0.98, unit="%")
_REFUSED = Bar(name="photos without an iris refused", sense="least", value=9 / 11, unit="%")
_MEDIANS: Mapping[str, Bar] = MappingProxyType(
    {
        "leak": Bar(name="changed beyond the iris and 4 px, median", sense="most", value=0.01, unit="%"),
        "ring": Bar(name="ring changed, median", sense="least", value=0.97, unit="%"),
        "hue": Bar(name="hue off the target, median", sense="most", value=5.0, unit="°"),
        "ab": Bar(name="a*b* off the target, median", sense="most", value=12.0),
        "light": Bar(name="correlation of lightness, median", sense="least", value=0.93),
        "pupil": Bar(name="pupil changed, median", sense="most", value=1.0, unit="L*"),
        "catchlight": Bar(name="catchlights changed, median", sense="most", value=4.0, unit="ΔE"),
    }
)
"""By the name of the figure of one eye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """A case with the figure that is farthest from its bar: 1 is at the bar, 2 as far again."""

    case: Case
    bar: Bar
    value: float
    distance: float


def cases_of(recolored: Sequence[Recolored]) -> list[Case]:
    """Gather the marked eyes of all photos, with every target."""
    return [case for one in recolored for case in one.cases]


def _median_of(name: str) -> Callable[[Sequence[Case]], float]:
    return lambda cases: median([float(getattr(case.score, name)) for case in cases if case.is_sure])


EYE_FIGURES: Sequence[Figure[Case]] = (
    Figure(_FOUND, lambda cases: mean([case.score.found for case in cases if case.is_sure])),
    Figure(_SMALL_LEAK, lambda cases: mean([float(case.score.leak <= _MOST_LEAK) for case in cases if case.is_sure])),
    *(Figure(bar, _median_of(name)) for name, bar in _MEDIANS.items()),
)
"""What the engine is to reach on well marked eyes."""


def _over_photos(figure: Figure[Case]) -> Figure[Recolored]:
    return Figure(figure.bar, lambda recolored: figure.compute(cases_of(recolored)))


FIGURES: Sequence[Figure[Recolored]] = (
    *map(_over_photos, EYE_FIGURES),
    Figure(
        _REFUSED,
        lambda recolored: mean([float(bool(one.refusal)) for one in recolored if one.portrait.expected == "refused"]),
    ),
)
"""What it is to reach on photos: with their eyes, and without."""


def worst_cases(cases: Sequence[Case], count: int) -> list[Shortfall]:
    """List the well marked cases that are farthest from a bar, the worst first, at most one of a photo."""
    by_photo: dict[str, Shortfall] = {}
    for one in sorted([_worst(case) for case in cases if case.is_sure], key=lambda one: -one.distance):
        by_photo.setdefault(one.case.photo, one)
    return [*by_photo.values()][:count]


def _worst(case: Case) -> Shortfall:
    return max((_shortfall(case, name, bar) for name, bar in _ONE_EYE.items()), key=lambda one: one.distance)


_ONE_EYE = {**_MEDIANS} | {
    "found": _FOUND,
    "leak": Bar(name=_MEDIANS["leak"].name, sense="most", value=_MOST_LEAK, unit="%"),
}


def _shortfall(case: Case, name: str, bar: Bar) -> Shortfall:
    value = float(getattr(case.score, name))
    distance = value / bar.value if bar.sense == "most" else (1 - value) / (1 - bar.value)
    return Shortfall(case=case, bar=bar, value=value, distance=0.0 if np.isnan(distance) else distance)
