"""The filters of expressions: functions of a value's text."""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal

MAX_TEXT = 65_536
"""Characters that one value may grow to."""

MAX_NUMBER = 10**18


def text_of(value: object) -> str:
    """Render a scalar.

    Raises:
        TypeError: the value is a picture, a mask or another thing without a text of its own.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | Decimal():
            return str(value)
        case float():
            return format(Decimal(repr(value)), "f")
        case None:
            return ""
        case _:
            raise TypeError("is not text; a picture has .stem, .name and .key")


def _number(value: object) -> Decimal:
    text = text_of(value)
    try:
        number = Decimal(text)
    except ArithmeticError as error:
        raise ValueError(f"'{text}' is no number") from error
    if not number.is_finite() or abs(number) > MAX_NUMBER:
        raise ValueError(f"'{text}' is no number that fits")
    return number


def _replace(value: object, old: str, new: str) -> object:
    text = text_of(value)
    if len(text) + text.count(old) * len(new) > MAX_TEXT:
        raise ValueError(f"'replace' makes more than {MAX_TEXT:,} characters")
    return text.replace(old, new)


def _slug(value: object) -> str:
    """Lower-case letters, digits and hyphens only, so that it is safe in a path."""
    return re.sub(r"[^a-z0-9]+", "-", text_of(value).lower()).strip("-")


def _round(value: object, places: int = 0) -> Decimal | int:
    number = _number(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    return number if places else int(number)


def _lower(value: object) -> str:
    return text_of(value).lower()


def _upper(value: object) -> str:
    return text_of(value).upper()


def _int(value: object) -> int:
    return int(_number(value))


FILTERS: Mapping[str, Callable[..., object]] = {
    "int": _int,
    "lower": _lower,
    "replace": _replace,
    "round": _round,
    "slug": _slug,
    "upper": _upper,
}
"""By name; ``default`` is Jinja2's own."""

PLAIN_FILTERS = ("int", "lower", "round", "slug", "upper")
"""Those of ours that take no more than the value."""

FILTER_NAMES = tuple(sorted((*FILTERS, "default")))
