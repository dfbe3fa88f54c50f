"""The filter language: what it selects, and what it refuses."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.server.listing.filter import FilterError, parse_filter

ROWS = ("a", "b", "c d", None, "it's", "AND")


def check(text: str) -> list[str | None] | str:
    """Give the rows that a filter selects, or why it is refused."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE rows (name TEXT, size TEXT)")
        connection.executemany("INSERT INTO rows VALUES (?, '5')", [(name,) for name in ROWS])
        try:
            condition = parse_filter(text, {"name": str, "size": _digit})
        except FilterError as error:
            return str(error)
        found = connection.execute(f"SELECT name FROM rows WHERE {condition.sql} ORDER BY rowid", condition.values)
        return [row[0] for row in found]


def _digit(text: str) -> str:
    if not text.isdigit():
        raise ValueError("a digit")
    return text


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("name=a", ["a"]),
        ("name:a", ["a"]),
        ("name:'c d'", ["c d"]),
        ('name = "it\'s"', ["it's"]),
        (r"name='it\'s'", ["it's"]),
        ("name='AND'", ["AND"]),
        ("name=a OR name=b", ["a", "b"]),
        ("name=a OR name=b AND size=6", ["a"]),
        ("(name=a OR name=b) AND size=6", []),
        ("NOT name=a", ["b", "c d", None, "it's", "AND"]),
        ("NOT NOT name=a", ["a"]),
        ("NOT (name=a OR name=b)", ["c d", None, "it's", "AND"]),
        ("name>b AND name<=it", ["c d"]),
        ("NOT name>b", ["a", "b", None, "AND"]),
        ("name=A", []),
        ("size>=5 AND name=b", ["b"]),
    ],
)
def test_a_filter_selects(text: str, rows: list[str | None]) -> None:
    assert check(text) == rows


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nome=a", "has no field 'nome'; there are: name, size"),
        ("name", "expected an operator after 'name', not 'the end'"),
        ("name=", "expected a value after 'name=', not 'the end'"),
        ("name=a name=b", "expected AND, OR or the end, not 'name'"),
        ("(name=a", "expected ')', not 'the end'"),
        ("name='a", "cannot be read from character 6 on"),
        ("size=x", "'size' must be a digit"),
        ("AND", "has no field 'AND'; there are: name, size"),
        ("(" * 30 + "name=a" + ")" * 30, "is nested deeper than 20 levels"),
        (" OR ".join(["name=a"] * 60), "has more than 50 conditions"),
        ("name=a" + " " * 2000, "is longer than 2000 characters"),
        ("NOT " * 300, "expected a field, not 'the end'"),
    ],
)
def test_a_filter_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert check(text) == reason


@given(st.text(alphabet="name=:<>()'\"\\ANDORNT a1", max_size=60) | st.text(max_size=60))
def test_any_text_is_a_filter_or_is_refused(text: str) -> None:
    assert isinstance(check(text), list | str)


@given(st.text(min_size=1, max_size=20).filter(lambda text: "\\" not in text and '"' not in text and "\0" not in text))
def test_a_value_in_quotes_is_a_value_whatever_stands_in_it(text: str) -> None:
    condition = parse_filter(f'name="{text}"', {"name": str})

    assert condition.values == (text,)
