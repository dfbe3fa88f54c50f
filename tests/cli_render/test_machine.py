"""Diagnostics for machines hold what the machines ask for."""

import json

import pytest

from runner.cli.render.machine import (
    MOST_ANNOTATIONS,
    MOST_RESULTS,
    diagnostics_document,
    diagnostics_github,
    diagnostics_sarif,
)
from runner.core.diagnostic import Diagnostic, Severity, Span


def problem(
    line: int = 8, *, path: str = "recipes/hero.yaml", message: str = "unknown key 'wiht'", severity: Severity = "error"
) -> Diagnostic:
    return Diagnostic(
        path=path,
        span=Span(line, 5, 4),
        code="unknown-key",
        message=message,
        hint="did you mean 'with'?",
        severity=severity,
        source="    wiht: x",
    )


def test_json_has_the_eight_keys_of_the_manual() -> None:
    assert diagnostics_document([problem()]) == [
        {
            "path": "recipes/hero.yaml",
            "line": 8,
            "column": 5,
            "length": 4,
            "severity": "error",
            "code": "unknown-key",
            "message": "unknown key 'wiht'",
            "hint": "did you mean 'with'?",
        }
    ]


def test_a_workflow_command_marks_the_span() -> None:
    assert diagnostics_github([problem()]) == (
        "::error file=recipes/hero.yaml,line=8,col=5,endColumn=9,title=unknown-key"
        "::unknown key 'wiht'%0Adid you mean 'with'?"
    )


@pytest.mark.parametrize(
    ("path", "message", "inside"),
    [
        ("a,b:c.yaml", "x", "file=a%2Cb%3Ac.yaml,"),
        ("a.yaml", "100 % of\nit", "::100 %25 of%0Ait%0A"),
    ],
)
def test_text_cannot_break_out_of_a_workflow_command(path: str, message: str, inside: str) -> None:
    assert inside in diagnostics_github([problem(path=path, message=message)])


def test_warnings_keep_their_word() -> None:
    assert diagnostics_github([problem(severity="warning")]).startswith("::warning ")


def test_what_github_would_drop_is_counted_and_listed() -> None:
    lines = diagnostics_github([problem(line) for line in range(1, MOST_ANNOTATIONS + 4)]).splitlines()
    assert sum(line.startswith("::error") for line in lines) == MOST_ANNOTATIONS
    assert lines[MOST_ANNOTATIONS:] == [
        "and 3 more, without a mark in the file:",
        *(f"recipes/hero.yaml:{line}:5: error[unknown-key]: unknown key 'wiht'" for line in (11, 12, 13)),
    ]


def test_a_listed_path_cannot_be_a_workflow_command() -> None:
    rest = diagnostics_github([problem(path="::set-env name=X::y") for _ in range(MOST_ANNOTATIONS + 1)]).splitlines()
    assert not rest[-1].startswith("::")


def test_sarif_names_place_rule_and_level() -> None:
    document = json.loads(
        json.dumps(diagnostics_sarif([problem(path="recipes/hero 1.yaml", severity="warning")], "0.1.0"))
    )
    run = document["runs"][0]
    result = run["results"][0]
    assert (document["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "unknown-key"
    assert result["level"] == "warning"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "recipes/hero%201.yaml"},
        "region": {"startLine": 8, "startColumn": 5, "endLine": 8, "endColumn": 9},
    }


def test_sarif_without_problems_has_an_empty_list() -> None:
    run = diagnostics_sarif([], "0.1.0")["runs"]
    assert isinstance(run, list)
    assert isinstance(run[0], dict)
    assert run[0]["results"] == []


def test_sarif_stays_under_its_limit_and_says_what_it_left_out() -> None:
    document = json.loads(json.dumps(diagnostics_sarif([problem()] * (MOST_RESULTS + 7), "0.1.0")))
    run = document["runs"][0]
    assert len(run["results"]) == MOST_RESULTS
    assert (
        run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "7 further problems are left out"
    )
