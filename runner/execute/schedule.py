"""Which action may start next; a value in memory, without clock or tasks."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from runner.core.digest import ActionKey
from runner.plan.plan import Action


class Schedule:
    """The actions that are still to be done or looked at, the earliest of the plan first, each after what it needs.

    The order of the plan goes cell by cell, so taking the earliest finishes cells one after the other.

    Args:
        actions: In the order of the plan: needs come first.
        known: Keys whose results are there already: they are handed out to be looked at, after what they need came to
            its end, however that was; a failure does not take them along.
        first: Keys that are handed out before all others, until ``open_all``; None for no such order.
        after: What an action waits for beyond its needs, such as the source of a check's mask; that may fail.
    """

    def __init__(
        self,
        actions: Sequence[Action],
        known: Collection[ActionKey],
        first: AbstractSet[ActionKey] | None = None,
        after: Mapping[ActionKey, AbstractSet[ActionKey]] | None = None,
    ) -> None:
        self._actions = actions
        self._known = frozenset(known)
        self._numbers = {action.key: number for number, action in enumerate(actions)}
        self._missing = {action.key: {need for need in action.needs if need in self._numbers} for action in actions}
        self._dependents = _turned(self._missing)
        for key, waits in (after or {}).items():
            self._missing[key] |= waits & self._numbers.keys()
        self._waiting = _turned(self._missing)
        self._first = first
        self._later: list[ActionKey] = []
        self._ready: list[int] = []
        self._open = set(self._numbers)
        for key, needs in self._missing.items():
            if not needs:
                self._push(key)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to start and nothing in flight."""
        return not self._open

    def is_open(self, key: ActionKey) -> bool:
        """Whether an action is still to be done or looked at, or in flight."""
        return key in self._open

    def is_known(self, key: ActionKey) -> bool:
        """Whether the result was there from the start."""
        return key in self._known

    def take(self) -> Action | None:
        """Give the next action that may start, which is in flight from now on; None while all others wait."""
        while self._ready:
            action = self._actions[heapq.heappop(self._ready)]
            if action.key in self._open:
                return action
        return None

    def put_back(self, key: ActionKey) -> None:
        """Make an action in flight one that may start again."""
        self._push(key)

    def open_all(self) -> None:
        """Let all others start as well as the first."""
        self._first = None
        later, self._later = self._later, []
        for key in later:
            self._push(key)

    def succeed(self, key: ActionKey) -> None:
        """Note that a result is there: what waited for it alone may start."""
        self._open.discard(key)
        self._release([key])

    def fail(self, key: ActionKey) -> list[Action]:
        """Note that a result will not come, and give all that can never start now, in the order of the plan."""
        self._open.discard(key)
        return self._lose(self._followers([key]), [key])

    def drop_unwanted(self, key: ActionKey, is_unwanted: Callable[[Action], bool]) -> list[Action]:
        """Give up what follows from a result that is not to be built upon, and is not wanted for anything else.

        Args:
            key: Whose result it is; it is still in flight.
            is_unwanted: Asked for every action that follows, at whatever distance.

        Returns:
            What will never start now, in the order of the plan.
        """
        unwanted = [
            one
            for one in self._followers([key], through_known=True)
            if self._is_to_do(one) and is_unwanted(self._actions[self._numbers[one]])
        ]
        return self._lose({*unwanted, *self._followers(unwanted)}, [])

    def drain(self) -> list[Action]:
        """Give up all that has no result, in flight or not, and give it in the order of the plan."""
        left = [action for action in self._actions if self._is_to_do(action.key)]
        self._open.clear()
        return left

    def _is_to_do(self, key: ActionKey) -> bool:
        return key in self._open and key not in self._known

    def _followers(self, keys: Iterable[ActionKey], *, through_known: bool = False) -> set[ActionKey]:
        """Collect what needs one of some actions, at whatever distance."""
        found: set[ActionKey] = set()
        todo = list(keys)
        while todo:
            for dependent in self._dependents[todo.pop()]:
                if dependent not in found and (through_known or self._is_to_do(dependent)):
                    found.add(dependent)
                    todo.append(dependent)
        return found

    def _lose(self, lost: AbstractSet[ActionKey], also_ended: Iterable[ActionKey]) -> list[Action]:
        self._open -= lost
        self._release([*also_ended, *lost])
        return [self._actions[number] for number in sorted(self._numbers[key] for key in lost)]

    def _release(self, ended: Iterable[ActionKey]) -> None:
        for key in ended:
            for dependent in self._waiting[key]:
                missing = self._missing[dependent]
                if key in missing:
                    missing.discard(key)
                    if not missing and dependent in self._open:
                        self._push(dependent)

    def _push(self, key: ActionKey) -> None:
        if self._first is None or key in self._first:
            heapq.heappush(self._ready, self._numbers[key])
        else:
            self._later.append(key)


def _turned(needs: Mapping[ActionKey, Iterable[ActionKey]]) -> dict[ActionKey, list[ActionKey]]:
    """Say of each action which ones need it."""
    dependents: dict[ActionKey, list[ActionKey]] = defaultdict(list)
    for key, needed in needs.items():
        for need in needed:
            dependents[need].append(key)
    return dependents
