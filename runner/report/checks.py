"""The checks of a run, folded from its events: the latest measurement of each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from runner.core.event import CheckMeasured, Event, GateClosed, RunStarted
from runner.plan.plan import Check, MaskImage

CheckState = Literal["failed", "quarantined", "warned", "passed"]
"""What a check says of its cell, worst first."""

CHECK_STATES: tuple[CheckState, ...] = ("failed", "quarantined", "warned", "passed")


class CheckId(NamedTuple):
    """Which check of a recipe, in which cell; ``number`` tells apart those that are alike but for their parameters."""

    cell: str
    step: str
    type: str
    measure: str
    number: int


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """A check and its latest measurement; ``mask`` is the name of the one that it looks at, empty without one."""

    measured: CheckMeasured
    mask: str

    @property
    def state(self) -> CheckState:
        """What it says of its cell."""
        return check_state(self.measured)


class CheckNumbers:
    """Gives measurements the number that their check has among those alike: they are measured in the plan's order."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str, str, str, int]] = Counter()

    def identify(self, measured: CheckMeasured) -> CheckId:
        """Name the check that was measured."""
        alike = (measured.cell, measured.step, measured.type, measured.measure)
        self._seen[*alike, measured.draw] += 1
        return CheckId(*alike, self._seen[*alike, measured.draw] - 1)

    def start_again(self) -> None:
        """Forget what was measured: a run that goes on may measure it once more."""
        self._seen.clear()


def check_state(measured: CheckMeasured) -> CheckState:
    """Say what a measurement says of its cell; only an error fails a cell or puts it into quarantine."""
    if measured.passed:
        return "passed"
    if measured.severity == "warn":
        return "warned"
    return "quarantined" if measured.on_fail == "quarantine" else "failed"


def fold_checks(planned: Iterable[Check], journal: Iterable[Event]) -> dict[str, tuple[CheckSummary, ...]]:
    """Take the latest measurement of each check, by cell and in the plan's order; what was never measured is absent."""
    masks = _masks_by_check(planned)
    latest = _latest(journal)
    by_cell: dict[str, list[CheckSummary]] = {}
    for check in [*(check for check in masks if check in latest), *(check for check in latest if check not in masks)]:
        by_cell.setdefault(check.cell, []).append(CheckSummary(latest[check], masks.get(check, "")))
    return {cell: tuple(checks) for cell, checks in by_cell.items()}


def worst_check(checks: Sequence[CheckSummary]) -> CheckSummary | None:
    """Pick what says the worst of a cell, of equals the first; None without checks."""
    return min(checks, key=lambda check: CHECK_STATES.index(check.state), default=None)


def closed_gate(journal: Iterable[Event]) -> GateClosed | None:
    """Find where the gate was closed; a run that went on has opened it again."""
    gate: GateClosed | None = None
    for event in journal:
        if isinstance(event, RunStarted):
            gate = None
        elif isinstance(event, GateClosed):
            gate = event
    return gate


def _latest(journal: Iterable[Event]) -> dict[CheckId, CheckMeasured]:
    numbers = CheckNumbers()
    latest: dict[CheckId, CheckMeasured] = {}
    for event in journal:
        if isinstance(event, RunStarted):
            numbers.start_again()
        elif isinstance(event, CheckMeasured):
            latest[numbers.identify(event)] = event
    return latest


def _masks_by_check(planned: Iterable[Check]) -> dict[CheckId, str]:
    seen: Counter[tuple[str, str, str, str]] = Counter()
    masks: dict[CheckId, str] = {}
    for check in planned:
        alike = (check.cell, check.step, check.type, check.measure)
        mask = check.params.get("mask")
        masks[CheckId(*alike, seen[alike])] = mask.name if isinstance(mask, MaskImage) else ""
        seen[alike] += 1
    return masks
