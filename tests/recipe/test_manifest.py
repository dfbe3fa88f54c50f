"""CSV and JSONL manifests: rows, or every mistake in its place."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runner.core.diagnostic import Diagnostic
from runner.recipe.csv_fields import MAX_COLUMNS
from runner.recipe.manifest import (
    MAX_BYTES,
    MAX_LINE_LENGTH,
    MAX_PROBLEMS,
    MAX_ROWS,
    ColumnType,
    ManifestValue,
    Row,
    decode_manifest,
    split_manifest,
)
from runner.recipe.manifest_csv import read_csv
from runner.recipe.manifest_jsonl import read_jsonl
from tests.growth import growth

Columns = Mapping[str, ColumnType]
ALL_TYPES: Columns = {"n": "int", "x": "number", "ok": "bool"}


def short(problems: list[Diagnostic]) -> list[str]:
    return [f"{problem.span.line}:{problem.span.column} {problem.code}" for problem in problems]


def check_csv(text: str, columns: Columns | None = None) -> list[str]:
    found = read_csv(text, "rows.csv", columns or {})
    return short(found) if isinstance(found, list) else []


def check_jsonl(text: str) -> list[str]:
    found = read_jsonl(text, "rows.jsonl")
    return short(found) if isinstance(found, list) else []


def values(found: tuple[Row, ...] | list[Diagnostic]) -> list[Mapping[str, ManifestValue]]:
    assert isinstance(found, tuple), found
    return [row.values for row in found]


def csv_values(text: str, columns: Columns | None = None) -> list[Mapping[str, ManifestValue]]:
    return values(read_csv(text, "rows.csv", columns or {}))


def jsonl_values(text: str) -> list[Mapping[str, ManifestValue]]:
    return values(read_jsonl(text, "rows.jsonl"))


def test_values_are_text_unless_a_column_has_a_type() -> None:
    text = "id,n,x,ok\n007,7,0.50,yes\n"
    assert csv_values(text) == [{"id": "007", "n": "7", "x": "0.50", "ok": "yes"}]
    assert csv_values(text, ALL_TYPES) == [{"id": "007", "n": 7, "x": Decimal("0.50"), "ok": True}]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("true", True), ("YES", True), ("1", True), ("False", False), ("no", False), (" 0 ", False), ("", None)],
)
def test_words_and_digits_are_truth_values(written: str, meant: bool | None) -> None:
    assert csv_values(f"id,ok\na,{written}\n", {"ok": "bool"}) == [{"id": "a", "ok": meant}]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("5", Decimal(5)), ("-.5", Decimal("-0.5")), ("1e3", Decimal(1000)), (" 2. ", Decimal(2)), ("", None)],
)
def test_numbers_are_exact(written: str, meant: Decimal | None) -> None:
    assert csv_values(f"id,x\na,{written}\n", {"x": "number"}) == [{"id": "a", "x": meant}]


def test_an_empty_field_of_text_is_empty_text() -> None:
    assert csv_values("id,note\na,\n", {"note": "text"}) == [{"id": "a", "note": ""}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_headers(delimiter: str) -> None:
    text = f"id{delimiter}note\na{delimiter}one two\n"
    assert csv_values(text) == [{"id": "a", "note": "one two"}]


def test_rows_never_change_the_delimiter() -> None:
    assert csv_values("id,note\na,x;y;z;w\n") == [{"id": "a", "note": "x;y;z;w"}]


def test_delimiters_in_a_quoted_name_do_not_count() -> None:
    assert csv_values('"a,b,c";d\n1;2\n') == [{"a,b,c": "1", "d": "2"}]


def test_spaces_after_delimiters_go_where_the_header_has_them() -> None:
    assert csv_values('id, note\na, "x, y"\n') == [{"id": "a", "note": "x, y"}]
    assert csv_values("id,note\na, x\n") == [{"id": "a", "note": " x"}]


def test_quotes_hold_delimiters_breaks_and_quotes() -> None:
    assert csv_values('id,note\r\na,"x, ""y""\r\nz"\r\n') == [{"id": "a", "note": 'x, "y"\r\nz'}]


def test_lines_without_a_value_are_skipped_and_counted() -> None:
    found = read_csv("\nid,note\n\na,\n,\n  ,\nb,\n", "rows.csv", {})
    assert isinstance(found, tuple)
    assert [(row.values["id"], row.line) for row in found] == [("a", 4), ("b", 7)]


def test_a_row_begins_where_its_first_line_is() -> None:
    found = read_csv('id,note\na,"1\n2\n3"\nb,\n', "rows.csv", {})
    assert isinstance(found, tuple)
    assert [row.line for row in found] == [2, 5]


def test_a_byte_order_mark_is_no_part_of_a_name() -> None:
    assert csv_values("\ufeffid\na\n") == [{"id": "a"}]
    assert jsonl_values('\ufeff{"id": "a"}\n') == [{"id": "a"}]
    assert decode_manifest("id\nä\n".encode("utf-8-sig"), "rows.csv") == "id\nä\n"


def test_a_header_alone_has_no_rows() -> None:
    assert csv_values("id,path\n") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1:1 empty-manifest"]),
        ("\n \n", ["1:1 empty-manifest"]),
        (",,\n", ["1:1 empty-manifest"]),
        ("a,,b\n", ["1:3 empty-column-name"]),
        ("a,b, a\n", ["1:5 repeated-column"]),
        ("a,b\n1\n1,2\n1,2,3\n", ["2:1 too-few-values", "4:5 too-many-values"]),
        ('a,b\n"1\n2",3,4\n', ["3:6 too-many-values"]),
        ('a,b\n"x"y,1\n1,2\n1,"y"z\n', ["2:4 text-after-quote", "4:6 text-after-quote"]),
        ('a,b\n1,"x\n2,y\n', ["2:3 unclosed-quote"]),
        ('a,"b\n1,2\n', ["1:3 unclosed-quote"]),
        ("a\n" + "x" * 140_000 + "\n", ["2:1 field-too-long"]),
        ('a,b\n1,"' + "x\n" * 70_000, ["2:3 field-too-long"]),
        ("x" * (MAX_LINE_LENGTH + 1), ["1:1 line-too-long"]),
        (",".join(f"c{at}" for at in range(MAX_COLUMNS + 1)), ["1:1171 too-many-columns"]),
        ("a\n" + "1\n" * (MAX_ROWS + 1), [f"{MAX_ROWS + 2}:1 too-large"]),
    ],
)
def test_every_mistake_of_a_csv_file_has_its_place(text: str, expected: list[str]) -> None:
    assert check_csv(text) == expected


def test_every_value_of_a_wrong_type_is_reported() -> None:
    text = "id,n,x,ok\na,1,2,yes\nb,1.5,2,yes\nc,x,y,maybe\n"
    expected = ["3:3 wrong-type", "4:3 wrong-type", "4:5 wrong-type", "4:7 wrong-type"]
    assert check_csv(text, ALL_TYPES) == expected


def test_a_decimal_comma_is_met_with_the_point() -> None:
    found = read_csv("id;x\na;0,5\n", "rows.csv", {"x": "number"})
    assert isinstance(found, list)
    assert (found[0].message, found[0].hint) == ("'0,5' in the column 'x' is not a number", "write 0.5")


def test_a_typed_column_that_is_missing_is_met_with_the_nearest() -> None:
    found = read_csv("id,consent\n", "rows.csv", {"consnet": "bool"})
    assert isinstance(found, list)
    assert (found[0].code, found[0].hint) == ("unknown-column", "did you mean 'consent'?")


def test_a_problem_shows_its_line() -> None:
    found = read_csv("id,path\na,b,c\r\n", "lists/rows.csv", {})
    assert isinstance(found, list)
    assert (found[0].path, found[0].source) == ("lists/rows.csv", "a,b,c")


def test_a_file_of_another_kind_stops_the_reading() -> None:
    found = check_csv("a,b\n" + "1\n" * 20_000)
    assert found[-1] == f"{MAX_PROBLEMS + 2}:1 too-many-problems"
    assert len(found) == MAX_PROBLEMS + 1


def test_json_lines_keep_the_types_they_have() -> None:
    text = '{"id": "007", "n": 7, "x": 0.50, "ok": true, "note": null}\n\n{"id": "b"}\n'
    expected = [{"id": "007", "n": 7, "x": Decimal("0.50"), "ok": True, "note": None}, {"id": "b"}]
    assert jsonl_values(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1]\n7\n", ["1:1 not-an-object", "2:1 not-an-object"]),
        ('{"a": 1\n{"a" 2}\n', ["1:8 json-syntax", "2:6 json-syntax"]),
        ('{"a": 1} x\n', ["1:10 json-syntax"]),
        ('{"a": 1, "b": 2, "a": 3}\n', ["1:2 repeated-key"]),
        ('{"a": [1], "b": {}}\n', ["1:2 nested-value", "1:12 nested-value"]),
        ('{"a": NaN}\n{"a": -Infinity}\n', ["1:7 wrong-type", "2:7 wrong-type"]),
        ('{"a": 1e9999}\n', ["1:7 wrong-type"]),
        ('{"a": ' + "9" * 5000 + "}\n", ["1:7 wrong-type"]),
        ('{"a": "\\ud800"}\n', ["1:8 not-text"]),
        ("[" * 200_000, ["1:1 too-deep"]),
        ("x" * (MAX_LINE_LENGTH + 1), ["1:1 line-too-long"]),
    ],
)
def test_every_mistake_of_a_jsonl_file_has_its_place(text: str, expected: list[str]) -> None:
    assert check_jsonl(text) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id\nä\n".encode("latin-1"), "2:1 not-utf-8"),
        (b"\xef\xbb\xbfid\r\n\xc3\xa4b\xe4", "2:3 not-utf-8"),
        ("id\na\n".encode("utf-16"), "1:1 not-utf-8"),
        ("id\na\n".encode("utf-32"), "1:1 not-utf-8"),
        (b"id\nab\0c\n", "2:3 not-text"),
        (b"a" * (MAX_BYTES + 1), "1:1 too-large"),
    ],
)
def test_only_utf_8_of_a_limited_size_is_read(content: bytes, expected: str) -> None:
    found = decode_manifest(content, "rows.csv")
    assert isinstance(found, list)
    assert short(found) == [expected]


def test_a_value_is_found_in_its_row() -> None:
    manifest = split_manifest("id,path\na,photos/a.jpg\n", "rows.csv")
    span = manifest.span(2, "photos/a.jpg")
    assert (span.line, span.column, span.length) == (2, 3, 12)
    assert manifest.diagnostic(span, "missing-file", "there is no file").source == "a,photos/a.jpg"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("read", "shared"),
    [
        (lambda text: read_csv(text, "a", {"n": "int"}), lambda by: "id,n\n" + '"A, 1",2\n' * (100_000 // by)),
        (lambda text: read_jsonl(text, "a"), lambda by: '{"id": "A, 1", "n": 2}\n' * (100_000 // by)),
        (lambda text: read_csv(text, "a", {}), lambda by: ("," * (900_000 // by) + "\n") * 16),
        (lambda text: read_csv(text, "a", {}), lambda by: "a,b\n" + ("1," * (400_000 // by) + '"x"y\n') * 20),
        (lambda text: read_csv(text, "a", {}), lambda by: "a,b\n" + '"' * (16_000_000 // by)),
        (lambda text: read_jsonl(text, "a"), lambda by: ('{"a":' * (150_000 // by) + "\n") * 20),
        (lambda text: read_jsonl(text, "a"), lambda by: ("[" * 900 + "]" * 900 + "\n") * (8_000 // by)),
    ],
)
def test_the_work_on_large_and_hostile_files_grows_with_their_size(
    read: Callable[[str], object], shared: Callable[[int], str]
) -> None:
    # Straight growth is 16, and up to 50 where the whole leaves the caches; growth with the square is 256.
    assert growth(read, shared(16), shared(1)) < 100


@given(st.data())
def test_what_the_csv_module_writes_is_read_back(data: st.DataObject) -> None:
    text = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
    names = data.draw(st.lists(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), min_size=1, max_size=5, unique=True))
    filled = st.lists(text, min_size=len(names), max_size=len(names)).filter(lambda row: any(map(str.strip, row)))
    rows = data.draw(st.lists(filled))
    file = io.StringIO(newline="")
    csv.writer(file).writerows([names, *rows])
    assert csv_values(file.getvalue()) == [dict(zip(names, row, strict=True)) for row in rows]


@given(
    st.lists(
        st.dictionaries(
            st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")) | st.none() | st.booleans()
        )
    )
)
def test_what_the_json_module_writes_is_read_back(rows: list[dict[str, ManifestValue]]) -> None:
    assert jsonl_values("".join(json.dumps(row) + "\n" for row in rows)) == rows


_PIECES = st.sampled_from(
    ["a", "b", "n", ",", ";", "\t", '"', "\n", "\r", " ", "1", "\0", "\ufeff", "\u2028", "{", "}", ":", "[", "\\"]
)


@given(st.lists(_PIECES).map("".join) | st.text())
@example('\ud800,"\n')
def test_any_text_gives_rows_or_problems_inside_it(text: str) -> None:
    manifest = split_manifest(text, "rows")
    for found in (read_csv(text, "rows", {"n": "int"}), read_jsonl(text, "rows")):
        problems = found if isinstance(found, list) else []
        assert isinstance(found, tuple) or problems
        for problem in problems:
            assert 1 <= problem.span.line <= max(1, len(manifest.lines))
            assert 1 <= problem.span.column <= len(problem.source) + 1


@given(st.binary())
def test_any_bytes_are_text_or_a_problem(content: bytes) -> None:
    found = decode_manifest(content, "rows.csv")
    assert isinstance(found, str) or len(found) == 1
