"""What a model said about its result, in words: facts, and a table for each list of alike things such as eyes."""

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from runner.core.digest import Json
from runner.report.views import Fact, Records
from runner.report.wording import json_text

_UNITS = {"px": "px", "s": "s", "ms": "ms", "deg": "°", "db": "dB"}


def detail_facts(details: Mapping[str, Json]) -> tuple[Fact, ...]:
    """Put the details that are no lists of records into words, in their order."""
    return tuple(Fact(_label(name), _text(value)) for name, value in details.items() if not _is_records(value))


def detail_records(details: Mapping[str, Json]) -> tuple[Records, ...]:
    """Lay each list of records out as a table; a record without a column leaves its place empty."""
    return tuple(_table(name, value) for name, value in details.items() if _is_records(value))


def _is_records(value: Json) -> TypeGuard[list[dict[str, Json]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)


def _table(name: str, records: Sequence[Mapping[str, Json]]) -> Records:
    columns = tuple(dict.fromkeys(column for record in records for column in record))
    rows = tuple(tuple(_text(record.get(column)) for column in columns) for record in records)
    return Records(_label(name), tuple(_label(column) for column in columns), rows)


def _label(name: str) -> str:
    """Write a name with its unit as people do: ``center_px`` as ``center, px``."""
    stem, _, unit = name.rpartition("_")
    return f"{stem.replace('_', ' ')}, {_UNITS[unit]}" if stem and unit in _UNITS else name.replace("_", " ")


def _text(value: Json) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() if all(isinstance(part, int | float | str) for part in value):
            return ", ".join(str(part) for part in value)
        case _:
            return json_text(value)
