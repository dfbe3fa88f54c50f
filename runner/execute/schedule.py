"""Which action may start next; a value in memory, without clock or tasks."""

import heapq
from collections import defaultdict
from collections.abc import Collection, Sequence

from runner.core.digest import ActionKey
from runner.plan.plan import Action


class Schedule:
    """The actions that are still to be done, the earliest of the plan first, each after what it needs.

    The order of the plan goes cell by cell, so taking the earliest finishes cells one after the other.

    Args:
        actions: In the order of the plan: needs come first.
        done: Keys whose results are there already.
    """

    def __init__(self, actions: Sequence[Action], done: Collection[ActionKey]) -> None:
        self._actions = [action for action in actions if action.key not in done]
        self._numbers = {action.key: number for number, action in enumerate(self._actions)}
        self._missing = {
            action.key: {need for need in action.needs if need in self._numbers} for action in self._actions
        }
        self._dependents: dict[ActionKey, list[ActionKey]] = defaultdict(list)
        for key, needs in self._missing.items():
            for need in needs:
                self._dependents[need].append(key)
        self._ready = [self._numbers[key] for key, needs in self._missing.items() if not needs]
        self._open = set(self._numbers)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to start and nothing in flight."""
        return not self._open

    def is_open(self, key: ActionKey) -> bool:
        """Whether an action is still to be done, or in flight."""
        return key in self._open

    def take(self) -> Action | None:
        """Give the next action that may start, which is in flight from now on; None while all others wait."""
        while self._ready:
            action = self._actions[heapq.heappop(self._ready)]
            if action.key in self._open:
                return action
        return None

    def put_back(self, key: ActionKey) -> None:
        """Make an action in flight one that may start again."""
        heapq.heappush(self._ready, self._numbers[key])

    def succeed(self, key: ActionKey) -> None:
        """Note that a result is there: what waited for it alone may start."""
        self._open.discard(key)
        for dependent in self._dependents[key]:
            self._missing[dependent].discard(key)
            if not self._missing[dependent]:
                heapq.heappush(self._ready, self._numbers[dependent])

    def fail(self, key: ActionKey) -> list[Action]:
        """Note that a result will not come, and give all that can never start now, in the order of the plan."""
        self._open.discard(key)
        lost: set[ActionKey] = set()
        todo = [key]
        while todo:
            for dependent in self._dependents[todo.pop()]:
                if dependent in self._open and dependent not in lost:
                    lost.add(dependent)
                    todo.append(dependent)
        self._open -= lost
        return [self._actions[number] for number in sorted(self._numbers[key] for key in lost)]

    def drain(self) -> list[Action]:
        """Give up all that has no result, in flight or not, and give it in the order of the plan."""
        left = [action for action in self._actions if action.key in self._open]
        self._open.clear()
        return left
