"""Pages of a list: all rows once, in order, forwards and backwards."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from runner.server.answers import Refusal
from runner.server.listing.filter import Condition
from runner.server.listing.page import Listed, Page, parse_page, read_page

LISTED = Listed(
    table="rows",
    columns="id, created_at, note",
    fields={"note": str},
    sortable=("created_at", "note", "id"),
    optional=frozenset({"note"}),
)
EVERYTHING = Condition("1")

ROWS = st.lists(st.tuples(st.sampled_from("123"), st.sampled_from(["x", "y", None])), max_size=12)
ORDERS = st.sampled_from(["created_at:desc", "created_at", "note:asc,created_at:desc", "id:desc", "note:desc"])


def _pages(connection: sqlite3.Connection, step: str, **query: str) -> Iterator[Page]:
    """Walk through all pages, by their cursors."""
    while True:
        page = read_page(connection, parse_page(QueryParams(query), LISTED, EVERYTHING))
        yield page
        cursor = page.next if step == "next" else page.previous
        if cursor is None:
            return
        query["pq"] = cursor


@given(ROWS, ORDERS, st.integers(1, 5))
def test_pages_hold_every_row_once_in_order_both_ways(
    rows: list[tuple[str, str | None]], order: str, limit: int
) -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("CREATE TABLE rows (id TEXT, created_at TEXT, note TEXT)")
        connection.executemany(
            "INSERT INTO rows VALUES (?, ?, ?)", [(f"{number:02}", *row) for number, row in enumerate(rows)]
        )
        whole = read_page(connection, parse_page(QueryParams({"sort_by": order}), LISTED, EVERYTHING))
        everything = [row["id"] for row in whole.rows]
        forth = list(_pages(connection, "next", sort_by=order, limit=str(limit)))

        assert [row["id"] for page in forth for row in page.rows] == everything
        assert sorted(everything) == [f"{number:02}" for number in range(len(rows))]
        assert forth[0].previous is None
        if forth[-1].previous is not None:
            back = list(_pages(connection, "previous", sort_by=order, limit=str(limit), pq=forth[-1].previous))
            before_last = [row["id"] for page in forth[:-1] for row in page.rows]
            assert [row["id"] for page in reversed(back) for row in page.rows] == before_last


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"limit": "0"}, ["limit"]),
        ({"limit": "501"}, ["limit"]),
        ({"limit": "ten"}, ["limit"]),
        ({"sort_by": "secret"}, ["sort_by"]),
        ({"sort_by": "note,note:desc"}, ["sort_by"]),
        ({"sort_by": "note; DROP TABLE rows"}, ["sort_by"]),
        ({"q": "note="}, ["q"]),
        ({"pq": "nonsense"}, ["pq"]),
        ({"pq": "W2ZhbHNlLFsiYSJdXQ=="}, ["pq"]),
        ({"pq": "bnVsbA=="}, ["pq"]),
        ({"pq": "W2ZhbHNlLFtbXSxbXV1d"}, ["pq"]),
        ({"from_prev": "perhaps"}, ["pq"]),
        ({"limit": "x", "q": "(", "sort_by": "y"}, ["q", "limit", "sort_by"]),
    ],
)
def test_what_is_wrong_with_a_query_is_told_by_parameter(query: dict[str, str], fields: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        parse_page(QueryParams(query), LISTED, EVERYTHING)

    assert refused.value.status == 422
    assert [error.field for error in refused.value.errors] == fields
