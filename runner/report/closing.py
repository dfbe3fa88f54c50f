"""How a run ended, in figures: what a person is told at its end, however many cells there are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from runner.core.digest import ActionKey, Digest
from runner.core.event import (
    ActionReused,
    ActionSucceeded,
    CheckMeasured,
    Event,
    OutputWritten,
    RunFinished,
    RunStarted,
    RunState,
)
from runner.core.money import ZERO, Money
from runner.plan.plan import Plan
from runner.report.checks import check_state
from runner.report.needs import all_done
from runner.report.parts import Need, OutputSummary
from runner.report.summary import RunSummary

OUTPUT_WORDS = ("written", "unchanged", "in quarantine", "missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A run in figures.

    Attributes:
        reason: Of the state, for a person.
        cells, actions, checks, outputs: How many ended how.
        reserved: What is set aside for actions that are in doubt.
        drift: Which results are not those of the lock file; empty where there is none.
        duration_ms: Time in which the run was active.
    """

    recipe: str
    run_id: str
    state: RunState
    reason: str
    cells: Mapping[str, int]
    actions: Mapping[str, int]
    checks: Mapping[str, int]
    outputs: Mapping[str, int]
    quoted: Money
    charged: Money
    duration_ms: int
    reserved: Money = ZERO
    drift: str = ""
    needs: tuple[Need, ...] = ()


def closing_of(summary: RunSummary) -> Closing:
    """Count what became of a run."""
    return Closing(
        recipe=summary.plan.recipe.name,
        run_id=summary.run_id,
        state=summary.state,
        reason=summary.reason,
        cells=Counter(cell.outcome for cell in summary.cells),
        actions=Counter(action.outcome for action in summary.actions.values()),
        checks=Counter(check.state for cell in summary.cells for check in cell.checks),
        outputs=Counter(map(_output_word, summary.outputs)),
        quoted=summary.plan.quote.totals.payable,
        charged=summary.charged,
        duration_ms=summary.duration_ms,
        reserved=summary.reserved,
        drift=summary.drift,
        needs=summary.needs,
    )


@dataclass(slots=True)
class Course:
    """Follows a run by its events.

    Attributes:
        results: What came of each action.
        has_changed: Whether the run did anything but find that all is right as it is.
    """

    results: dict[ActionKey, Digest] = field(default_factory=dict)
    has_changed: bool = False
    _checks: Counter[str] = field(default_factory=Counter)
    _outputs: int = 0
    _run_id: str = ""
    _started_at: str = ""
    _finished_at: str = ""

    def add(self, event: Event) -> None:
        """Take an event, in order."""
        match event:
            case ActionReused():
                self.results[event.key] = event.artifact.digest
            case OutputWritten(unchanged=True):
                self._outputs += 1
            case CheckMeasured():
                self._checks[check_state(event)] += 1
            case RunStarted():
                self._run_id, self._started_at = event.run_id, event.at
            case RunFinished(state="succeeded"):
                self._finished_at = event.at
            case ActionSucceeded():
                self.results[event.key] = event.artifact.digest
                self.has_changed = True
            case _:
                self.has_changed = True

    def closing(self, plan: Plan) -> Closing:
        """Count what became of a run that changed nothing."""
        began, ended = (datetime.fromisoformat(at) for at in (self._started_at, self._finished_at))
        idle = sum(not cell.actions for cell in plan.cells)
        return Closing(
            recipe=plan.recipe.name,
            run_id=self._run_id,
            state="succeeded",
            reason=all_done(len(plan.cells)),
            cells=Counter({"reused": len(plan.cells) - idle, "skipped": idle}),
            actions=Counter({"reused": len(self.results)}),
            checks=self._checks,
            outputs=Counter({"unchanged": self._outputs}),
            quoted=plan.quote.totals.payable,
            charged=ZERO,
            duration_ms=max(0, round((ended - began).total_seconds() * 1000)),
        )


def _output_word(output: OutputSummary) -> str:
    if output.digest is None:
        return "missing"
    if output.quarantined:
        return "in quarantine"
    return "unchanged" if output.unchanged else "written"
