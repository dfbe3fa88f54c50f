"""The filter language of lists: ``status_code:succeeded AND created_at>2026-04-01``.

    filter     = alternative { "OR" alternative }
    alternative = condition { "AND" condition }
    condition  = "NOT" condition | "(" filter ")" | field operator value
    operator   = "=" | ":" | ">" | "<" | ">=" | "<="
    value      = word | '"' text '"' | "'" text "'"

``:`` is another way to write ``=``. A field without a value is equal to nothing and compares with nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

MAX_LENGTH = 2000
_MAX_CONDITIONS = 50
_MAX_DEPTH = 20

Normalize: TypeAlias = Callable[[str], str]
"""Gives a value as the database has it; raises ValueError with what was expected."""

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<bracket>[()])
      | (?P<operator>>=|<=|[=:><])
      | "(?P<double>(?:[^"\\]|\\.)*)"
      | '(?P<single>(?:[^'\\]|\\.)*)'
      | (?P<word>\d{4}-\d\d-\d\dT[0-9:.+Zz-]+ | [^\s()=:><"']+)
    )""",
    re.VERBOSE | re.DOTALL,
)


class FilterError(ValueError):
    """A filter that cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A part of an SQL ``WHERE``, with a value for each of its question marks."""

    sql: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


_END = _Token("end", "the end")


def parse_filter(text: str, fields: Mapping[str, Normalize]) -> Condition:
    """Read a filter.

    Args:
        text: As a client wrote it.
        fields: What may be compared, by name; the names are columns.

    Raises:
        FilterError: it cannot be read, names another field, or is too long.
    """
    if len(text) > MAX_LENGTH:
        raise FilterError(f"is longer than {MAX_LENGTH} characters")
    parser = _Parser(_tokens(text), fields)
    condition = parser.alternatives(0)
    parser.expect_end()
    return condition


def _tokens(text: str) -> list[_Token]:
    tokens, place, end = [], 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            raise FilterError(f"cannot be read from character {place + 1} on")
        kind = match.lastgroup or ""
        word = match[kind]
        quoted = kind in {"double", "single"}
        tokens.append(_Token("text" if quoted else kind, re.sub(r"\\(.)", r"\1", word) if quoted else word))
        place = match.end()
    return tokens


class _Parser:
    """Reads tokens by recursive descent."""

    def __init__(self, tokens: list[_Token], fields: Mapping[str, Normalize]) -> None:
        self._tokens = tokens
        self._fields = fields
        self._place = 0
        self._conditions = 0

    def alternatives(self, depth: int) -> Condition:
        if depth > _MAX_DEPTH:
            raise FilterError(f"is nested deeper than {_MAX_DEPTH} levels")
        found = [self._all(depth)]
        while self._took("word", "OR"):
            found.append(self._all(depth))
        return _joined(" OR ", found)

    def expect_end(self) -> None:
        if self._next() is not _END:
            raise FilterError(f"expected AND, OR or the end, not '{self._next().text}'")

    def _all(self, depth: int) -> Condition:
        found = [self._condition(depth)]
        while self._took("word", "AND"):
            found.append(self._condition(depth))
        return _joined(" AND ", found)

    def _condition(self, depth: int) -> Condition:
        negations = 0
        while self._took("word", "NOT"):
            negations += 1
        condition = self._bracket(depth) if self._took("bracket", "(") else self._comparison()
        return Condition(f"NOT {condition.sql}", condition.values) if negations % 2 else condition

    def _bracket(self, depth: int) -> Condition:
        condition = self.alternatives(depth + 1)
        if not self._took("bracket", ")"):
            raise FilterError(f"expected ')', not '{self._next().text}'")
        return condition

    def _comparison(self) -> Condition:
        self._conditions += 1
        if self._conditions > _MAX_CONDITIONS:
            raise FilterError(f"has more than {_MAX_CONDITIONS} conditions")
        field = self._take("word", "a field")
        normalize = self._fields.get(field)
        if normalize is None:
            raise FilterError(f"has no field '{field}'; there are: {', '.join(self._fields)}")
        operator = self._take("operator", f"an operator after '{field}'")
        value = self._take("text" if self._next().kind == "text" else "word", f"a value after '{field}{operator}'")
        try:
            written = normalize(value)
        except ValueError as error:
            raise FilterError(f"'{field}' must be {error}") from error
        return _compared(field, operator, written)

    def _next(self) -> _Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else _END

    def _take(self, kind: str, expected: str) -> str:
        token = self._next()
        if token.kind != kind:
            raise FilterError(f"expected {expected}, not '{token.text}'")
        self._place += 1
        return token.text

    def _took(self, kind: str, text: str) -> bool:
        took = self._next() == _Token(kind, text)
        self._place += took
        return took


def _compared(field: str, operator: str, value: str) -> Condition:
    """Compare so that the answer is always yes or no: with SQL's third one, NOT would hide rows."""
    if operator in {"=", ":"}:
        return Condition(f"{field} IS ?", (value,))
    return Condition(f"ifnull({field} {operator} ?, 0)", (value,))


def _joined(word: str, conditions: list[Condition]) -> Condition:
    if len(conditions) == 1:
        return conditions[0]
    sql = word.join(condition.sql for condition in conditions)
    return Condition(f"({sql})", tuple(value for condition in conditions for value in condition.values))
