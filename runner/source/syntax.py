"""What is no YAML, told with its place and what to do about it."""

import re
from typing import Any

import yaml
from yaml.reader import Reader

from runner.core.diagnostic import Diagnostic, Span
from runner.source.source import Source


def syntax_error(source: Source, error: yaml.YAMLError) -> Diagnostic:
    """Make a diagnostic of what the parser says about a text."""
    said = getattr(error, "problem", None) or str(getattr(error, "reason", "not readable"))
    control = Reader.NON_PRINTABLE.search(source.text)
    if control is not None:
        span = _span_at(source.text, control.start())
        hint = f"remove the control character 0x{ord(control[0]):02x}"
    else:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        span = _inside(source.lines, mark) if mark is not None else Span(1, 1)
        hint = _hint(source.lines[: span.line], said)
    return source.diagnostic(span, "yaml-syntax", f"not YAML: {said}", hint=hint)


def _span_at(text: str, index: int) -> Span:
    before = text[:index]
    return Span(before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)


def _inside(lines: tuple[str, ...], mark: Any) -> Span:
    """The place of a parser's mark; the end of the text where the mark stands behind it, on a line that is not."""
    if lines and mark.line >= len(lines):
        return Span(len(lines), len(lines[-1]) + 1)
    return Span(mark.line + 1, mark.column + 1)


def _hint(lines: tuple[str, ...], said: str) -> str:
    """What to do, by the lines up to the mistake."""
    if any("\t" in line[: len(line) - len(line.lstrip())] for line in lines[-2:]):
        return "indent with spaces, not tabs"
    comment = next(filter(None, map(_swallowed, reversed(lines[-2:]))), "")
    if comment:
        return f"'{comment}' is a comment: put a text that begins with '#' in quotes"
    bare = _without_quoted(lines[-1]) if lines else ""
    if "${{" in bare:
        return 'inside { } and [ ], put an expression in quotes: "${{ … }}"'
    if said.startswith("mapping values") and bare.count(": ") > 1:
        return "put a text that contains ': ' in quotes"
    return "the mistake is often on the line before: a missing colon, quote or indent"


def _swallowed(line: str) -> str:
    """A comment that swallows what should close a bracket; empty where there is none."""
    comment = re.search(r"[:,\[]\s+(#\S.*)", _without_quoted(line))
    return comment[1] if comment is not None and re.search(r"[]}]", comment[1]) else ""


def _without_quoted(line: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"", "", line)
