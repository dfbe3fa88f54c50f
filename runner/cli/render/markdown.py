"""A plan as a comment for a pull request: whether it may run, what it costs, what changed."""

from collections.abc import Iterator, Sequence

from runner.cli.render.changes import base_text, by_kind, cells_text, change_lines, headline_text
from runner.cli.render.diagnostics import place_text
from runner.cli.render.facts import (
    amounts,
    check_lines,
    due_text,
    gate_text,
    headline,
    masks_text,
    total_amounts,
)
from runner.cli.render.layout import count
from runner.cli.render.markdown_text import bullets, code, folded, table, text
from runner.cli.render.verdict import Verdict, verdict_of
from runner.cli.render.why import due_reasons, skip_reasons
from runner.core.diagnostic import Diagnostic
from runner.core.money import Money
from runner.plan.against import Against
from runner.plan.plan import Plan

MARKER = "<!-- edit-runner plan -->"
"""Stands first, so that a later comment can take the place of an earlier one."""

ROOM = {"problems": 6_000, "steps": 10_000, "changes": 10_000, "every": 9_000, "why": 8_000, "checks": 4_000}
"""Characters of each part; with what stands around them they stay below ``MOST_CHARACTERS``."""

MOST_NOTES = 5

_CHANGES = "| | item | why | actions | list | payable |\n|---|---|---|---|--:|--:|"
_EVERY = "| | step | cells | why | list | payable |\n|---|---|---|---|--:|--:|"
_STEPS = "| step | actions | list | cached | payable | worst case |\n|---|--:|--:|--:|--:|--:|"
_WHY = "| item | why | actions |\n|---|---|---|"


def plan_markdown(plan: Plan, plan_id: str, refusal: str = "", against: Against | None = None) -> str:
    """Show a plan as Markdown, under ``MOST_CHARACTERS`` whatever the size of the batch.

    Args:
        plan: With its decisions and its quote.
        plan_id: Of its document: ``sha256:…``.
        refusal: Why a run of it would be refused; empty where it would not.
        against: What is different from an earlier plan.
    """
    parts = [
        MARKER,
        _title(plan, against),
        _verdict(verdict_of(plan, refusal)),
        _problems(plan.diagnostics),
        headline(plan),
        _steps_table(plan),
        *([] if against is None else _changes(against)),
        _due(plan),
        folded("Masks and checks", _conditions(plan)),
        f"Plan `{plan_id}`",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def problems_markdown(path: str, diagnostics: Sequence[Diagnostic]) -> str:
    """Show why there is no plan of a recipe.

    Args:
        path: The recipe, as the user named it.
        diagnostics: What is wrong with it; at least one.
    """
    verdict = _verdict(Verdict(False, "cannot be planned", count(len(diagnostics), "problem")))
    return "\n\n".join([MARKER, f"### {code(path)}", verdict, _problems(diagnostics)]) + "\n"


def _title(plan: Plan, against: Against | None) -> str:
    more = f" ({against.payable_delta:s} against {text(against.ref)})" if against and against.payable_delta else ""
    return f"### {text(plan.recipe.name)}: {plan.quote.totals.payable:s} to pay{more}"


def _verdict(verdict: Verdict) -> str:
    reason = f": {text(verdict.reason)}" if verdict.reason else ""
    return f"**{verdict.word.capitalize()}**{reason}"


def _problems(diagnostics: Sequence[Diagnostic]) -> str:
    rows = (f"{code(place_text(each))} {each.severity}: {text(each.message)}" for each in diagnostics)
    return bullets(rows, ROOM["problems"])


def _steps_table(plan: Plan) -> str:
    steps = plan.quote.steps
    rows = (f"| {code(step.id)} | {step.actions:,} | {_money(amounts(step))} |" for step in steps)
    total = f"| **total** | {plan.quote.totals.actions:,} | {_money(total_amounts(plan))} |"
    return table(_STEPS, rows, ROOM["steps"], [total])


def _changes(against: Against) -> Iterator[str]:
    yield f"**Since {text(base_text(against))}**: {headline_text(against)}."
    rows = [
        f"| {line.kind} | {code(line.who)} | {text(line.why)} | {text(line.steps)}"
        f" | {line.list_delta:s} | {line.payable_delta:s} |"
        for line in change_lines(against)
    ]
    if rows:
        yield table(_CHANGES, rows, ROOM["changes"])
        yield folded("Every action that is different", [table(_EVERY, _every(against), ROOM["every"])])
    yield from (f"Note: {text(note)}" for note in against.notes[:MOST_NOTES])


def _every(against: Against) -> Iterator[str]:
    for kind, changes in by_kind(against).items():
        for change in changes:
            money = f"{change.list_delta:s} | {change.payable_delta:s}"
            yield f"| {kind} | {code(change.step)} | {code(cells_text(change))} | {text(change.reason)} | {money} |"


def _due(plan: Plan) -> str:
    said = due_text(plan).capitalize()
    return folded(said, [_reasons_table(plan)]) or f"{said}."


def _reasons_table(plan: Plan) -> str:
    rows = [f"| {code(reason.who)} | {text(reason.why)} | {text(reason.steps)} |" for reason in due_reasons(plan)]
    rows += [
        f"| {code(reason.who)} | skipped: {text(reason.why)} | {text(reason.steps)} |" for reason in skip_reasons(plan)
    ]
    return table(_WHY, rows, ROOM["why"]) if rows else ""


def _conditions(plan: Plan) -> Iterator[str]:
    masks, gate, lines = masks_text(plan), gate_text(plan), check_lines(plan)
    yield f"Masks: {masks}" if masks else ""
    if lines:
        rows = (f"{code(line.step)}: {text(line.types)} ×{line.times:,}" for line in lines)
        yield f"Checks:\n\n{bullets(rows, ROOM['checks'])}"
    yield f"Gate: {gate}" if gate else ""


def _money(figures: list[Money]) -> str:
    return " | ".join(f"{amount:s}" for amount in figures)
