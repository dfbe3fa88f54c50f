"""Diagnostics as SARIF 2.1.0, for code scanning."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from urllib.parse import quote

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.digest import Json

MOST_RESULTS = 5_000
"""GitHub takes so many results of one SARIF run."""

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def diagnostics_sarif(diagnostics: Sequence[Diagnostic], version: str, meanings: Mapping[str, str]) -> dict[str, Json]:
    """Write diagnostics as a SARIF 2.1.0 document.

    Args:
        diagnostics: At most ``MOST_RESULTS`` are written; a notification gives the number of the others. Their paths
            are relative to the repository, or absolute.
        version: Of edit-runner.
        meanings: What codes mean, in Markdown: the help of the rules.
    """
    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    rules: list[Json] = [_rule(code, meanings.get(code, "")) for code in codes]
    results: list[Json] = [_result(diagnostic, codes) for diagnostic in diagnostics[:MOST_RESULTS]]
    run: dict[str, Json] = {
        "tool": {"driver": {"name": "edit-runner", "version": version, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(len(diagnostics))],
        "results": results,
    }
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, meaning: str) -> Json:
    title = code.replace("-", " ")
    help_text = meaning or title
    return {
        "id": code,
        "name": title.title().replace(" ", ""),
        "shortDescription": {"text": title},
        "help": {"text": help_text, "markdown": help_text},
    }


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
        "artifactLocation": _file(PurePath(diagnostic.path)),
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.line,
            "endColumn": span.column + span.length,
        },
    }


def _file(path: PurePath) -> Json:
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": "%SRCROOT%"}


def _level(severity: Severity) -> Json:
    return "error" if severity == "error" else "warning"
