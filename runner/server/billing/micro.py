"""Money in the database: whole millionths of a dollar, so that SQL adds exactly."""

from decimal import Decimal

from runner.core.money import Money

_MICRO = Decimal(1_000_000)


def to_micro(money: Money) -> int:
    """Give an amount in millionths of a dollar; amounts have no smaller parts."""
    return int(money.amount * _MICRO)


def from_micro(micro: int) -> Money:
    """Give an amount from millionths of a dollar."""
    return Money(Decimal(micro) / _MICRO)


def decimal_text(micro: int) -> str:
    """Write an amount as answers have it: ``0.55``."""
    return str(from_micro(micro))
