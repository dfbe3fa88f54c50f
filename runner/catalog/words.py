"""Single values of a card: what is accepted, and the words for what is expected."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from runner.core.digest import Json


def named(pattern: str, expected: str) -> Callable[[str], str]:
    """Make a check that a text matches a pattern from end to end.

    Returns:
        A function that gives the text back, and raises ValueError with ``expected`` for any other.
    """

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(expected)
        return value

    return check


def as_date(value: object) -> object:
    """Read a day such as ``2026-11-20``.

    Raises:
        ValueError: it is not a day of the calendar in that form.
    """
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("a day, such as 2026-11-20")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError("a day of the calendar, such as 2026-11-20") from error


def as_limit(value: object) -> int | Decimal:
    """Take a number, but not true or false.

    Raises:
        ValueError: it is anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("a number")
    return value


def as_tuple(value: object) -> object:
    """Freeze a list; leave anything else to the next check."""
    return tuple(value) if isinstance(value, list) else value


def as_output_size(value: str) -> str:
    """Take one of the rules for the size of a result.

    Raises:
        ValueError: it is no such rule.
    """
    if value in {"resize", "crop", "unknown"} or re.fullmatch(r"same-as:[a-z][a-z0-9_]*", value):
        return value
    raise ValueError("'same-as:' and a parameter, 'resize', 'crop' or 'unknown'")


def as_fields(value: object) -> str | tuple[str, str, str]:
    """Take one field name, or three for the channels of a color.

    Raises:
        ValueError: it is neither.
    """
    match value:
        case str() if _is_field(value):
            return value
        case [str() as red, str() as green, str() as blue] if all(map(_is_field, (red, green, blue))):
            return red, green, blue
        case _:
            raise ValueError("a field name, such as image_url, or three of them for a color")


def as_plain_value(value: object) -> Json:
    """Give a parameter's value as JSON: whole numbers as integers, other decimals as numbers, tuples as lists."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case tuple():
            return [as_plain_value(part) for part in value]
        case str() | int() | None:
            return value
        case _:
            raise TypeError(f"not a parameter value: {value!r}")


def _is_field(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", text) is not None
