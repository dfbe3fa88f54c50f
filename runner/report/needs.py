"""What needs a person after a run, and the reason of its state in a sentence."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from runner.core.event import RunState
from runner.plan.plan import Plan
from runner.report.ending import ActionSummary
from runner.report.parts import CellSummary, Need


def find_needs(cells: Sequence[CellSummary]) -> tuple[Need, ...]:
    """Collect what needs a person, alike problems together; what may have cost money comes first."""
    groups: dict[tuple[str, str, str], list[_Problem]] = {}
    for problem in (problem for cell in cells for problem in _problems(cell)):
        groups.setdefault((problem.outcome, problem.subject, problem.code), []).append(problem)
    needs = [
        Need(
            outcome=problems[0].outcome,
            subject=problems[0].subject,
            code=problems[0].code,
            hint=problems[0].hint,
            cells=tuple(problem.cell for problem in problems),
            messages=tuple(problem.message for problem in problems),
        )
        for problems in groups.values()
    ]
    return tuple(sorted(needs, key=lambda need: need.outcome != "in_doubt"))


def state_reason(state: RunState, plan: Plan, actions: Sequence[ActionSummary], cells: Sequence[CellSummary]) -> str:
    """Say in one sentence why a run is in its state."""
    match state:
        case "succeeded":
            return _done(len(cells))
        case "failed":
            return _failures(actions, cells)
        case "refused":
            return _refusal(plan)
        case "interrupted":
            left = sum(action.outcome in {"skipped", "in_doubt"} for action in actions)
            return f"it stopped with {left} of {_count(len(actions), 'action')} to go"
        case never:
            assert_never(never)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    outcome: Literal["failed", "in_doubt"]
    subject: str
    code: str
    hint: str
    cell: str
    message: str


def _problems(cell: CellSummary) -> Iterator[_Problem]:
    for summary in cell.actions:
        subject = f"step {summary.action.step}"
        if summary.error is not None:
            yield _Problem(
                outcome="failed",
                subject=subject,
                code=summary.error.code,
                hint=summary.error.hint,
                cell=cell.cell.id,
                message=summary.error.message,
            )
        elif summary.outcome == "in_doubt":
            yield _Problem(
                outcome="in_doubt",
                subject=subject,
                code="in-doubt",
                hint="runner resume collects what the provider accepted",
                cell=cell.cell.id,
                message=summary.reason,
            )
    for output in cell.outputs:
        if output.error:
            yield _Problem(
                outcome="failed",
                subject="writing outputs",
                code=output.code,
                hint="the result is kept: runner run writes it again without paying",
                cell=cell.cell.id,
                message=f"{output.path}: {output.error}",
            )


def _done(cells: int) -> str:
    if cells < 2:
        return "its one cell is done" if cells else "there was nothing to do"
    return f"all {cells} cells are done"


def _failures(actions: Sequence[ActionSummary], cells: Sequence[CellSummary]) -> str:
    codes = Counter(action.error.code for action in actions if action.error)
    codes.update(output.code for cell in cells for output in cell.outputs if output.error)
    failed = sum(cell.outcome == "failed" for cell in cells)
    words = ", ".join(f"{code} ×{times}" for code, times in codes.most_common())
    return f"{failed} of {_count(len(cells), 'cell')} failed" + (f": {words}" if words else "")


def _refusal(plan: Plan) -> str:
    budget = plan.quote.budget
    if not budget.ok and budget.max is not None:
        return f"it may cost up to {plan.quote.totals.worst_case}, the budget is {budget.max}"
    problem = next((problem.message for problem in plan.diagnostics if problem.severity == "error"), "")
    return problem or "it was stopped before anything was spent"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
