"""Runs for a person: many in a table, one with its totals."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from runner.cli.render.layout import columns, count, cut, visible
from runner.cli.render.paint import Paint, Tone
from runner.core.digest import Json
from runner.core.money import Money
from runner.report.checks import CHECK_STATES
from runner.report.closing import OUTPUT_WORDS, Closing
from runner.report.parts import Need
from runner.report.summary import RunSummary
from runner.report.wording import CHECK_WORDS, OUTCOME_WORDS, duration_text

MOST_NAME = 40
MOST_MESSAGES = 3
"""Messages that are shown of one kind of problem; the report has them all."""

MOST_NEEDS = 10

_SIDES: tuple[Literal["left", "right"], ...] = (*("left",) * 4, *("right",) * 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run in the list of runs.

    Attributes:
        state: ``running`` while a process works on it, else as the run ended.
        done: Cells that have all their results.
        failed: Cells that lack one, that failed a check, or whose output could not be written.
        in_doubt: Cells of which nobody can say whether they were paid.
        reserved: What is set aside for those.
    """

    run_id: str
    recipe: str
    state: str
    started_at: str
    cells: int
    done: int
    failed: int
    in_doubt: int
    quoted: Money
    reserved: Money
    charged: Money


def run_line(summary: RunSummary, state: str) -> RunLine:
    """Put a run into one line; the state is the ledger's, which knows what still runs."""
    outcomes = Counter(cell.outcome for cell in summary.cells)
    return RunLine(
        run_id=summary.run_id,
        recipe=summary.plan.recipe.name,
        state=state,
        started_at=summary.started_at,
        cells=len(summary.cells),
        done=outcomes["succeeded"] + outcomes["reused"],
        failed=outcomes["failed"] + outcomes["quarantined"],
        in_doubt=outcomes["in_doubt"],
        quoted=summary.plan.quote.totals.payable,
        reserved=summary.reserved,
        charged=summary.charged,
    )


def runs_text(lines: Sequence[RunLine], paint: Paint) -> str:
    """List runs in the order given."""
    if not lines:
        return "no runs yet"
    has_doubts = any(line.in_doubt for line in lines)
    doubt = ["in doubt", "set aside"] if has_doubts else []
    rows = [["run", "recipe", "state", "started (UTC)", "cells", "done", "failed", "quoted", "charged", *doubt]]
    rows += [
        [
            line.run_id,
            cut(visible(line.recipe), MOST_NAME),
            line.state,
            _minute(line.started_at),
            f"{line.cells:,}",
            f"{line.done:,}",
            f"{line.failed:,}",
            f"{line.quoted:s}",
            f"{line.charged:s}",
            *([f"{line.in_doubt:,}", f"{line.reserved:s}"] if has_doubts else ()),
        ]
        for line in lines
    ]
    head, *shown = columns(rows, _SIDES[: len(rows[0])])
    return "\n".join([paint(head, "faint"), *shown])


def runs_document(lines: Sequence[RunLine]) -> list[Json]:
    """Write the list of runs as JSON data; money is a decimal string."""
    return [
        {
            "run_id": line.run_id,
            "recipe": line.recipe,
            "state": line.state,
            "started_at": line.started_at,
            "cells": line.cells,
            "done": line.done,
            "failed": line.failed,
            "in_doubt": line.in_doubt,
            "quoted": str(line.quoted),
            "reserved": str(line.reserved),
            "charged": str(line.charged),
        }
        for line in lines
    ]


def run_text(closing: Closing, paint: Paint) -> str:
    """Show how a run ended: state and reason, cells, actions, money, outputs, and what needs a person."""
    state = paint(closing.state, _tone(closing.state))
    name = paint(visible(closing.recipe), "strong")
    head = f"{name}   run {closing.run_id}   {state}: {visible(closing.reason)}"
    facts = [
        ["cells", _counts(closing.cells, OUTCOME_WORDS.items())],
        ["actions", _counts(closing.actions, OUTCOME_WORDS.items())],
        ["checks", _counts(closing.checks, ((state, CHECK_WORDS[state]) for state in reversed(CHECK_STATES)))],
        ["outputs", _counts(closing.outputs, zip(OUTPUT_WORDS, OUTPUT_WORDS, strict=True))],
        ["charged", _money_text(closing)],
        ["drift", visible(closing.drift)],
        ["time", duration_text(closing.duration_ms)],
    ]
    needs = [line for need in closing.needs[:MOST_NEEDS] for line in _need_lines(need, paint)]
    left_out = len(closing.needs) - MOST_NEEDS
    more = [f"and {count(left_out, 'further problem')}: see the report"] if left_out > 0 else []
    return "\n".join([head, *columns([fact for fact in facts if fact[1]], ("left", "left")), *needs, *more])


def _money_text(closing: Closing) -> str:
    aside = f" · {closing.reserved:s} set aside, in doubt" if closing.reserved else ""
    return f"{closing.charged:s} of {closing.quoted:s} quoted{aside}"


def _minute(at: str) -> str:
    return f"{at[:10]} {at[11:16]}".strip()


def _counts(counts: Mapping[str, int], words: Iterable[tuple[str, str]]) -> str:
    return " · ".join(f"{counts[each]:,} {word}" for each, word in words if counts.get(each))


def _tone(state: str) -> Tone:
    match state:
        case "succeeded":
            return "good"
        case "interrupted":
            return "warning"
        case _:
            return "error"


def _need_lines(need: Need, paint: Paint) -> list[str]:
    tone: Tone = "warning" if need.outcome == "in_doubt" else "error"
    word = paint(f"{OUTCOME_WORDS[need.outcome]}[{need.code}]", tone)
    lines = [f"{word}: {visible(need.subject)}, {count(len(need.cells), 'cell')}"]
    shown = list(zip(need.cells, need.messages, strict=True))[:MOST_MESSAGES]
    lines += [f"  {visible(cell)}: {visible(message)}" for cell, message in shown]
    left_out = len(need.cells) - len(shown)
    lines += [f"  and {count(left_out, 'further cell')}"] if left_out else []
    return [*lines, f"{paint('hint', 'hint')}: {visible(need.hint)}"] if need.hint else lines
