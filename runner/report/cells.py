"""Each cell of a run, folded from its actions, checks and outputs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from runner.core.digest import ActionKey
from runner.core.money import Money
from runner.plan.plan import Cell, Plan
from runner.report.checks import CheckSummary
from runner.report.ending import ActionSummary
from runner.report.parts import CellOutcome, CellSummary, OutputSummary

_SEVERITY: tuple[CellOutcome, ...] = ("failed", "quarantined", "in_doubt", "skipped", "succeeded", "reused")
"""The outcome of a cell is the first of these that one of its parts has."""


def fold_cells(
    plan: Plan,
    actions: Mapping[ActionKey, ActionSummary],
    checks: Mapping[str, Sequence[CheckSummary]],
    outputs: Iterable[OutputSummary],
) -> tuple[CellSummary, ...]:
    """Say of every cell of a plan what became of it; checks are by cell."""
    by_cell: dict[str, list[OutputSummary]] = {}
    for output in outputs:
        by_cell.setdefault(output.cell, []).append(output)
    planned = Counter(check.cell for check in plan.checks)
    return tuple(
        _fold_cell(
            cell,
            tuple(actions[key] for key in cell.actions.values()),
            tuple(checks.get(cell.id, ())),
            tuple(by_cell.get(cell.id, ())),
            planned[cell.id],
        )
        for cell in plan.cells
    )


def _fold_cell(
    cell: Cell,
    chain: tuple[ActionSummary, ...],
    checks: tuple[CheckSummary, ...],
    outputs: tuple[OutputSummary, ...],
    planned: int,
) -> CellSummary:
    return CellSummary(
        cell=cell,
        outcome=_worst(chain, checks, outputs),
        actions=chain,
        checks=checks,
        unmeasured=max(0, planned - len(checks)),
        outputs=outputs,
        charged=Money.total([action.charged for action in chain]),
        duration_ms=sum(action.duration_ms for action in chain),
    )


def _worst(
    chain: Sequence[ActionSummary], checks: Sequence[CheckSummary], outputs: Sequence[OutputSummary]
) -> CellOutcome:
    found: set[CellOutcome] = {action.outcome for action in chain}
    if any(output.error for output in outputs):
        found.add("failed")
    for check in checks:
        if check.state == "failed" or check.state == "quarantined":  # noqa: PLR1714 - narrows the type
            found.add(check.state)
    return next((outcome for outcome in _SEVERITY if outcome in found), "skipped")
