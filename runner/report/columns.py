"""Tables told column by column: what all rows have stands once, what many have in a list of its own."""

from collections.abc import Sequence
from typing import TypeAlias

Column: TypeAlias = dict[str, object]

Table: TypeAlias = dict[str, object]


_LOOKED_AT = 200
"""Values from which is guessed that those of a column differ, instead of comparing all of them."""


class Rows:
    """Rows of which equal ones are told once; they are named by their places."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._places: dict[tuple[object, ...], int] = {}

    def place(self, row: tuple[object, ...]) -> int:
        """Say where a row stands; one that is not there yet is added."""
        return self._places.setdefault(row, len(self._places))

    def table(self) -> Table:
        """Give all rows that were placed."""
        return make_table(self._names, list(self._places))


def make_table(names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> Table:
    """Turn rows of hashable values into columns, by their names.

    A column is one of: ``all``, the value of all rows; ``of``, some values, and ``at``, which of them each row has;
    ``like``, the name of an earlier column that is equal; ``each``, the values of the rows.
    """
    columns: dict[str, Column] = {}
    names_by_values: dict[tuple[object, ...], str] = {}
    for name, values in zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True):
        earlier = names_by_values.setdefault(values, name)
        columns[name] = _column(values) if earlier == name else {"like": earlier}
    return {"count": len(rows), "columns": columns}


def _column(values: tuple[object, ...]) -> Column:
    if len(set(values[:_LOOKED_AT])) * 2 > _LOOKED_AT:
        return {"each": values}
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    if len(places) == 1:
        return {"all": values[0]}
    if len(places) * 2 > len(values):
        return {"each": values}
    return {"of": list(places), "at": [places[value] for value in values]}
