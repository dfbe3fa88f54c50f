"""A plan for a person: what it costs, and why something is to be done."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.cli.render.facts import (
    CheckLine,
    amounts,
    budget_text,
    check_lines,
    due_text,
    gate_text,
    headline,
    masks_text,
    total_amounts,
)
from runner.cli.render.layout import Align, columns, cut, pad, visible, width
from runner.cli.render.paint import Paint
from runner.cli.render.why import Reason, due_reasons, skip_reasons
from runner.plan.plan import Plan

if TYPE_CHECKING:
    from runner.plan.against import Against

HEADS = ("list", "cached", "payable", "worst case")
GAPS = (6, 4, 3, 3)
"""Spaces before each column of amounts."""

MOST_CHANGES = 20
MOST_NAME = 40
MOST_REASON = 72
KEY_DIGITS = 12


def plan_text(plan: Plan, plan_id: str, paint: Paint, against: "Against | None" = None) -> str:
    """Show a plan: a headline, the money per step, why work is due, the masks, what is checked, and the plan's digest.

    Args:
        plan: With its decisions and its quote.
        plan_id: Of its document: ``sha256:…``.
        paint: Gives colors, or none.
        against: What is different from an earlier plan.

    Returns:
        Text without a last line break.
    """
    lines = [f"{paint(visible(plan.recipe.name), 'strong')}   {headline(plan)}", *_money_lines(plan, paint)]
    lines += _labelled("why", _due_lines(plan))
    lines += _labelled("skip", _reason_lines(skip_reasons(plan)))
    lines += _labelled("masks", [text for text in [masks_text(plan)] if text])
    lines += _labelled("check", _check_rows(check_lines(plan)))
    lines += _labelled("gate", [text for text in [gate_text(plan)] if text])
    lines += [] if against is None else _against_lines(against)
    lines += _labelled("plan", [f"{plan_id[: len('sha256:') + KEY_DIGITS]}…"])
    return "\n".join(lines)


def saved_plan_text(plan: Plan, plan_id: str, saved_at: str, state: str, paint: Paint) -> str:
    """Show a saved plan: as ``plan_text``, with its whole digest for approval, its date, and whether it may be applied.

    Args:
        plan: Of the file.
        plan_id: What the file says that its digest is.
        saved_at: When it was made, RFC 3339 UTC.
        state: Whether it may be applied, and if not, why.
        paint: Gives colors, or none.
    """
    lines = plan_text(plan, plan_id, paint).splitlines()[:-1]
    lines += _labelled("plan", [plan_id, f"saved {saved_at[:10]} {saved_at[11:16]} UTC"])
    return "\n".join([*lines, *_labelled("state", [visible(state)])])


def explain_text(plan: Plan, cell_id: str) -> str:
    """Show one cell's chain: per step what is decided, why, and what it costs.

    Raises:
        KeyError: the plan has no such cell.
    """
    cell = {cell.id: cell for cell in plan.cells}[cell_id]
    actions = {action.key: action for action in plan.actions}
    chain = [actions[key] for key in cell.actions.values()]
    rows = [["step", "decision", "reason", "list", "payable", "key"]]
    rows += [
        [
            cut(visible(action.step), MOST_NAME),
            action.decision,
            cut(visible(action.reason), MOST_REASON),
            f"{action.list_price:s}",
            f"{action.payable:s}",
            action.key[:KEY_DIGITS],
        ]
        for action in chain
    ]
    rows += [[visible(step), "skip", visible(reason), "", "", ""] for step, reason in cell.skipped.items()]
    table = columns(rows, ("left", "left", "left", "right", "right", "left"))
    checks = check_lines(replace(plan, checks=tuple(check for check in plan.checks if check.cell == cell_id)))
    return "\n".join([visible(cell.id), *table, *_labelled("check", _check_rows(checks))])


def _money_lines(plan: Plan, paint: Paint) -> list[str]:
    """The table of steps, its columns as in ``GAPS``, and the total with the budget."""
    names = [cut(visible(step.id), MOST_NAME) for step in plan.quote.steps]
    counts = [f"{step.actions:,}" for step in plan.quote.steps]
    name_width = max(map(width, [*names, "total"]))
    count_width = max(map(len, ["  ", *counts]))
    table = [[f"{amount:s}" for amount in row] for row in (*map(amounts, plan.quote.steps), total_amounts(plan))]
    widths = [max(len(text) for text in column) for column in zip(HEADS, *table, strict=True)]
    left = [
        f"{pad(name, name_width)}   {pad(number, count_width, 'right')}"
        for name, number in zip(names, counts, strict=True)
    ]
    blank = " " * (name_width + 3 + count_width)
    lines = [blank + _amounts_line(HEADS, widths)]
    lines += [start + _amounts_line(row, widths) for start, row in zip(left, table[:-1], strict=True)]
    budget = budget_text(plan)
    shown = f"    {paint(budget, 'good' if plan.quote.budget.ok else 'error')}" if budget else ""
    total = paint(pad("total", len(blank)) + _amounts_line(table[-1], widths), "strong")
    return [*lines, total + shown, *(paint(f"over  {visible(text)}", "error") for text in plan.quote.budget.over)]


def _amounts_line(texts: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(" " * gap + pad(text, to, "right") for text, to, gap in zip(texts, widths, GAPS, strict=True))


def _due_lines(plan: Plan) -> list[str]:
    reasons = due_reasons(plan)
    return _reason_lines(reasons) if reasons else [due_text(plan)]


def _reason_lines(reasons: Sequence[Reason]) -> list[str]:
    rows = [
        [cut(visible(reason.who), MOST_NAME), cut(visible(reason.why), MOST_REASON), visible(reason.steps)]
        for reason in reasons
    ]
    return columns(rows, ("left", "left", "left"), gap=2)


def _against_lines(against: "Against") -> list[str]:
    """What changed, and what that costs: list and payable at the end of each line."""
    from runner.cli.render.changes import base_text, change_lines, headline_text

    found = change_lines(against)
    rows = [
        [
            line.kind,
            cut(visible(line.who), MOST_NAME),
            cut(visible(line.why), MOST_REASON),
            visible(line.steps),
            f"{line.list_delta:s}",
            f"{line.payable_delta:s}",
        ]
        for line in found[:MOST_CHANGES]
    ]
    aligns: tuple[Align, ...] = ("left", "left", "left", "left", "right", "right")
    table = columns([["", "", "", "", "list", "payable"], *rows], aligns, gap=2) if rows else []
    left_out = len(found) - len(rows)
    table += [f"and {left_out:,} more: --format json lists all"] if left_out else []
    notes = [f"note  {visible(note)}" for note in against.notes]
    return _labelled("since", [visible(f"{base_text(against)}: {headline_text(against)}"), *table]) + notes


def _check_rows(checks: Sequence[CheckLine]) -> list[str]:
    rows = [[cut(visible(check.step), MOST_NAME), check.types, f"×{check.times:,}"] for check in checks]
    return columns(rows, ("left", "left", "left"), gap=2)


def _labelled(label: str, lines: Sequence[str]) -> list[str]:
    """Put a label before the first line and as much space before the others."""
    return [f"{label if at == 0 else '':<6}{line}" for at, line in enumerate(lines)]
