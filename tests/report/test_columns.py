"""Rows in, columns out, and the same rows again."""

from hypothesis import given
from hypothesis import strategies as st

from runner.report.columns import Rows, make_table
from tests.report.page_data import rows_of

_WORDS = st.sampled_from(["done", "failed", "in doubt", ""])


@given(st.lists(st.tuples(_WORDS, st.text(max_size=3), st.none() | st.integers()), max_size=300))
def test_columns_say_what_the_rows_said(rows: list[tuple[object, ...]]) -> None:
    names = ("state", "text", "place")
    assert rows_of(make_table(names, rows)) == [dict(zip(names, row, strict=True)) for row in rows]


def test_what_all_rows_have_stands_once() -> None:
    rows = [("done", number, f"id {number}", f"id {number}", number % 2) for number in range(10)]
    table = make_table(("state", "number", "id", "title", "side"), rows)
    assert table["columns"] == {
        "state": {"all": "done"},
        "number": {"each": tuple(range(10))},
        "id": {"each": tuple(f"id {number}" for number in range(10))},
        "title": {"like": "id"},
        "side": {"of": [0, 1], "at": [0, 1] * 5},
    }


def test_values_that_differ_from_the_first_on_are_not_all_compared() -> None:
    rows = [(number if number < 200 else 7,) for number in range(1000)]
    assert rows_of(make_table(("number",), rows)) == [{"number": number} for (number,) in rows]


def test_equal_rows_are_placed_once() -> None:
    rows = Rows("label", "text")
    assert [rows.place(row) for row in (("seed", "7"), ("image", "a"), ("seed", "7"))] == [0, 1, 0]
    assert rows_of(rows.table()) == [{"label": "seed", "text": "7"}, {"label": "image", "text": "a"}]
