"""Amounts of US dollars, exact."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

_AMOUNT = re.compile(r"\$?\s*(\d{1,9}(?:\.\d{1,6})?)\s*(?:USD)?")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """A non-negative amount in USD; never a float.

    In JSON it is a decimal string with at least two places: ``"0.55"``.
    """

    amount: Decimal

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + other.amount)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - other.amount)

    def __mul__(self, times: int) -> "Money":
        return Money(self.amount * times)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return _decimal_text(self.amount)

    def __format__(self, spec: str) -> str:
        return format(f"${self!s}", spec)

    def difference(self, before: "Money") -> "Difference":
        """Say how much more or less this is than it was."""
        return Difference(self.amount - before.amount)

    @classmethod
    def total(cls, amounts: "list[Money]") -> Self:
        """Add any number of amounts; none give zero."""
        return cls(sum((money.amount for money in amounts), Decimal(0)))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, Money) else parse_money(value),
            serialization=core_schema.to_string_ser_schema(when_used="json"),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: "CoreSchema", handler: "GetJsonSchemaHandler") -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d+\.\d{2,}$", "description": "US dollars, decimal."}


ZERO = Money(Decimal(0))


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """How much more or less an amount in USD became; in JSON a decimal string: ``"0.55"``, ``"-0.55"``."""

    amount: Decimal = Decimal(0)

    def __add__(self, other: "Difference") -> "Difference":
        return Difference(self.amount + other.amount)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return _decimal_text(self.amount)

    def __format__(self, spec: str) -> str:
        sign = "+" if self.amount > 0 else "-" if self.amount < 0 else ""
        return format(f"{sign}${_decimal_text(abs(self.amount))}", spec)

    @classmethod
    def total(cls, parts: "Iterable[Difference]") -> Self:
        """Add any number of differences; none give zero."""
        return cls(sum((part.amount for part in parts), Decimal(0)))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, Difference) else _parse_difference(value),
            serialization=core_schema.to_string_ser_schema(when_used="json"),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: "CoreSchema", handler: "GetJsonSchemaHandler") -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?\d+\.\d{2,}$", "description": "US dollars more or less, decimal."}


def parse_money(value: object) -> Money:
    """Read ``0.60 USD``, ``$0.60``, ``0.60`` or a number that is not a float.

    Raises:
        ValueError: it is negative, has more than six decimal places, another currency, or is no amount.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("an amount of money, such as 0.60 USD")
    match = _AMOUNT.fullmatch(str(value).strip())
    if match is None:
        raise ValueError("an amount of money, such as 0.60 USD")
    return Money(Decimal(match[1]))


def _parse_difference(value: object) -> Difference:
    text = str(value)
    amount = parse_money(text.removeprefix("-")).amount
    return Difference(-amount if text.startswith("-") else amount)


@lru_cache(maxsize=1000)
def _decimal_text(amount: Decimal) -> str:
    """Write an amount with at least two decimal places."""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:.{places}f}"
