"""Money in the database: whole millionths of a dollar, so that SQL can add them up exactly."""

from decimal import ROUND_UP, Decimal

from runner.core.money import Money

_MICRO = Decimal("0.000001")


def to_micros(money: Money) -> int:
    """Write an amount; what is finer than a millionth counts as a whole one."""
    return int(money.amount.quantize(_MICRO, rounding=ROUND_UP) / _MICRO)


def from_micros(micros: int) -> Money:
    """Read an amount."""
    return Money(Decimal(micros) * _MICRO)
