"""The run as JUnit XML, one test case per cell, for the test pages of CI systems."""

import re
from typing import assert_never
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from runner.report.checks import CheckSummary
from runner.report.parts import CellSummary
from runner.report.summary import RunSummary
from runner.report.wording import CHECK_WORDS, check_text

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped (section 2.2, Char)."""


def render_junit(summary: RunSummary) -> str:
    """Write a run as JUnit XML."""
    cells = summary.cells
    suite = Element(
        "testsuite",
        name=_text(summary.plan.recipe.name or summary.run_id),
        tests=str(len(cells)),
        failures=str(sum(cell.has_failed for cell in cells)),
        errors=str(sum(cell.outcome == "in_doubt" for cell in cells)),
        skipped=str(sum(cell.outcome == "skipped" for cell in cells)),
        time=_seconds(summary.duration_ms),
        timestamp=summary.started_at,
    )
    for cell in cells:
        _add_case(suite, summary, cell)
    suites = Element("testsuites")
    suites.append(suite)
    indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def _add_case(suite: Element, summary: RunSummary, cell: CellSummary) -> None:
    case = SubElement(
        suite,
        "testcase",
        classname=_text(summary.plan.recipe.name),
        name=_text(cell.cell.id),
        time=_seconds(cell.duration_ms),
    )
    problems = [f"{action.action.step}: {action.error.message}" for action in cell.actions if action.error]
    problems += [_check(check) for check in cell.checks if check.state in {"failed", "quarantined"}]
    problems += [f"{output.path}: {output.error}" for output in cell.outputs if output.error]
    reasons = [f"{action.action.step}: {action.reason}" for action in cell.actions if action.reason]
    match cell.outcome:
        case "failed" | "quarantined":
            SubElement(case, "failure", message=_text(problems[0])).text = _text("\n".join(problems + reasons))
        case "in_doubt":
            SubElement(case, "error", message=_text(reasons[0])).text = _text("\n".join(reasons))
        case "skipped":
            SubElement(case, "skipped", message=_text("; ".join(reasons)))
        case "succeeded" | "reused":
            pass
        case never:
            assert_never(never)
    warnings = [_check(check) for check in cell.checks if check.state == "warned"]
    if warnings:
        SubElement(case, "system-out").text = _text("\n".join(warnings))


def _check(check: CheckSummary) -> str:
    measured = check.measured
    return f"{measured.step}: check {measured.type} {CHECK_WORDS[check.state]}: {check_text(measured)}"


def _text(value: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", value)


def _seconds(duration_ms: int) -> str:
    return f"{duration_ms / 1000:.3f}"
