"""The value that a recipe gives a parameter: checked against the card, in one normal form."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from runner.catalog.card import Parameter, Scalar

_HEX_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_DECIMAL = re.compile(r"-?\d{1,12}(?:\.\d{1,12})?")
_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,4})?)\s*(px|%)?")


def check_value(parameter: Parameter, value: object) -> Scalar:
    """Check a value against its parameter and give it in its normal form, so that equal work has equal keys.

    Args:
        parameter: Of the model's card; pictures and masks are not scalars and are refused here.
        value: As the recipe gives it: text, int, Decimal, bool, or a list or tuple of texts and numbers.

    Returns:
        Text and choices as they are. A whole number as int, any other as Decimal without trailing zeros.
        A color as a tuple of three ints 0 to 255. A box ``(x, y, width, height)`` or a point ``(x, y)`` as a tuple
        of ints where all are whole pixels, else of texts such as ``("4%", "10")``.

    Raises:
        ValueError: it does not fit; the message says what was expected and what is there, to stand after "must be".
    """
    match parameter.kind:
        case "text" | "choice":
            return _written(parameter, value)
        case "integer" | "number":
            return _number(parameter, value)
        case "color":
            return _color(value)
        case "box" | "point":
            return _place(parameter.kind, value)
        case "image":
            raise _misfit("a picture, such as ${{ inputs.photo }}", value)
        case "mask":
            raise _misfit("a mask, such as ${{ masks.floor }}", value)


def expected_value(parameter: Parameter) -> str:
    """Say what a parameter takes, in a few words: ``an integer from 1 to 100``."""
    match parameter.kind:
        case "text" if parameter.max_length is not None:
            return f"a text of at most {parameter.max_length} characters"
        case "integer" | "number":
            return f"{'an integer' if parameter.kind == 'integer' else 'a number'}{_range(parameter)}"
        case "choice":
            return f"one of {', '.join(parameter.choices)}"
        case kind:
            return _SHOWN[kind]


_SHOWN = {
    "text": "a text",
    "color": "a color, as '#rrggbb' or [red, green, blue] from 0 to 255",
    "box": "[x, y, width, height], each in pixels or as 'n%', none below 0, with width and height above 0",
    "point": "[x, y], each in pixels or as 'n%'",
    "image": "a picture",
    "mask": "a mask",
}


def _range(parameter: Parameter) -> str:
    least, most = parameter.minimum, parameter.maximum
    if least is not None and most is not None:
        return f" from {least} to {most}"
    if least is not None:
        return f" of {least} or more"
    return f" of {most} or less" if most is not None else ""


def _misfit(expected: str, value: object, kind: str = "") -> ValueError:
    match value:
        case bool():
            return ValueError(f"{expected}, not {str(value).lower()}")
        case str() | int() | Decimal():
            shown = text if len(text := str(value)) <= 40 else f"{text[:39]}…"
            return ValueError(f"{expected}, not {kind}'{shown}'")
        case _:
            return ValueError(expected)


def _written(parameter: Parameter, value: object) -> str:
    if not isinstance(value, str) or (parameter.kind == "choice" and value not in parameter.choices):
        raise _misfit(expected_value(parameter), value)
    if parameter.required and not value.strip():
        raise ValueError("a text that is not empty")
    if parameter.max_length is not None and len(value) > parameter.max_length:
        raise ValueError(f"{expected_value(parameter)}, not {len(value)}")
    return value


def _number(parameter: Parameter, value: object) -> int | Decimal:
    fits = int if parameter.kind == "integer" else (int, Decimal)
    if parameter.kind == "number" and isinstance(value, str) and _DECIMAL.fullmatch(value):
        value = Decimal(value)  # decimals of a recipe and of a plan are carried as text
    if isinstance(value, bool) or not isinstance(value, fits) or not _is_within(parameter, value):
        text = "the text " if isinstance(value, str) else ""
        raise _misfit(expected_value(parameter), value, text)
    return _shortest(Decimal(value))


def _is_within(parameter: Parameter, value: int | Decimal) -> bool:
    if isinstance(value, Decimal) and not value.is_finite():
        return False
    least, most = parameter.minimum, parameter.maximum
    return (least is None or value >= least) and (most is None or value <= most)


def _color(value: object) -> tuple[int, ...]:
    if isinstance(value, str) and _HEX_COLOR.fullmatch(value):
        return tuple(bytes.fromhex(value[1:]))
    channels = tuple(part for part in _parts(value) if isinstance(part, int) and not isinstance(part, bool))
    if len(_parts(value)) != 3 or len(channels) != 3 or not all(0 <= channel <= 255 for channel in channels):
        raise _misfit(_SHOWN["color"], value)
    return channels


def _place(kind: Literal["box", "point"], value: object) -> tuple[int, ...] | tuple[str, ...]:
    lengths = [length for part in _parts(value) if (length := _length(part)) is not None]
    if len(lengths) != len(_parts(value)) or len(lengths) != (4 if kind == "box" else 2):
        raise _misfit(_SHOWN[kind], value)
    if kind == "box" and (any(number < 0 for number, _ in lengths) or any(number == 0 for number, _ in lengths[2:])):
        raise _misfit(_SHOWN[kind], value)
    return _lengths(lengths)


def _parts(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _length(value: object) -> tuple[Decimal, str] | None:
    """Read a number of pixels or a percentage; None where the value is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    match = _LENGTH.fullmatch(str(value).strip())
    if match is None:
        return None
    return Decimal(match[1]), "%" if match[2] == "%" else ""


def _lengths(places: Sequence[tuple[Decimal, str]]) -> tuple[int, ...] | tuple[str, ...]:
    shortest = [(_shortest(number), unit) for number, unit in places]
    whole = tuple(number for number, unit in shortest if isinstance(number, int) and not unit)
    if len(whole) == len(shortest):
        return whole
    return tuple(f"{number}{unit}" for number, unit in shortest)


def _shortest(number: Decimal) -> int | Decimal:
    """The same number without trailing zeros or exponent; an int where it is whole."""
    if number == number.to_integral_value():
        return int(number)
    return Decimal(f"{number.normalize():f}")
