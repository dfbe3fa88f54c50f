"""Why work is due: actions grouped by item and reason, few lines whatever the size of the batch."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from runner.cli.render.layout import count
from runner.plan.plan import Action, Plan

MOST_ITEMS = 3
"""Items with one and the same reason that are named; more are counted."""

MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Reason:
    """Work with one reason: whose it is, why, and in which steps, as ``brand ×1, fabric ×3``."""

    who: str
    why: str
    steps: str


def due_reasons(plan: Plan) -> list[Reason]:
    """Say for every action that is not simply reused whose it is and why, alike ones together, in the plan's order."""
    items = {cell.id: cell.item or cell.id for cell in plan.cells}
    groups: dict[str, dict[tuple[str, ...], dict[str, int]]] = {}
    for action in plan.actions:
        if action.decision != "reuse":
            steps = groups.setdefault(_why(action), {}).setdefault(_owners(action, items), {})
            steps[action.step] = steps.get(action.step, 0) + 1
    return _shortened([reason for why, by_owners in groups.items() for reason in _reasons(why, by_owners)])


def skip_reasons(plan: Plan) -> list[Reason]:
    """Say which steps do not apply, to how many cells, and why."""
    groups = Counter((step, why) for cell in plan.cells for step, why in cell.skipped.items())
    reasons = [Reason(count(times, "cell"), why, step) for (step, why), times in groups.items()]
    return _shortened(reasons)


def who_text(owners: tuple[str, ...]) -> str:
    """Name an item; of several, only their number."""
    return owners[0] if len(owners) == 1 else count(len(owners), "item")


def steps_text(steps: Mapping[str, int]) -> str:
    """Say in which steps: ``brand ×1, fabric ×3``."""
    return ", ".join(f"{step} ×{times}" for step, times in steps.items())


def _why(action: Action) -> str:
    reason = action.reason or "new"
    return f"blocked: {reason}" if action.decision == "blocked" else reason


def _owners(action: Action, items: Mapping[str, str]) -> tuple[str, ...]:
    if len(action.cells) == 1:  # by far the most
        return (items.get(action.cells[0], action.cells[0]),)
    return tuple(dict.fromkeys(items.get(cell, cell) for cell in action.cells))


def _reasons(why: str, by_owners: Mapping[tuple[str, ...], Mapping[str, int]]) -> Iterable[Reason]:
    if len(by_owners) <= MOST_ITEMS:
        return [Reason(who_text(owners), why, steps_text(steps)) for owners, steps in by_owners.items()]
    together: dict[str, int] = {}
    for steps in by_owners.values():
        for step, times in steps.items():
            together[step] = together.get(step, 0) + times
    everyone = tuple(dict.fromkeys(item for owners in by_owners for item in owners))
    return [Reason(who_text(everyone), why, steps_text(together))]


def _shortened(reasons: Sequence[Reason]) -> list[Reason]:
    if len(reasons) <= MOST_LINES:
        return list(reasons)
    return [*reasons[: MOST_LINES - 1], Reason("…", f"and {len(reasons) - MOST_LINES + 1} more reasons", "")]
