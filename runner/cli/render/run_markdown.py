"""A run as a comment for a pull request."""

from collections import Counter
from collections.abc import Iterable, Sequence

from runner.cli.render.markdown_text import MOST_CHARACTERS, code, text
from runner.core.money import Money
from runner.report.cell_view import cell_problem
from runner.report.checks import worst_check
from runner.report.data import page_title
from runner.report.figures import step_rows
from runner.report.parts import CellOutcome, Need
from runner.report.since import Since
from runner.report.summary import RunSummary
from runner.report.wording import OUTCOME_WORDS, cell_text, duration_text

MARKER = "<!-- edit-runner run -->"
"""Stands first, so that a later comment can take the place of an earlier one."""

_MOST_STEPS = 60
_MOST_NEEDS = 10
_MOST_CELLS = 20
_MOST_NAMES = 8
_WORST: tuple[CellOutcome, ...] = ("in_doubt", "failed", "quarantined", "skipped", "succeeded", "reused")


def run_markdown(summary: RunSummary, earlier: Since | None) -> str:
    """Show a run as Markdown, under ``MOST_CHARACTERS`` whatever the size of the batch.

    Args:
        summary: The run.
        earlier: What is different from the run before; None where there was none.
    """
    parts = [
        MARKER,
        f"### {text(page_title(summary))}: {summary.state}",
        text(summary.reason),
        _totals(summary),
        _steps_table(summary),
        _needs_list(summary.needs),
        _since_list(earlier, summary.charged) if earlier else "",
        _worst_table(summary),
        f"Run {code(summary.run_id)}, plan {code(summary.plan_id)}",
    ]
    return _within([part for part in parts if part])


def _within(parts: Sequence[str]) -> str:
    """Join parts; one for which there is no room any more gives way to a sentence."""
    written, left_out = "", 0
    for part in parts:
        if len(written) + len(part) < MOST_CHARACTERS - 200:
            written += part + "\n\n"
        else:
            left_out += 1
    note = "What does not fit here is in the report.\n" if left_out else ""
    return written.rstrip() + "\n" + note


def _totals(summary: RunSummary) -> str:
    outcomes = Counter(cell.outcome for cell in summary.cells)
    cells = ", ".join(f"{times:,} {OUTCOME_WORDS[outcome]}" for outcome, times in outcomes.most_common())
    totals = summary.plan.quote.totals
    money = [f"list {totals.list_price:s}", f"from the cache {totals.cached_value:s}", f"quoted {totals.payable:s}"]
    money += [f"set aside {summary.reserved:s}"] if summary.reserved else []
    money.append(f"**charged {summary.charged:s}**")
    noun = "cell" if len(summary.cells) == 1 else "cells"
    return f"{len(summary.cells):,} {noun}: {cells} · {', '.join(money)} · {duration_text(summary.duration_ms)}"


def _steps_table(summary: RunSummary) -> str:
    rows = [
        "| step | actions | list | from the cache | quoted | set aside | charged |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    shown = step_rows(summary)[:_MOST_STEPS]
    rows += [
        f"| {code(row.step)} | {row.outcomes or row.actions} | {row.list_price} | {row.cached_value} "
        f"| {row.quoted} | {row.reserved} | {row.charged} |"
        for row in shown
    ]
    left_out = len(summary.steps) - len(shown)
    rows += [f"| and {left_out} more steps | | | | | | |"] if left_out else []
    return "\n".join(rows)


def _needs_list(needs: Sequence[Need]) -> str:
    lines = [
        f"- **{OUTCOME_WORDS[need.outcome]}** {text(need.subject)} ({_names(need.cells)}): {text(need.hint)}"
        for need in needs[:_MOST_NEEDS]
    ]
    left_out = len(needs) - len(lines)
    lines += [f"- and {left_out} more kinds of problems"] if left_out > 0 else []
    return "\n".join(["Needs a person:", *lines]) if lines else ""


def _since_list(earlier: Since, charged: Money) -> str:
    kinds = (
        ("not done any more", earlier.broken),
        ("done now", earlier.mended),
        ("another result", earlier.changed),
        ("new", earlier.added),
        ("not in this run", earlier.removed),
    )
    lines = [f"- {words}: {len(cells):,}: {_names(cells)}" for words, cells in kinds if cells]
    lines = lines or ["- every cell as before"]
    paid = f"{earlier.charged:s} were charged then, {charged:s} now"
    return "\n".join([f"Since run {code(earlier.run_id)} ({paid}):", *lines])


def _worst_table(summary: RunSummary) -> str:
    bad = [cell for cell in summary.cells if _WORST.index(cell.outcome) < _WORST.index("succeeded")]
    bad.sort(key=lambda cell: _WORST.index(cell.outcome))
    if not bad:
        return ""
    rows = ["| worst cells | state | why | charged |", "|---|---|---|--:|"]
    for cell in bad[:_MOST_CELLS]:
        why = text(cell_problem(cell, worst_check(cell.checks)))
        name = text(cell_text(cell.cell))
        rows.append(f"| {name} | {OUTCOME_WORDS[cell.outcome]} | {why} | {cell.charged:s} |")
    left_out = len(bad) - _MOST_CELLS
    rows += [f"| and {left_out:,} more | | | |"] if left_out > 0 else []
    return "\n".join(rows)


def _names(cells: Iterable[str]) -> str:
    names = list(cells)
    shown = ", ".join(code(name) for name in names[:_MOST_NAMES])
    return f"{shown} and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else shown
