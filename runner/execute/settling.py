"""Cells of which nothing is left to be done: found all at once, before anybody works."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from runner.catalog.lock_lines import LockedAction
from runner.core.artifact import Artifact
from runner.core.digest import ActionKey
from runner.core.event import CheckMeasured, Event, ResultDrifted
from runner.execute.drift import drift_of
from runner.execute.judging import Judge, Verdict, as_events, verdicts_before
from runner.execute.outputs import Press, find_right
from runner.plan.plan import Action, Plan
from runner.store.results import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What is right as it is.

    Attributes:
        cells: Ids of cells all of whose results are there, whose checks passed when they were measured, and whose
            outputs stand at their places.
        events: What there is to tell of them, besides that their results are reused.
    """

    cells: frozenset[str]
    events: Sequence[Event]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What is there before anybody works.

    Attributes:
        known: Results.
        locked: What the recipe's lock file holds.
    """

    known: Mapping[ActionKey, Known]
    locked: Mapping[ActionKey, tuple[LockedAction, ...]]


def settle(plan: Plan, stock: Stock, judge: Judge, press: Press, at: str) -> Settled:
    """Find the cells of which nothing is left to be done; nothing is measured and nothing written.

    A cell that shares an action with one that is not settled is not settled either.
    """
    verdicts = verdicts_before(press.actions, stock.known, judge)
    left = {cell for action in plan.actions if not _is_settled(action, stock, judge, verdicts) for cell in action.cells}
    outputs = [output for output in plan.outputs if output.cell not in left]
    results: dict[ActionKey, Artifact] = {key: known.artifact for key, known in stock.known.items()}
    right = find_right(outputs, results, press, at)
    left |= {output.cell for output, event in zip(outputs, right, strict=True) if event is None}
    _spread(left, [action for action in plan.actions if len(action.cells) > 1])
    settled = [action for action in plan.actions if left.isdisjoint(action.cells)]
    written = [event for event in right if event is not None and event.cell not in left]
    return Settled(
        cells=frozenset(cell for action in settled for cell in action.cells),
        events=[*_drifts(settled, stock, at), *_checks(settled, stock, verdicts, at), *written],
    )


def rest_of(plan: Plan, cells: frozenset[str]) -> Plan:
    """Leave out cells, with their actions, checks and outputs."""
    if not cells:
        return plan
    return replace(
        plan,
        actions=tuple(action for action in plan.actions if cells.isdisjoint(action.cells)),
        checks=tuple(check for check in plan.checks if check.cell not in cells),
        outputs=tuple(output for output in plan.outputs if output.cell not in cells),
    )


def _is_settled(action: Action, stock: Stock, judge: Judge, verdicts: Mapping[ActionKey, Sequence[Verdict]]) -> bool:
    if action.key not in stock.known:
        return False
    if action.key not in judge.checks:
        return True
    return action.key in verdicts and not any(verdict.has_failed for verdict in verdicts[action.key])


def _spread(left: set[str], shared: Sequence[Action]) -> None:
    """Add the cells that share an action with one of these, at whatever distance."""
    size = -1
    while size != len(left):
        size = len(left)
        for action in shared:
            if not left.isdisjoint(action.cells):
                left.update(action.cells)


def _drifts(settled: Iterable[Action], stock: Stock, at: str) -> list[ResultDrifted]:
    if not stock.locked:
        return []
    return [
        drifted
        for action in settled
        for drifted in drift_of(action, stock.known[action.key], stock.locked.get(action.key, ()), at)
    ]


def _checks(
    settled: Iterable[Action], stock: Stock, verdicts: Mapping[ActionKey, Sequence[Verdict]], at: str
) -> list[CheckMeasured]:
    return [
        event
        for action in settled
        if action.key in verdicts
        for event in as_events(verdicts[action.key], action, stock.known[action.key].draw, at)
    ]
