"""The combinations of a matrix for one item."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from itertools import product

from runner.recipe.parsed import ParsedMatrix

ITEM_KEY = "item.key"


def combinations(matrix: ParsedMatrix, item_key: str) -> Iterator[Mapping[str, object]]:
    """Give the combinations of values that an item has, each once.

    Those of all values by name, without the ones that ``exclude`` matches, and the ones that ``include`` adds. In both,
    ``item.key`` and texts may be patterns with ``*`` and ``?``. The names stand in the order of the alphabet, so the
    file's order does not matter.
    """
    if not matrix:
        yield {}
        return
    seen: set[tuple[str, ...]] = set()
    for combination in (*_products(matrix, item_key), *_included(matrix, item_key)):
        identity = tuple(value_text(combination[name]) for name in sorted(combination))
        if identity not in seen:
            seen.add(identity)
            yield combination


def cell_id(item_key: str, combination: Mapping[str, object]) -> str:
    """Name a cell: its item's key, and the values of the matrix in the order of their names."""
    if not combination:
        return item_key
    return "/".join([item_key, *(value_text(combination[name]) for name in sorted(combination))])


def value_text(value: object) -> str:
    """A value of a matrix as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _products(matrix: ParsedMatrix, item_key: str) -> Iterator[Mapping[str, object]]:
    for values in product(*matrix.values.values()):
        combination = dict(zip(matrix.values, values, strict=True))
        if not any(_matches(entry, combination, item_key) for entry in matrix.exclude):
            yield combination


def _included(matrix: ParsedMatrix, item_key: str) -> Iterator[Mapping[str, object]]:
    for entry in matrix.include:
        if fnmatchcase(item_key, str(entry.get(ITEM_KEY, "*"))):
            yield {name: value for name, value in entry.items() if name != ITEM_KEY}


def _matches(entry: Mapping[str, object], combination: Mapping[str, object], item_key: str) -> bool:
    values = {**combination, ITEM_KEY: item_key}
    return all(fnmatchcase(value_text(values[name]), value_text(wanted)) for name, wanted in entry.items())
