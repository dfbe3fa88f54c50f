"""Figures against their bars."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import numpy as np

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What a figure has to reach.

    Attributes:
        name: The figure, in words.
        sense: Whether the value is the least or the most that is good enough.
        value: In the unit, or a share of 1 where that is "%".
        unit: After the number.
    """

    name: str
    sense: Literal["least", "most"]
    value: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{'≥' if self.sense == 'least' else '≤'} {self.show(self.value)}"

    def show(self, value: float) -> str:
        """Write a figure in the bar's unit; a dash where there was nothing to measure."""
        if np.isnan(value):
            return "–"
        if self.unit == "%":
            return f"{100 * value:.4g} %"
        return f"{value:.3g} {self.unit}".strip()

    def passes(self, value: float) -> bool:
        """Say whether a figure is good enough; one that could not be measured is not."""
        return value >= self.value if self.sense == "least" else value <= self.value

    def verdict(self, value: float) -> str:
        """Say the same in a word."""
        if np.isnan(value):
            return "–"
        return "pass" if self.passes(value) else "**miss**"


@dataclass(frozen=True, slots=True)
class Figure(Generic[T]):
    """A figure over many results, not a number where none can be measured, and its bar."""

    bar: Bar
    compute: Callable[[Sequence[T]], float]


def mean(values: Sequence[float]) -> float:
    """Average what could be measured."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def median(values: Sequence[float]) -> float:
    """Take the middle of what could be measured."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.median(known)) if known else float("nan")
