"""CSV text to rows: the delimiter is the header's, types stand where they are asked for, nothing is guessed."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from runner.core.diagnostic import Diagnostic, Span, in_file_order
from runner.recipe.csv_fields import MAX_COLUMNS, Form, field_places, form_of, span_at
from runner.recipe.manifest import ColumnType, ManifestText, ManifestValue, Row, cut, is_too_many, split_manifest
from runner.source.nearest import did_you_mean

_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0"})
_INT = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")


def read_csv(text: str, path: str, columns: Mapping[str, ColumnType]) -> tuple[Row, ...] | list[Diagnostic]:
    """Read a CSV manifest with a header line.

    The delimiter is ``,``, ``;`` or a tab, whichever the header has most of. Where a space follows each delimiter of
    the header, spaces after delimiters are no part of a value anywhere; elsewhere values are taken as they are. Lines
    without any value are skipped.

    Args:
        text: The file's text.
        path: The file as the user named it, for the diagnostics.
        columns: The types of the columns that are not text. Numbers have a decimal point; bool is true or false, yes
            or no, 1 or 0.

    Returns:
        The rows, none when there is only a header; or every problem, in file order.
    """
    manifest = split_manifest(text, path)
    if manifest.problems:
        return manifest.problems
    start = next((at for at, line in enumerate(manifest.lines) if line.strip()), 0)
    records = _records(manifest, start, form_of("".join(manifest.lines[start : start + 1])))
    header = next(records, None)
    if header is None and not manifest.problems:
        message = "there is no header line with the names of the columns"
        manifest.report_problem(Span(1, 1), "empty-manifest", message)
    if header is None or not _check_header(manifest, header, columns):
        return in_file_order(manifest.problems)
    rows = _rows(manifest, header, records, columns)
    return in_file_order(manifest.problems) if manifest.problems else rows


@dataclass(frozen=True, slots=True)
class _Record:
    """The fields of one row, and the lines they stand in."""

    fields: list[str]
    line: int
    text: str
    form: Form

    def span(self, at: int) -> Span:
        """The place of a field; of the last where there are fewer."""
        starts = field_places(self.text, self.form).starts
        return span_at(self.text, starts[min(at, len(starts) - 1)], self.line)


def _records(manifest: ManifestText, start: int, form: Form) -> Iterator[_Record]:
    """Read the records that can be read, report the others, leave out the empty ones."""
    lines = iter(manifest.lines[start:])
    reader = csv.reader(lines, delimiter=form.delimiter, skipinitialspace=form.skips_space, strict=True)
    while True:
        first = start + reader.line_num
        try:
            fields = next(reader, None)
        except csv.Error as error:
            text = "".join(manifest.lines[first : start + reader.line_num])
            if not _report_syntax(manifest, text, first + 1, form, str(error)):
                return
            continue
        if fields is None:
            return
        if any(map(str.strip, fields)):
            text = "".join(manifest.lines[first : start + reader.line_num])
            yield _Record(fields, first + 1, text, form)


def _report_syntax(manifest: ManifestText, text: str, line: int, form: Form, said: str) -> bool:
    """Say why a record cannot be read, and whether the next line is likely to begin another."""
    places = field_places(text, form)
    span = span_at(text, places.starts[-1], line)
    if places.broken is not None:
        span, hint = span_at(text, places.broken, line), 'inside quotes, write a quote twice: ""'
        manifest.report_problem(span, "text-after-quote", "there is text after the closing quote", hint)
        return not manifest.is_hopeless
    if len(places.starts) > MAX_COLUMNS:
        manifest.report_problem(span, "too-many-columns", f"there are more than {MAX_COLUMNS} columns")
    elif "field larger" in said:
        message = f"this field is longer than {csv.field_size_limit():,} characters"
        manifest.report_problem(span, "field-too-long", message, "is a closing quote missing?")
    else:
        manifest.report_problem(span, "unclosed-quote", "the quote that opens here is never closed")
    return False


def _check_header(manifest: ManifestText, header: _Record, columns: Mapping[str, ColumnType]) -> bool:
    """Report names that are empty or repeated, and typed columns that are not there."""
    names = _names(header)
    if len(names) > MAX_COLUMNS:
        manifest.report_problem(
            header.span(MAX_COLUMNS), "too-many-columns", f"there are more than {MAX_COLUMNS} columns"
        )
        return False
    for at, name in enumerate(names):
        if not name:
            manifest.report_problem(
                header.span(at), "empty-column-name", f"column {at + 1} has no name", "name it or remove it"
            )
        elif name in names[:at]:
            message = f"there are two columns '{cut(name)}'"
            manifest.report_problem(header.span(at), "repeated-column", message, "rename or remove one")
    for name in columns:
        if name not in names:
            hint = did_you_mean(name, filter(None, names))
            manifest.report_problem(Span(header.line, 1), "unknown-column", f"there is no column '{cut(name)}'", hint)
    return not manifest.problems


def _names(header: _Record) -> list[str]:
    return [name.strip() for name in header.fields]


def _rows(
    manifest: ManifestText, header: _Record, records: Iterable[_Record], columns: Mapping[str, ColumnType]
) -> tuple[Row, ...]:
    names = _names(header)
    typed = [(at, name, columns[name]) for at, name in enumerate(names) if columns.get(name, "text") != "text"]
    rows: list[Row] = []
    for record in records:
        if is_too_many(manifest, len(rows) + 1, (len(rows) + 1) * len(names), record.line):
            break
        if manifest.is_hopeless:
            manifest.report_hopeless(record.line)
            break
        if len(record.fields) != len(names):
            _report_count(manifest, record, len(names))
            continue
        values: dict[str, ManifestValue] = dict(zip(names, record.fields, strict=True))
        values.update({name: _typed(manifest, record, at, name, kind) for at, name, kind in typed})
        rows.append(Row(values, record.line))
    return tuple(rows)


def _report_count(manifest: ManifestText, record: _Record, expected: int) -> None:
    found = len(record.fields)
    if found < expected:
        message, hint = f"{found} of {expected} values", "write an empty value as nothing between two delimiters"
        manifest.report_problem(record.span(found - 1), "too-few-values", f"this row has only {message}", hint)
    else:
        hint = f"put a value with '{record.form.delimiter}' in it in quotes".replace("\t", "a tab")
        message = f"this row has {found} values, the header {expected} names"
        manifest.report_problem(record.span(expected), "too-many-values", message, hint)


def _typed(manifest: ManifestText, record: _Record, at: int, name: str, kind: ColumnType) -> ManifestValue:
    text = record.fields[at].strip()
    if not text:
        return None
    value = _value(text, kind)
    if value is None:
        message = f"'{cut(text)}' in the column '{cut(name)}' is not {_EXPECTED[kind]}"
        manifest.report_problem(record.span(at), "wrong-type", message, _hint(text, kind))
    return value


_EXPECTED: Mapping[ColumnType, str] = {
    "text": "text",
    "int": "a whole number of at most 18 digits",
    "number": "a number",
    "bool": "true or false, yes or no, 1 or 0",
}


def _value(text: str, kind: ColumnType) -> ManifestValue:
    match kind:
        case "text":
            return text
        case "int":
            return int(text) if _INT.fullmatch(text) else None
        case "number":
            return Decimal(text) if _NUMBER.fullmatch(text) else None
        case "bool":
            word = text.lower()
            return word in _TRUE if word in _TRUE or word in _FALSE else None


def _hint(text: str, kind: ColumnType) -> str:
    with_point = text.replace(",", ".", 1)
    return f"write {with_point}" if kind == "number" and "," in text and _NUMBER.fullmatch(with_point) else ""
