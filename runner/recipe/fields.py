"""What the sections of a recipe are made of: the types of their values."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from runner.core.money import Money


class Section(BaseModel):
    """A mapping of a recipe: no key but the ones it names.

    One that is left out is made by ``model_construct``: its defaults need no check, and a validator of its own takes a
    while to build.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True, defer_build=True)


def no_entries() -> list[Any]:
    """Make what a list that is left out holds.

    pydantic asks a factory for its signature, and to read that of ``list`` takes Python longer than a small recipe.
    """
    return []


NAME = r"[A-Za-z][A-Za-z0-9_-]{0,63}"


def _name(value: str) -> str:
    if not re.fullmatch(NAME, value):
        raise ValueError("a name: a letter, then letters, digits, '-' and '_', at most 64")
    return value


def _percent(value: object) -> Decimal:
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,4})?)\s*%", str(value))
    if match is None or Decimal(match[1]) > 100:
        raise ValueError("a share from 0% to 100%, such as 2%")
    return Decimal(match[1])


def _length(value: object) -> str:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,5}(?:\.\d{1,3})?\s*(?:px|%)?", text):
        raise ValueError("a length in pixels or in percent, such as 6, 6px or 2%")
    return text.replace(" ", "").removesuffix("px")


def _duration(value: object) -> Decimal:
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*(s|m|h)?", str(value))
    if isinstance(value, bool) or match is None or Decimal(match[1]) == 0:
        raise ValueError("a time such as 30s, 10m or 1h")
    return Decimal(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2] or "s"]


def _condition(value: object) -> object:
    if isinstance(value, str | bool):
        return value
    raise ValueError("true, false or an expression")


def _scalar(value: object) -> object:
    if isinstance(value, str | int | Decimal | bool):
        return value
    raise ValueError("text, a number, true or false")


def _parameter(value: object) -> object:
    if isinstance(value, str | int | Decimal | bool):
        return value
    if isinstance(value, list) and value and all(isinstance(part, str | int | Decimal) for part in value):
        return tuple(value)
    raise ValueError("text, a number, true, false, or a list of them")


_SCALAR_SCHEMA = {"type": ["string", "number", "boolean"]}
_LIST_SCHEMA = {"type": "array", "minItems": 1, "items": {"type": ["string", "number"]}}
Name = Annotated[str, AfterValidator(_name), Field(json_schema_extra={"pattern": f"^{NAME}$"})]
Percent = Annotated[
    Decimal, BeforeValidator(_percent), WithJsonSchema({"type": "string", "pattern": r"^\d{1,3}(\.\d+)?\s*%$"})
]
Length = Annotated[str, BeforeValidator(_length), WithJsonSchema({"type": ["string", "number"]}), PlainSerializer(str)]
ScalarValue = Annotated[Any, BeforeValidator(_scalar), WithJsonSchema(_SCALAR_SCHEMA)]
ParameterValue = Annotated[Any, BeforeValidator(_parameter), WithJsonSchema({"anyOf": [_SCALAR_SCHEMA, _LIST_SCHEMA]})]
_AMOUNT_TEXT = {"type": "string", "pattern": r"^\$?\s*\d+(\.\d+)?\s*(USD)?$"}
_AMOUNT_SCHEMA = {"anyOf": [{"type": "number", "minimum": 0}, _AMOUNT_TEXT]}
Amount = Annotated[Money, WithJsonSchema(_AMOUNT_SCHEMA)]
_DURATION_TEXT = {"type": "string", "pattern": r"^\d+(\.\d+)?\s*[smh]?$"}
_DURATION_SCHEMA = {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, _DURATION_TEXT]}
Duration = Annotated[Decimal, BeforeValidator(_duration), WithJsonSchema(_DURATION_SCHEMA)]
Condition = Annotated[Any, BeforeValidator(_condition), WithJsonSchema({"type": ["string", "boolean"]})]
Metadata = Literal["icc", "orientation", "exif", "gps", "xmp", "copyright"]
