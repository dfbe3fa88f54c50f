"""The data of a page, as its script has it: tables told by columns become rows again."""

import json
from typing import Any


def read_tables(html: str) -> dict[str, list[dict[str, Any]]]:
    """Read all tables of a page by their names; what a row names in another table stays a place in it."""
    told = json.loads(html.partition('id="data">')[2].partition("</script>")[0])
    return {name: rows_of(table) for name, table in told.items() if set(table) == {"count", "columns"}}


def rows_of(table: dict[str, Any]) -> list[dict[str, Any]]:
    """Lay a table out as rows."""
    columns: dict[str, list[Any]] = {}
    for name, column in table["columns"].items():
        match column:
            case {"each": values}:
                columns[name] = values
            case {"of": values, "at": places}:
                columns[name] = [values[place] for place in places]
            case {"like": other}:
                columns[name] = columns[other]
            case {"all": value}:
                columns[name] = [value] * table["count"]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
