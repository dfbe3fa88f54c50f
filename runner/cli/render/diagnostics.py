"""Diagnostics for a person."""

from collections.abc import Sequence

from runner.cli.render.layout import count, cut, visible, width
from runner.cli.render.paint import Paint
from runner.core.diagnostic import Diagnostic

TAB = 4
"""Cells that a tab is shown as: a terminal's own stops would move the mark under the text."""

MOST_SHOWN = 1_000
"""Problems that are shown to a person; of more, only their number is told."""

MOST_CELLS = 120
"""Cells of a source line that are shown; of a longer one, the part around the place."""


def diagnostics_text(diagnostics: Sequence[Diagnostic], paint: Paint) -> str:
    """Show diagnostics in their order, one below the other, and their number at the end.

    Returns:
        Text without a last line break; empty without diagnostics.
    """
    if not diagnostics:
        return ""
    shown = [diagnostic_text(diagnostic, paint) for diagnostic in diagnostics[:MOST_SHOWN]]
    if len(diagnostics) > MOST_SHOWN:
        shown.append(f"… and {count(len(diagnostics) - MOST_SHOWN, 'more problem')}: --format json lists all")
    return "\n\n".join([*shown, paint(_tally(diagnostics), "strong")])


def diagnostic_text(diagnostic: Diagnostic, paint: Paint) -> str:
    """Show one diagnostic: place, severity, code and message; the line with a mark under it; the hint."""
    tone = diagnostic.severity
    head = paint(f"{tone}[{diagnostic.code}]", tone)
    lines = [f"{place_text(diagnostic)}: {head}: {visible(diagnostic.message)}"]
    if diagnostic.source.strip():
        lines += _marked_source(diagnostic, paint)
    if diagnostic.hint:
        lines.append(f"{paint('hint', 'hint')}: {visible(diagnostic.hint)}")
    return "\n".join(lines)


def diagnostic_line(diagnostic: Diagnostic) -> str:
    """Show one diagnostic in one line, as compilers do."""
    return f"{place_text(diagnostic)}: {diagnostic.severity}[{diagnostic.code}]: {visible(diagnostic.message)}"


def place_text(diagnostic: Diagnostic) -> str:
    """Write a place as editors and terminals make it clickable: ``path:line:column``."""
    return f"{visible(diagnostic.path)}:{diagnostic.span.line}:{diagnostic.span.column}"


def _marked_source(diagnostic: Diagnostic, paint: Paint) -> list[str]:
    start = min(diagnostic.span.column - 1, len(diagnostic.source))
    end = max(start, min(start + diagnostic.span.length, len(diagnostic.source)))
    before, marked, after = (
        _shown(part) for part in (diagnostic.source[:start], diagnostic.source[start:end], diagnostic.source[end:])
    )
    before, marked, after = _cut_around(before, marked, after)
    gutter = f"{diagnostic.span.line:>4} | "
    mark = " " * (len(gutter) + width(before)) + paint("^" * max(1, width(marked)), diagnostic.severity)
    return [paint(gutter, "faint") + (before + marked + after).rstrip(), mark]


def _shown(source: str) -> str:
    return visible(source.replace("\t", " " * TAB))


def _cut_around(before: str, marked: str, after: str) -> tuple[str, str, str]:
    """Leave out what is far from the mark, on either side."""
    if width(before + marked + after) <= MOST_CELLS:
        return before, marked, after
    if width(marked) > MOST_CELLS // 2:
        marked, after = cut(marked, MOST_CELLS // 2), ""
    if width(before) > MOST_CELLS // 4:
        before = "…" + _last_cells(before, MOST_CELLS // 4)
    return before, marked, cut(after, max(1, MOST_CELLS - width(before + marked)))


def _last_cells(text: str, most: int) -> str:
    text = text[-most:]
    while width(text) > most:
        text = text[1:]
    return text


def _tally(diagnostics: Sequence[Diagnostic]) -> str:
    errors = sum(diagnostic.severity == "error" for diagnostic in diagnostics)
    warnings = len(diagnostics) - errors
    parts = [count(number, noun) for number, noun in ((errors, "error"), (warnings, "warning")) if number]
    return ", ".join(parts)
