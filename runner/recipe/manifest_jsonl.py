"""JSONL text to rows: one object a line, scalars only."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import NoReturn

from runner.core.diagnostic import Diagnostic, Span
from runner.recipe.manifest import ManifestText, ManifestValue, Row, cut, is_too_many, split_manifest

_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")
_INT = re.compile(r"-?[0-9]{1,18}")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_jsonl(text: str, path: str) -> tuple[Row, ...] | list[Diagnostic]:
    """Read a JSONL manifest: a JSON object a line, its values text, numbers, true, false or null.

    Whole numbers are ``int``, others ``Decimal``. A row has the names that stand in it and no others. Empty lines are
    skipped.

    Args:
        text: The file's text.
        path: The file as the user named it, for the diagnostics.

    Returns:
        The rows, none when all lines are empty; or every problem, in file order.
    """
    manifest = split_manifest(text, path)
    rows: list[Row] = []
    values = 0
    if manifest.problems:
        return manifest.problems
    for line, content in enumerate(manifest.lines, 1):
        if not content.strip():
            continue
        row = _row(manifest, line, content.rstrip("\r\n"))
        rows.append(row)
        values += len(row.values)
        if is_too_many(manifest, len(rows), values, line):
            break
        if manifest.is_hopeless:
            manifest.report_hopeless(line)
            break
    return manifest.problems or tuple(rows)


class _BadTextError(ValueError):
    """A piece of a line that JSON may say, or nearly, and a row may not."""

    def __init__(self, code: str, needle: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.needle = needle
        self.hint = hint


def _row(manifest: ManifestText, line: int, content: str) -> Row:
    """Read a line; one that cannot be read is reported and gives an empty row, which nobody sees."""
    found = _object(manifest, line, content)
    values: dict[str, ManifestValue] = {}
    for name, value in found.items():
        if value is None or isinstance(value, str | int | Decimal):
            values[name] = value
            if "\\u" in content and (_SURROGATE.search(name) or _SURROGATE.search(str(value))):
                message = "half of a surrogate pair, which is no character"
                manifest.report_problem(Span(line, content.index("\\u") + 1, 6), "not-text", message)
        else:
            kind = "a list" if isinstance(value, list) else "an object"
            message = f"'{cut(name)}' is {kind}; a row has text, numbers, true, false and null"
            manifest.report_problem(_name_span(line, content, name), "nested-value", message)
    return Row(values, line)


def _object(manifest: ManifestText, line: int, content: str) -> Mapping[str, object]:
    try:
        value = _DECODER.decode(content)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        manifest.report_problem(Span(line, error.pos + 1), "json-syntax", message, _syntax_hint(content, error.pos))
    except _BadTextError as error:
        manifest.report_problem(manifest.span(line, error.needle), error.code, str(error), error.hint)
    except RecursionError:
        manifest.report_problem(Span(line, 1), "too-deep", "too many levels inside one another")
    else:
        if isinstance(value, dict):
            return value
        hint = 'such as {"id": "A-1", "path": "a.jpg"}'
        manifest.report_problem(Span(line, 1), "not-an-object", "this line is not a JSON object", hint)
    return {}


def _syntax_hint(content: str, at: int) -> str:
    if content.lstrip().startswith("[") or content.strip() in {"{", "}", "},"}:
        return "one whole object a line, no list around them"
    return "put text in double quotes" if content[at : at + 1] == "'" else ""


def _name_span(line: int, content: str, name: str) -> Span:
    written = json.dumps(name, ensure_ascii=False)
    at = content.find(written)
    return Span(line, at + 1, len(written)) if at >= 0 else Span(line, 1)


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        name, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        written = json.dumps(name, ensure_ascii=False)
        raise _BadTextError("repeated-key", written, f"the key '{cut(name)}' stands here twice")
    return values


def _int(text: str) -> int:
    if not _INT.fullmatch(text):
        raise _BadTextError("wrong-type", text, f"'{cut(text)}' has more than 18 digits", "put it in quotes")
    return int(text)


def _decimal(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        message = f"'{cut(text)}' has too many digits"
        raise _BadTextError("wrong-type", text, message, "put it in quotes")
    return Decimal(text)


def _no_number(text: str) -> NoReturn:
    raise _BadTextError("wrong-type", text, f"'{text}' is not a JSON number", "write null, or put it in quotes")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=_int, parse_float=_decimal, parse_constant=_no_number)
