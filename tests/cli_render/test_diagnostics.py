"""How a diagnostic looks to a person: exact text, read line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.cli.render.diagnostics import diagnostic_text, diagnostics_text
from runner.cli.render.layout import width
from runner.cli.render.paint import colored, plain
from runner.core.diagnostic import Diagnostic, Severity, Span


def problem(
    source: str,
    line: int,
    column: int,
    length: int,
    *,
    message: str = "unknown key 'wiht'",
    severity: Severity = "error",
) -> Diagnostic:
    return Diagnostic(
        path="recipes/hero.yaml",
        span=Span(line, column, length),
        code="unknown-key",
        message=message,
        hint="did you mean 'with'?",
        severity=severity,
        source=source,
    )


def marked(diagnostic: Diagnostic) -> str:
    """The piece of the shown line that stands over the mark."""
    _, source, mark, *_ = diagnostic_text(diagnostic, plain).splitlines()
    start = len(mark) - len(mark.lstrip())
    pieces = [source[at:end] for at in range(len(source)) for end in range(at + 1, len(source) + 1)]
    return next(
        piece for piece in pieces if width(source[: source.index(piece)]) == start and width(piece) == mark.count("^")
    )


def test_a_diagnostic_looks_as_in_the_manual() -> None:
    assert diagnostic_text(problem("    wiht: { image: x }", 8, 5, 4), plain) == (
        "recipes/hero.yaml:8:5: error[unknown-key]: unknown key 'wiht'\n"
        "   8 |     wiht: { image: x }\n"
        "           ^^^^\n"
        "hint: did you mean 'with'?"
    )


def test_without_a_source_line_the_first_line_stands_alone() -> None:
    lines = diagnostic_text(problem("", 1, 1, 1), plain).splitlines()
    assert lines == ["recipes/hero.yaml:1:1: error[unknown-key]: unknown key 'wiht'", "hint: did you mean 'with'?"]


@pytest.mark.parametrize(
    ("source", "column", "length", "over"),
    [
        ("wiht: x", 1, 4, "wiht"),
        ("\twiht: x", 2, 4, "wiht"),
        ("写真: wiht", 5, 4, "wiht"),
        ("a: 写真館", 4, 3, "写真館"),
        ("e\u0301te\u0301: wiht", 8, 4, "wiht"),
        ("name: 📷 x", 7, 1, "📷"),
        ("x" * 300 + " wiht " + "y" * 300, 302, 4, "wiht"),
    ],
)
def test_the_mark_stands_under_the_span(source: str, column: int, length: int, over: str) -> None:
    assert marked(problem(source, 3, column, length)) == over


def test_a_span_behind_the_end_of_the_line_has_one_mark_there() -> None:
    assert diagnostic_text(problem("with:", 3, 6, 9), plain).splitlines()[2] == " " * 12 + "^"


def test_a_long_line_is_cut_around_the_span() -> None:
    shown = diagnostic_text(problem("x" * 300 + " wiht " + "y" * 300, 3, 302, 4), plain).splitlines()[1]
    assert (len(shown) <= 130, shown.count("…")) == (True, 2)


def test_control_characters_of_a_file_do_not_reach_the_terminal() -> None:
    text = diagnostic_text(problem("a: \x1b[31m\x07x", 3, 1, 1, message="there is no '\x1b]0;owned\x07'"), plain)
    assert "\x1b" not in text
    assert "\x07" not in text


def test_several_are_counted_at_the_end() -> None:
    found = [problem("", 1, 1, 1), problem("", 2, 1, 1), problem("", 3, 1, 1, severity="warning")]
    assert diagnostics_text(found, plain).splitlines()[-1] == "2 errors, 1 warning"


def test_none_is_nothing() -> None:
    assert diagnostics_text([], plain) == ""


def test_color_adds_codes_and_changes_no_letter() -> None:
    import click

    text = diagnostic_text(problem("    wiht: { image: x }", 8, 5, 4), colored)
    assert "\x1b[" in text
    assert click.unstyle(text) == diagnostic_text(problem("    wiht: { image: x }", 8, 5, 4), plain)


@given(source=st.text(max_size=300), column=st.integers(1, 320), length=st.integers(1, 320))
def test_any_line_and_span_gives_at_most_four_short_lines(source: str, column: int, length: int) -> None:
    lines = diagnostic_text(problem(source, 3, column, length), plain).split("\n")
    assert len(lines) <= 4
    assert all(width(line) <= 140 for line in lines)
