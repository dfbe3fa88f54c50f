"""Pages of a list: how many, in which order, from where on."""

import base64
import binascii
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from starlette.datastructures import QueryParams

from runner.core.digest import Json
from runner.server.answers import FieldError, invalid
from runner.server.listing.filter import Condition, FilterError, Normalize, parse_filter

MAX_LIMIT = 500
_USUAL_LIMIT = 50
_SORT = re.compile(r"([a-z_]+)(?::(asc|desc))?")


@dataclass(frozen=True, slots=True)
class Listed:
    """What can be listed: a table, and what of it clients may filter and sort by.

    Attributes:
        columns: What is read, as SQL; every column of ``sortable`` is in it.
        fields: For filters, by column.
        sortable: Columns; the id always comes last, so that the order is complete.
        optional: Those of them that may have no value.
        usual: The order if none is asked for.
    """

    table: str
    columns: str
    fields: Mapping[str, Normalize]
    sortable: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    usual: str = "created_at:desc"


@dataclass(frozen=True, slots=True)
class _Key:
    """One column to sort by."""

    column: str
    descends: bool
    is_optional: bool = False

    @property
    def sql(self) -> str:
        """The column as it is sorted: one without a value comes before all others."""
        return f"ifnull({self.column}, '')" if self.is_optional else self.column


@dataclass(frozen=True, slots=True)
class _Cursor:
    """A place in a list: after the row with these values, or before it."""

    values: tuple[str, ...]
    is_backward: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Which page of which list is asked for.

    Attributes:
        keys: What to sort by, ending with the id.
        cursor: None for the first page.
    """

    listed: Listed
    condition: Condition
    limit: int
    keys: tuple[_Key, ...]
    cursor: _Cursor | None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursors of the pages around; None where there is no such page."""

    rows: Sequence[sqlite3.Row]
    first: str
    next: str | None
    previous: str | None

    def document(self, items: list[Json]) -> dict[str, Json]:
        """Write the page.

        Args:
            items: Its rows, as answers show them.
        """
        return {"items": items, "first": self.first, "next": self.next, "previous": self.previous}


def parse_page(query: QueryParams, listed: Listed, scope: Condition) -> PageRequest:
    """Read which page a client asks for: ``q``, ``limit``, ``sort_by``, ``pq``, ``from_prev``.

    Args:
        query: Of the request.
        listed: What is listed.
        scope: What the client may see at all.

    Raises:
        Refusal: 422, with every parameter that is wrong.
    """
    errors: list[FieldError] = []
    condition, limit, keys = scope, _USUAL_LIMIT, _parse_sort(listed.usual, listed)
    if query.get("q", "").strip():
        try:
            asked = parse_filter(query["q"], listed.fields)
            condition = Condition(f"{scope.sql} AND {asked.sql}", scope.values + asked.values)
        except FilterError as error:
            errors.append(FieldError("q", str(error)))
    try:
        limit = _parse_limit(query.get("limit"))
    except ValueError as error:
        errors.append(FieldError("limit", str(error)))
    try:
        keys = _parse_sort(query.get("sort_by") or listed.usual, listed)
    except ValueError as error:
        errors.append(FieldError("sort_by", str(error)))
    cursor = None
    try:
        cursor = _parse_cursor(query.get("pq"), query.get("from_prev"), len(keys))
    except ValueError as error:
        errors.append(FieldError("pq", str(error)))
    if errors:
        raise invalid(*errors)
    return PageRequest(listed=listed, condition=condition, limit=limit, keys=keys, cursor=cursor)


def read_page(connection: sqlite3.Connection, asked: PageRequest) -> Page:
    """Read a page."""
    backward = asked.cursor is not None and asked.cursor.is_backward
    place = _beyond(asked.keys, asked.cursor)
    order = ", ".join(f"{key.sql} {'DESC' if key.descends != backward else 'ASC'}" for key in asked.keys)
    rows = connection.execute(
        f"SELECT {asked.listed.columns} FROM {asked.listed.table} WHERE {asked.condition.sql} AND {place.sql}"  # noqa: S608 - columns come from our own tables, values as parameters
        f" ORDER BY {order} LIMIT ?",
        (*asked.condition.values, *place.values, asked.limit + 1),
    ).fetchall()
    more, rows = len(rows) > asked.limit, rows[: asked.limit]
    if backward:
        rows.reverse()
    has_next = bool(rows) and (backward or more)
    has_previous = bool(rows) and (more if backward else asked.cursor is not None and asked.cursor.values != ())
    return Page(
        rows,
        _cursor_text((), is_backward=False),
        _cursor_text(_values(rows[-1], asked.keys), is_backward=False) if has_next else None,
        _cursor_text(_values(rows[0], asked.keys), is_backward=True) if has_previous else None,
    )


def _parse_limit(text: str | None) -> int:
    if text is None:
        return _USUAL_LIMIT
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= MAX_LIMIT:
        raise ValueError(f"must be a whole number from 1 to {MAX_LIMIT}")
    return int(text)


def _parse_sort(text: str, listed: Listed) -> tuple[_Key, ...]:
    keys: list[_Key] = []
    for part in text.split(","):
        match = _SORT.fullmatch(part.strip())
        if match is None or match[1] not in listed.sortable or match[1] in {key.column for key in keys}:
            raise ValueError(
                f"must name each column once, as 'created_at:desc'; there are: {', '.join(listed.sortable)}"
            )
        keys.append(_Key(match[1], match[2] == "desc", match[1] in listed.optional))
    if "id" not in {key.column for key in keys}:
        keys.append(_Key("id", keys[0].descends))
    return tuple(keys)


def _parse_cursor(text: str | None, from_prev: str | None, keys: int) -> _Cursor | None:
    if from_prev not in {None, "true", "false"}:
        raise ValueError("stands with from_prev, which must be true or false")
    if not text:
        return None
    try:
        is_backward, values = orjson.loads(base64.b64decode(text.encode("ascii"), b"-_", validate=True))
    except (binascii.Error, UnicodeEncodeError, ValueError, TypeError) as error:
        raise ValueError("is no cursor of a list") from error
    good = isinstance(is_backward, bool) and isinstance(values, list) and all(isinstance(v, str) for v in values)
    if not good or len(values) not in {0, keys}:
        raise ValueError("is no cursor of a list in this order")
    return _Cursor(tuple(values), is_backward or (from_prev == "true" and bool(values)))


def _beyond(keys: Sequence[_Key], cursor: _Cursor | None) -> Condition:
    """Select what comes after the cursor in the order of the keys, or before it."""
    if cursor is None or not cursor.values:
        return Condition("1")
    parts: list[str] = []
    values: list[str] = []
    for number, key in enumerate(keys):
        same = "".join(f"{before.sql} = ? AND " for before in keys[:number])
        parts.append(f"({same}{key.sql} {'<' if key.descends != cursor.is_backward else '>'} ?)")
        values += cursor.values[: number + 1]
    return Condition(f"({' OR '.join(parts)})", tuple(values))


def _values(row: sqlite3.Row, keys: Sequence[_Key]) -> tuple[str, ...]:
    return tuple(row[key.column] or "" for key in keys)


def _cursor_text(values: tuple[str, ...], *, is_backward: bool) -> str:
    return base64.b64encode(orjson.dumps([is_backward, values]), b"-_").decode("ascii")
