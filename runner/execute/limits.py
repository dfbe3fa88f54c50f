"""What a check demands of a number, and how the number is written beside it."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

Side: TypeAlias = Literal["at most", "at least"]

_WIDE = Context(prec=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A bound of a measured number.

    Attributes:
        side: Where the number has to stay; the bound itself is allowed.
        bound: In the number's own unit.
        places: Decimals that the number is written with.
        unit: What the bound is called in words; ``%`` for a share from 0 to 1.
    """

    side: Side
    bound: Decimal
    places: int
    unit: str = ""

    def holds(self, value: Fraction) -> bool:
        """Compare exactly: nothing is rounded before."""
        bound = Fraction(self.bound)
        return value <= bound if self.side == "at most" else value >= bound

    def in_words(self) -> str:
        """Say the demand, such as ``at most 3%``."""
        bound = self.bound * 100 if self.unit == "%" else self.bound
        gap = "" if self.unit in {"", "%"} else " "
        return f"{self.side} {format(bound.normalize(_WIDE), 'f')}{gap}{self.unit}"

    def written(self, value: Fraction) -> str:
        """Round the number to its places, but never over the bound: what is read agrees with the verdict."""
        exact = _WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
        step = Decimal(1).scaleb(-self.places)
        ways = (ROUND_HALF_EVEN, ROUND_FLOOR, ROUND_CEILING)
        candidates = [exact.quantize(step, rounding, _WIDE) for rounding in ways]
        agreeing = (one for one in candidates if self.holds(Fraction(one)) == self.holds(value))
        return format(next(agreeing, candidates[0]), "f")
