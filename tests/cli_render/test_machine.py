"""Diagnostics for machines hold what the machines ask for."""

import json
from dataclasses import replace

import jsonschema
import pytest

from runner.cli.meanings import read_meanings
from runner.cli.render.github import MOST_ANNOTATIONS, diagnostics_github, plan_github
from runner.cli.render.machine import diagnostics_document
from runner.cli.render.sarif import MOST_RESULTS, diagnostics_sarif
from runner.core.diagnostic import Diagnostic, Severity, Span
from tests.cli_render.plans import autumn


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


def test_a_plan_is_one_notice_or_one_error_and_its_problems() -> None:
    plan = replace(autumn(), diagnostics=(problem(severity="warning"),))
    assert plan_github(plan, "recipes/a.yaml").splitlines() == [
        diagnostics_github(plan.diagnostics),
        "::notice file=recipes/a.yaml,title=autumn-catalog::$3.85 to pay; within the budget: at most $3.85 of $80.00",
    ]
    refused = plan_github(replace(autumn(), diagnostics=()), "recipes/a.yaml", "no\n::error::x").splitlines()
    assert refused == ["::error file=recipes/a.yaml,title=autumn-catalog::$3.85 to pay; refused: no\ufffd::error::x"]


def test_the_errors_of_a_plan_share_what_github_shows() -> None:
    plan = replace(autumn(), diagnostics=(problem(),) * (MOST_ANNOTATIONS + 3))
    lines = plan_github(plan, "recipes/a.yaml").splitlines()
    assert sum(line.startswith("::error") for line in lines) == MOST_ANNOTATIONS
    assert "and 4 more, without a mark in the file:" in lines


def test_sarif_names_place_rule_and_level() -> None:
    document = json.loads(
        json.dumps(diagnostics_sarif([problem(path="recipes/hero 1.yaml", severity="warning")], "0.1.0", {}))
    )
    run = document["runs"][0]
    result = run["results"][0]
    assert (document["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "unknown-key"
    assert result["level"] == "warning"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "recipes/hero%201.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 8, "startColumn": 5, "endLine": 8, "endColumn": 9},
    }


def test_a_rule_of_sarif_helps_with_what_its_code_means() -> None:
    meanings = read_meanings()
    document = json.loads(json.dumps(diagnostics_sarif([problem()], "0.1.0", meanings)))
    [rule] = document["runs"][0]["tool"]["driver"]["rules"]
    assert rule["name"] == "UnknownKey"
    assert rule["help"]["text"] == rule["help"]["markdown"] == meanings["unknown-key"]
    assert meanings["unknown-key"].startswith("No such key here")
    assert meanings["no-history"].startswith("this clone has only a part of the history")


def test_sarif_is_of_the_shape_that_its_schema_asks_for() -> None:
    problems = [problem(), problem(path="/elsewhere/ä b.yaml", severity="warning")] * (MOST_RESULTS // 2 + 1)
    jsonschema.validate(json.loads(json.dumps(diagnostics_sarif(problems, "0.1.0", {}))), SARIF)


TEXT = {"type": "string", "minLength": 1}
MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": TEXT}}
PLACE = {
    "type": "object",
    "required": ["artifactLocation", "region"],
    "properties": {
        "artifactLocation": {
            "required": ["uri"],
            "properties": {"uri": {"type": "string", "pattern": "^(file:///)?[A-Za-z0-9%._~/-]+$"}, "uriBaseId": TEXT},
            "additionalProperties": False,
        },
        "region": {
            "properties": {
                name: {"type": "integer", "minimum": 1} for name in ("startLine", "startColumn", "endLine", "endColumn")
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "uniqueItems": True,
                                        "items": {"required": ["id"], "properties": {"help": MESSAGE, "id": TEXT}},
                                    }
                                },
                            }
                        },
                    },
                    "invocations": {"items": {"required": ["executionSuccessful"]}},
                    "results": {
                        "maxItems": MOST_RESULTS,
                        "items": {
                            "required": ["message"],
                            "properties": {
                                "message": MESSAGE,
                                "ruleId": TEXT,
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "locations": {"items": {"properties": {"physicalLocation": PLACE}}},
                            },
                        },
                    },
                },
            }
        },
    },
}
"""What we write of SARIF 2.1.0, by its standard."""


def test_sarif_without_problems_has_an_empty_list() -> None:
    run = diagnostics_sarif([], "0.1.0", {})["runs"]
    assert isinstance(run, list)
    assert isinstance(run[0], dict)
    assert run[0]["results"] == []


def test_sarif_stays_under_its_limit_and_says_what_it_left_out() -> None:
    document = json.loads(json.dumps(diagnostics_sarif([problem()] * (MOST_RESULTS + 7), "0.1.0", {})))
    run = document["runs"][0]
    assert len(run["results"]) == MOST_RESULTS
    assert (
        run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "7 further problems are left out"
    )
