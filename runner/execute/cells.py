"""What becomes of each cell: its actions, its checks, and when its outputs may be written; a value in memory."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from runner.core.digest import ActionKey
from runner.execute.judging import Verdict
from runner.plan.plan import Action, Output, Plan

QUARANTINE = "quarantine"
"""The folder, below the project root, for outputs that a check puts aside."""


class Cells:
    """Follows the cells of a plan.

    The outputs of a cell wait for all of its checks: those of a failed cell are never given out, and those of one in
    quarantine under another path.

    Args:
        plan: Whose cells they are.
        passed: Further cells, of which nothing is left to be done.

    Attributes:
        failed: Cells whose outputs are not written, because a check failed.
        ended: Each cell all of whose actions came to an end, and whether it passed: all succeeded, no check failed.
    """

    def __init__(self, plan: Plan, passed: Iterable[str]) -> None:
        self.failed: set[str] = set()
        self.ended: dict[str, bool] = dict.fromkeys(passed, True)
        self._quarantined: set[str] = set()
        self._incomplete: set[str] = set()
        self._cells = {action.key: action.cells for action in plan.actions}
        self._open = _group((cell, action.key) for action in plan.actions for cell in action.cells)
        self._undecided = _group((check.cell, check.key) for check in plan.checks)
        self._with_result: set[ActionKey] = set()
        self._waiting: dict[str, list[Output]] = defaultdict(list)
        for output in plan.outputs:
            self._waiting[output.cell].append(output)

    def succeed(self, key: ActionKey, verdicts: Sequence[Verdict]) -> list[Output]:
        """Note that an action has its result and what its checks say; give the outputs that may be written now."""
        self._with_result.add(key)
        for verdict in verdicts:
            if verdict.has_failed:
                found = self.failed if verdict.check.on_fail == "fail" else self._quarantined
                found.add(verdict.check.cell)
        return self._end(key)

    def lose(self, actions: Iterable[Action]) -> list[Output]:
        """Note that actions will have no result; give the outputs that waited for nothing else."""
        ready: list[Output] = []
        for action in actions:
            self._incomplete.update(action.cells)
            ready += self._end(action.key)
        return ready

    def is_unwanted(self, action: Action) -> bool:
        """Whether no cell needs an action any more, because all of its cells failed their checks."""
        return self.failed.issuperset(action.cells)

    def _end(self, key: ActionKey) -> list[Output]:
        ready: list[Output] = []
        for cell in self._cells[key]:
            self._undecided[cell].discard(key)
            ready += self._release(cell)
            self._open[cell].discard(key)
            if not self._open[cell]:
                self.ended[cell] = cell not in self.failed | self._quarantined | self._incomplete
        return ready

    def _release(self, cell: str) -> list[Output]:
        if self._undecided[cell] or cell in self.failed:
            return []
        ready = [output for output in self._waiting[cell] if output.key in self._with_result]
        self._waiting[cell] = [output for output in self._waiting[cell] if output.key not in self._with_result]
        if cell in self._quarantined:
            return [replace(output, path=f"{QUARANTINE}/{output.path}") for output in ready]
        return ready


def _group(pairs: Iterable[tuple[str, ActionKey]]) -> dict[str, set[ActionKey]]:
    keys: dict[str, set[ActionKey]] = defaultdict(set)
    for cell, key in pairs:
        keys[cell].add(key)
    return keys
