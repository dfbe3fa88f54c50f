"""A plan as a comment for a pull request."""

from runner.cli.render.facts import (
    amounts,
    budget_text,
    check_lines,
    due_text,
    gate_text,
    headline,
    masks_text,
    total_amounts,
)
from runner.cli.render.marked import marked_code as _code
from runner.cli.render.marked import marked_text as _text
from runner.cli.render.why import due_reasons, skip_reasons
from runner.core.money import Money
from runner.plan.plan import Plan

MARKER = "<!-- edit-runner plan -->"
"""Stands first, so that a later comment can take the place of an earlier one."""

MOST_STEPS = 100
MOST_CHECKED = 20
MOST_OVER = 10


def plan_markdown(plan: Plan, plan_id: str) -> str:
    """Show a plan as Markdown, under ``MOST_CHARACTERS`` whatever the size of the batch.

    Args:
        plan: With its decisions and its quote.
        plan_id: Of its document: ``sha256:…``.
    """
    totals = plan.quote.totals
    parts = [
        MARKER,
        f"### {_text(plan.recipe.name)}: {totals.payable:s} to pay",
        ", ".join(part for part in (headline(plan), budget_text(plan)) if part),
        *(f"**Over budget:** {_text(text)}" for text in plan.quote.budget.over[:MOST_OVER]),
        _steps_table(plan),
        _reasons_table(plan),
        f"Masks: {masks_text(plan)}" if masks_text(plan) else "",
        _checks_list(plan),
        f"Gate: {gate_text(plan)}" if gate_text(plan) else "",
        f"Plan `{plan_id}`",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _steps_table(plan: Plan) -> str:
    shown = plan.quote.steps[:MOST_STEPS]
    rows = ["| step | actions | list | cached | payable | worst case |", "|---|--:|--:|--:|--:|--:|"]
    rows += [f"| {_code(step.id)} | {step.actions:,} | {_money(amounts(step))} |" for step in shown]
    left_out = len(plan.quote.steps) - len(shown)
    rows += [f"| and {left_out} more steps | | | | | |"] if left_out else []
    rows.append(f"| **total** | {plan.quote.totals.actions:,} | {_money(total_amounts(plan))} |")
    return "\n".join(rows)


def _reasons_table(plan: Plan) -> str:
    reasons = due_reasons(plan)
    if not reasons:
        return due_text(plan).capitalize() + "."
    rows = ["| item | why | actions |", "|---|---|---|"]
    rows += [f"| {_code(reason.who)} | {_text(reason.why)} | {_text(reason.steps)} |" for reason in reasons]
    rows += [
        f"| {_code(reason.who)} | skipped: {_text(reason.why)} | {_text(reason.steps)} |"
        for reason in skip_reasons(plan)
    ]
    return "\n".join(rows)


def _checks_list(plan: Plan) -> str:
    lines = check_lines(plan)
    shown = [f"- {_code(line.step)}: {_text(line.types)} ×{line.times:,}" for line in lines[:MOST_CHECKED]]
    left_out = len(lines) - len(shown)
    shown += [f"- and those of {left_out} more steps"] if left_out else []
    return "\n".join(["Checks:", *shown]) if shown else ""


def _money(figures: list[Money]) -> str:
    return " | ".join(f"{amount:s}" for amount in figures)
