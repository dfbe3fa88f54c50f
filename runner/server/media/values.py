"""Values of parameters that are no pictures: from JSON to what engines take."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

from runner.catalog.card import Parameter
from runner.catalog.values import check_value
from runner.core.digest import Json

Value: TypeAlias = str | int | bool | tuple[str | int, ...]


def read_value(parameter: Parameter, value: Json) -> Value:
    """Read the value of a parameter; whole numbers may be written with a point.

    Raises:
        ValueError: it does not fit; the message stands after "must be".
    """
    return plain_value(check_value(parameter, _exact(value)))


def is_channel(value: Json) -> bool:
    """Say whether a value is a channel of a color: a whole number from 0 to 255."""
    number = _exact(value)
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= 255


def read_channels(values: Sequence[Json]) -> Value:
    """Read a color of which each value is a channel."""
    return tuple(int(value) for value in values if isinstance(value, int | float))


def plain_value(value: object) -> Value:
    """Give a parameter's normal form as engines take it: numbers that are not whole as text."""
    match value:
        case Decimal():
            return str(value)
        case tuple() | list():
            return tuple(str(part) if isinstance(part, Decimal) else part for part in value)
        case str() | int():
            return value
        case _:
            raise TypeError(f"no parameter value: {value!r}")


def as_json(value: Value) -> Json:
    """Write a value as JSON has it."""
    return list(value) if isinstance(value, tuple) else value


def _exact(value: Json) -> object:
    """Give a number of JSON as it was written: whole numbers as int, others as Decimal."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else Decimal(repr(value))
    return [_exact(part) for part in value] if isinstance(value, list) else value
