"""Annotations of GitHub: workflow commands, a line each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from runner.cli.render.diagnostics import diagnostic_line
from runner.cli.render.layout import visible
from runner.cli.render.verdict import verdict_of
from runner.core.diagnostic import Diagnostic, Span
from runner.plan.against import Against
from runner.plan.plan import Plan

MOST_ANNOTATIONS = 10
"""GitHub shows so many errors, so many warnings and so many notices of one step; further ones vanish without a word."""

Level = Literal["error", "warning", "notice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A mark in a file.

    Attributes:
        line: The same in one line, for the log.
        span: None for the file as a whole.
    """

    level: Level
    path: str
    span: Span | None
    title: str
    message: str
    line: str


def diagnostics_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Write diagnostics as workflow commands; beyond what GitHub shows, as plain lines."""
    return _written([_of_diagnostic(diagnostic) for diagnostic in diagnostics])


def plan_github(plan: Plan, path: str, refusal: str = "", against: Against | None = None) -> str:
    """Write a plan as workflow commands: whether it may run and what it costs, then its problems.

    Args:
        plan: With its diagnostics.
        path: Of the recipe, as GitHub knows it.
        refusal: Why a run of it would be refused; empty where it would not.
        against: What is different from an earlier plan.
    """
    verdict = verdict_of(plan, refusal)
    change = f" ({against.payable_delta:s} since {against.ref})" if against is not None else ""
    message = visible(f"{plan.quote.totals.payable:s} to pay{change}; {verdict.text}")
    summary = Annotation(
        level="notice" if verdict.ok else "error",
        path=path,
        span=None,
        title=plan.recipe.name,
        message=message,
        line=visible(f"{path}: {message}"),
    )
    return _written([summary, *map(_of_diagnostic, plan.diagnostics)])


def _of_diagnostic(diagnostic: Diagnostic) -> Annotation:
    return Annotation(
        level=diagnostic.severity,
        path=diagnostic.path,
        span=diagnostic.span,
        title=diagnostic.code,
        message=diagnostic.message + (f"\n{diagnostic.hint}" if diagnostic.hint else ""),
        line=diagnostic_line(diagnostic),
    )


def _written(annotations: Sequence[Annotation]) -> str:
    levels: tuple[Level, ...] = ("error", "warning", "notice")
    by_level = [[each for each in annotations if each.level == level] for level in levels]
    lines = [_command(each) for found in by_level for each in found[:MOST_ANNOTATIONS]]
    rest = [each for found in by_level for each in found[MOST_ANNOTATIONS:]]
    if rest:
        lines.append(f"and {len(rest)} more, without a mark in the file:")
        lines += [_one_line(each.line) for each in rest]
    return "\n".join(lines)


def _command(annotation: Annotation) -> str:
    span = annotation.span
    properties = {"file": annotation.path}
    if span is not None:
        end = span.column + span.length
        properties |= {"line": str(span.line), "col": str(span.column), "endColumn": str(end)}
    properties["title"] = annotation.title
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{annotation.level} {written}::{_escaped(annotation.message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _one_line(text: str) -> str:
    """Keep a plain line from being read as a command."""
    return f" {text}" if text.startswith("::") else text
