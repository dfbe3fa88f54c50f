"""What needs a person after a run, and the reason of its state in a sentence."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from runner.core.event import GateClosed, RunState
from runner.plan.plan import Plan
from runner.report.checks import CheckSummary
from runner.report.ending import ActionSummary
from runner.report.parts import CellSummary, Need
from runner.report.wording import check_text, gate_text

_CHECK_HINT = "look at the pictures; for another result: runner run RECIPE --redraw CELL"


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


def state_reason(
    state: RunState,
    plan: Plan,
    actions: Sequence[ActionSummary],
    cells: Sequence[CellSummary],
    gate: GateClosed | None,
) -> str:
    """Say in one sentence why a run is in its state."""
    match state:
        case "succeeded":
            return all_done(len(cells))
        case "failed":
            return gate_text(gate) if gate else _failures(actions, cells) + _doubts(cells)
        case "refused":
            return _refusal(plan)
        case "interrupted":
            left = sum(action.outcome in {"skipped", "in_doubt"} for action in actions)
            return f"it stopped with {left} of {_count(len(actions), 'action')} to go"
        case never:
            assert_never(never)


def all_done(cells: int) -> str:
    """Say that a run succeeded, of how many cells."""
    if cells < 2:
        return "its one cell is done" if cells else "there was nothing to do"
    return f"all {cells} cells are done"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    outcome: Literal["failed", "quarantined", "in_doubt"]
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
                hint="runner resume looks again; runner resume --rebuy-in-doubt buys it once more",
                cell=cell.cell.id,
                message=summary.reason,
            )
    yield from (_check_problem(check) for check in cell.checks if check.state in {"failed", "quarantined"})
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


def _check_problem(check: CheckSummary) -> _Problem:
    measured = check.measured
    inside = f", mask {check.mask}" if check.mask else ""
    return _Problem(
        outcome="quarantined" if check.state == "quarantined" else "failed",
        subject=f"check {measured.type} of step {measured.step}{inside}",
        code="check-failed",
        hint=_CHECK_HINT,
        cell=measured.cell,
        message=check_text(measured),
    )


def _failures(actions: Sequence[ActionSummary], cells: Sequence[CellSummary]) -> str:
    codes = Counter(action.error.code for action in actions if action.error)
    codes.update(output.code for cell in cells for output in cell.outputs if output.error)
    failed = sum(cell.has_failed for cell in cells)
    checked = sum(any(check.state in {"failed", "quarantined"} for check in cell.checks) for cell in cells)
    if not failed and any(cell.outcome == "in_doubt" for cell in cells):
        return ""
    if checked == failed and not codes:
        return f"{failed} of {_count(len(cells), 'cell')} failed a check"
    words = [f"{code} ×{times}" for code, times in codes.most_common()]
    words += [f"check-failed ×{checked}"] if checked else []
    return f"{failed} of {_count(len(cells), 'cell')} failed" + (f": {', '.join(words)}" if words else "")


def _doubts(cells: Sequence[CellSummary]) -> str:
    doubts, failed = sum(cell.outcome == "in_doubt" for cell in cells), any(cell.has_failed for cell in cells)
    if not doubts:
        return ""
    return f"; {doubts} in doubt" if failed else f"{doubts} of {_count(len(cells), 'cell')} in doubt"


def _refusal(plan: Plan) -> str:
    budget = plan.quote.budget
    if not budget.ok and budget.max is not None:
        return f"it may cost up to {plan.quote.totals.worst_case}, the budget is {budget.max}"
    problem = next((problem.message for problem in plan.diagnostics if problem.severity == "error"), "")
    return problem or "it was stopped before anything was spent"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
