"""Draws: which deliberate further result of a work counts, and ``--redraw``."""

from collections.abc import Callable, Collection, Mapping

from runner.core.digest import ActionKey
from runner.core.errors import UsageError
from runner.plan.keys import redrawn_key
from runner.plan.plan import Action, Plan
from runner.source.nearest import did_you_mean

Build = Callable[[Mapping[ActionKey, int]], Plan]
Find = Callable[[Collection[ActionKey]], Collection[ActionKey]]


def build_with_draws(build: Build, redraw: tuple[str, ...], find: Find) -> Plan:
    """Build a plan with the newest draws that there are, and one more for the cells that are to be drawn again.

    Args:
        build: Makes the plan for given draws; a draw changes the keys of what follows, so it may be called again.
        redraw: Ids of cells.
        find: Says which of some draws there are, by their keys.

    Raises:
        UsageError: there is no such cell, or nothing in it can be drawn again.
    """
    draws: dict[ActionKey, int] = {}
    plan = build(draws)
    while newer := _newer_draws(plan, draws, find):
        draws |= newer
        plan = build(draws)
    if not redraw:
        return plan
    for action in _actions_to_redraw(plan, redraw):
        draws[_base(action, draws)] = action.draw + 1
    return build(draws)


def _newer_draws(plan: Plan, draws: Mapping[ActionKey, int], find: Find) -> dict[ActionKey, int]:
    bought = [(_base(action, draws), action.draw + 1) for action in plan.actions if action.list_price]
    wanted = {redrawn_key(base, draw): (base, draw) for base, draw in bought}
    return dict(wanted[key] for key in find(wanted.keys()))


def _base(action: Action, draws: Mapping[ActionKey, int]) -> ActionKey:
    """The key of an action's first draw."""
    if not action.draw:
        return action.raw_key
    return next(base for base, draw in draws.items() if redrawn_key(base, draw) == action.raw_key)


def _actions_to_redraw(plan: Plan, redraw: Collection[str]) -> list[Action]:
    cells = {cell.id: cell for cell in plan.cells}
    for cell_id in redraw:
        if cell_id not in cells:
            raise UsageError("no-such-cell", f"there is no cell '{cell_id}'", hint=did_you_mean(cell_id, cells))
    keys = {key for cell_id in redraw for key in cells[cell_id].actions.values()}
    models = [action for action in plan.actions if action.key in keys and action.list_price]
    if not models:
        message = f"nothing in {', '.join(redraw)} can be drawn again: tools always give the same result"
        raise UsageError("nothing-to-redraw", message)
    return models
