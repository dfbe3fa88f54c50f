"""Diagnostics for machines: JSON, GitHub's workflow commands, SARIF."""

from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import quote

from runner.cli.render.diagnostics import diagnostic_line
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.digest import Json

MOST_ANNOTATIONS = 10
"""GitHub shows so many errors and so many warnings of one step; further ones vanish without a word."""

MOST_RESULTS = 5_000
"""GitHub takes so many results of one SARIF run."""

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def diagnostics_document(diagnostics: Sequence[Diagnostic]) -> list[Json]:
    """Write diagnostics as JSON data; lines and columns from 1, lengths in characters."""
    return [
        {
            "path": diagnostic.path,
            "line": diagnostic.span.line,
            "column": diagnostic.span.column,
            "length": diagnostic.span.length,
            "severity": diagnostic.severity,
            "code": diagnostic.code,
            "message": diagnostic.message,
            "hint": diagnostic.hint,
        }
        for diagnostic in diagnostics
    ]


def diagnostics_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Write diagnostics as GitHub workflow commands; beyond what GitHub shows, as plain lines."""
    shown = [
        diagnostic for severity in ("error", "warning") for diagnostic in _of(diagnostics, severity)[:MOST_ANNOTATIONS]
    ]
    rest = [
        diagnostic for severity in ("error", "warning") for diagnostic in _of(diagnostics, severity)[MOST_ANNOTATIONS:]
    ]
    lines = [_command(diagnostic) for diagnostic in shown]
    if rest:
        lines.append(f"and {len(rest)} more, without a mark in the file:")
        lines += [_one_line(diagnostic_line(diagnostic)) for diagnostic in rest]
    return "\n".join(lines)


def diagnostics_sarif(diagnostics: Sequence[Diagnostic], version: str) -> dict[str, Json]:
    """Write diagnostics as a SARIF 2.1.0 document.

    Args:
        diagnostics: At most ``MOST_RESULTS`` are written; a notification gives the number of the others.
        version: Of edit-runner.
    """
    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    rules: list[Json] = [
        {"id": code, "name": code, "shortDescription": {"text": code.replace("-", " ")}} for code in codes
    ]
    results: list[Json] = [_result(diagnostic, codes) for diagnostic in diagnostics[:MOST_RESULTS]]
    run: dict[str, Json] = {
        "tool": {"driver": {"name": "edit-runner", "version": version, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(len(diagnostics))],
        "results": results,
    }
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _of(diagnostics: Sequence[Diagnostic], severity: str) -> list[Diagnostic]:
    return [diagnostic for diagnostic in diagnostics if diagnostic.severity == severity]


def _command(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    properties = {
        "file": PurePath(diagnostic.path).as_posix(),
        "line": str(span.line),
        "col": str(span.column),
        "endColumn": str(span.column + span.length),
        "title": diagnostic.code,
    }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = diagnostic.message + (f"\n{diagnostic.hint}" if diagnostic.hint else "")
    return f"::{diagnostic.severity} {written}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _one_line(text: str) -> str:
    """Keep a plain line from being read as a command."""
    return f" {text}" if text.startswith("::") else text


def _invocation(number: int) -> Json:
    left_out = number - MOST_RESULTS
    if left_out <= 0:
        return {"executionSuccessful": True}
    text = f"{left_out} further problems are left out"
    return {"executionSuccessful": True, "toolExecutionNotifications": [{"level": "note", "message": {"text": text}}]}


def _result(diagnostic: Diagnostic, codes: Sequence[str]) -> Json:
    message = diagnostic.message + (f" ({diagnostic.hint})" if diagnostic.hint else "")
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": _level(diagnostic.severity),
        "message": {"text": message},
        "locations": [{"physicalLocation": _location(diagnostic)}],
    }


def _location(diagnostic: Diagnostic) -> Json:
    span = diagnostic.span
    return {
        "artifactLocation": {"uri": quote(PurePath(diagnostic.path).as_posix())},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.line,
            "endColumn": span.column + span.length,
        },
    }


def _level(severity: Severity) -> Json:
    return "error" if severity == "error" else "warning"
