"""Which results a check waits for, beyond that of its own action: those that its masks are made from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from runner.core.digest import ActionKey
from runner.plan.plan import Check, MaskImage, Plan, StepSource


def mask_sources(plan: Plan) -> dict[ActionKey, set[ActionKey]]:
    """Say what each action waits for, so that the masks of its checks can be drawn when it has its result.

    What follows from the action itself, or waits for it already, is left out: it cannot wait for that.
    """
    before = {action.key: set(action.needs) for action in plan.actions}
    waits: dict[ActionKey, set[ActionKey]] = defaultdict(set)
    for check in plan.checks:
        for source in step_sources(check):
            if check.key not in _chain(source, before):
                before[check.key].add(source)
                waits[check.key].add(source)
    return waits


def step_sources(check: Check) -> set[ActionKey]:
    """Collect the actions that the masks of a check are made from."""
    masks = [value for value in check.params.values() if isinstance(value, MaskImage)]
    return {one.key for mask in masks for one in mask.sources if isinstance(one, StepSource)}


def _chain(key: ActionKey, before: Mapping[ActionKey, Iterable[ActionKey]]) -> set[ActionKey]:
    """Collect an action and all that comes before it, at whatever distance."""
    seen, todo = {key}, [key]
    while todo:
        found = set(before.get(todo.pop(), ())) - seen
        seen |= found
        todo += found
    return seen
