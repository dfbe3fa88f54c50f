"""The gate: stops a batch of which too few cells pass."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from runner.core.digest import ActionKey
from runner.core.event import GateClosed
from runner.execute.clock import now_text
from runner.execute.limits import Limit
from runner.plan.plan import Plan


class GateKeeper:
    """Watches how many cells pass; without a gate in the plan it never closes.

    The first cells of the plan that have any action are the canary: they run to their end before any other starts.

    Args:
        plan: With or without a gate.
        ended: Each cell that came to its end, and whether it passed; grows while the plan is carried out.

    Attributes:
        closed: The event of its closing, once that happened.
    """

    def __init__(self, plan: Plan, ended: Mapping[str, bool]) -> None:
        self.closed: GateClosed | None = None
        self._gate = plan.gate
        self._ended = ended
        busy = {cell for action in plan.actions for cell in action.cells}
        in_order = [cell.id for cell in plan.cells if cell.id in busy]
        self._canary = in_order[: plan.gate.canary] if plan.gate is not None else []
        self._is_canary_over = False

    def first_keys(self, plan: Plan) -> set[ActionKey] | None:
        """Give the actions that the canary consists of; None without one."""
        canary = set(self._canary)
        if not canary:
            return None
        first = {action.key for action in plan.actions if not canary.isdisjoint(action.cells)}
        for action in reversed(plan.actions):
            if action.key in first:
                first.update(action.needs)
        return first

    @property
    def is_canary_over(self) -> bool:
        """Whether every cell of the canary came to its end."""
        self._is_canary_over = self._is_canary_over or all(cell in self._ended for cell in self._canary)
        return self._is_canary_over

    def look(self) -> GateClosed | None:
        """Close the gate where too few passed; gives the event, once.

        First the canary alone is looked at, when it is over; then all cells that came to their end.
        """
        if self._gate is None or self.closed is not None or not self._canary:
            return None
        if self.is_canary_over:
            canary = [self._ended[cell] for cell in self._canary]
            self.closed = self._close_if_too_few("canary", canary) or self._close_if_too_few(
                "batch", self._ended.values()
            )
        return self.closed

    def _close_if_too_few(self, phase: str, passed: Iterable[bool]) -> GateClosed | None:
        verdicts = list(passed)
        rate = Decimal(self._gate.min_pass_rate) if self._gate is not None else Decimal(0)
        if sum(verdicts) >= rate * len(verdicts):
            return None
        return GateClosed(
            at=now_text(),
            phase="canary" if phase == "canary" else "batch",
            passed=sum(verdicts),
            measured=len(verdicts),
            min_pass_rate=format(rate, "f"),
        )


def why_closed(gate: GateClosed) -> str:
    """Say why nothing more is started."""
    demand = Limit(side="at least", bound=Decimal(gate.min_pass_rate), places=0, unit="%").in_words()
    return f"the gate closed: {gate.passed} of {gate.measured} cells passed, {demand} must"
