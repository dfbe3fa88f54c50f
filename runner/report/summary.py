"""A run in full, folded from its events."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from runner.core.digest import ActionKey, digest_bytes
from runner.core.errors import ExitCode
from runner.core.event import ActionEvent, Event, GateClosed, ResultDrifted, RunFinished, RunStarted, RunState
from runner.core.money import Money
from runner.plan.document import read_document
from runner.plan.plan import EMPTY_QUOTE, Plan, RecipeName
from runner.report.cells import fold_cells
from runner.report.checks import closed_gate, fold_checks
from runner.report.drift import drift_text, fold_drifts
from runner.report.ending import ActionSummary, fold_action, total_charged
from runner.report.moment import moment_ms
from runner.report.needs import find_needs, state_reason
from runner.report.outputs import fold_outputs
from runner.report.parts import CellSummary, Need, OutputSummary, StepSummary


@dataclass(frozen=True, slots=True)
class Session:
    """A time in which a run was active, RFC 3339 UTC."""

    began_at: str
    ended_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run in full.

    Attributes:
        plan: What was carried out, as the first start of the run had it; a resumed run goes on with the same.
        state: ``interrupted`` where the journal has no end.
        reason: The state's reason, for a person.
        finished_at: None where the journal has no end.
        duration_ms: Time in which the run was active, without the pauses before it was resumed.
        sessions: When it was active: from each start to the last event before the next.
        cells: In the order of the plan, as are steps, actions and outputs.
        gate: Where the gate stopped the batch; None where it did not.
        reserved: What is set aside for actions that are in doubt.
        charged: All charges, also those of actions that the plan does not know.
        drifts: Results that are not those that the recipe's lock file held.
    """

    run_id: str
    plan_id: str
    plan: Plan
    recipe_text: str
    state: RunState
    reason: str
    exit_code: int
    started_at: str
    finished_at: str | None
    duration_ms: int
    sessions: tuple[Session, ...]
    cells: tuple[CellSummary, ...]
    steps: tuple[StepSummary, ...]
    actions: Mapping[ActionKey, ActionSummary]
    outputs: tuple[OutputSummary, ...]
    needs: tuple[Need, ...]
    gate: GateClosed | None
    reserved: Money
    charged: Money
    drifts: tuple[ResultDrifted, ...] = ()

    @property
    def drift(self) -> str:
        """Which results are not those of the lock file, for a person; empty where there is none."""
        return drift_text(self.drifts, self.actions)


def summarize(events: Iterable[Event]) -> RunSummary:
    """Fold a run's events, in the order of its journal; a journal may be cut off anywhere, also before its first event.

    Raises:
        ValueError: the plan in the journal is no ``runner-plan/1`` document.
    """
    journal = list(events)
    starts = [event for event in journal if isinstance(event, RunStarted)]
    plan = read_document(starts[0].plan) if starts else _NO_PLAN
    actions = _fold_actions(plan, journal)
    outputs = fold_outputs(plan.outputs, journal)
    cells = fold_cells(plan, actions, fold_checks(plan.checks, journal), outputs)
    gate = closed_gate(journal)
    last = journal[-1] if journal else None
    finish = last if isinstance(last, RunFinished) else None
    state: RunState = finish.state if finish else "interrupted"
    return RunSummary(
        run_id=starts[0].run_id if starts else "",
        plan_id=_plan_id(starts[0].plan) if starts else "",
        plan=plan,
        recipe_text=starts[0].recipe_text if starts else "",
        state=state,
        reason=state_reason(state, plan, list(actions.values()), cells, gate),
        exit_code=finish.exit_code if finish else int(ExitCode.INTERRUPTED),
        started_at=starts[0].at if starts else "",
        finished_at=finish.at if finish else None,
        duration_ms=_active_ms(journal),
        sessions=_sessions(journal),
        cells=cells,
        steps=_steps(plan, actions),
        actions=actions,
        outputs=outputs,
        needs=find_needs(cells),
        gate=gate,
        reserved=Money.total([action.reserved for action in actions.values()]),
        charged=total_charged(event for event in journal if isinstance(event, ActionEvent)),
        drifts=fold_drifts(journal),
    )


_NO_PLAN = Plan(
    recipe=RecipeName(path="", name="", digest=digest_bytes(b"")),
    root="",
    provider="",
    cells=(),
    actions=(),
    masks=(),
    outputs=(),
    quote=EMPTY_QUOTE,
)
"""What is known of a run whose journal was cut off before its first event."""


def _fold_actions(plan: Plan, journal: Sequence[Event]) -> dict[ActionKey, ActionSummary]:
    by_key: dict[ActionKey, list[ActionEvent]] = {}
    for event in journal:
        if isinstance(event, ActionEvent):
            by_key.setdefault(event.key, []).append(event)
    return {action.key: fold_action(action, by_key.get(action.key, [])) for action in plan.actions}


def _steps(plan: Plan, actions: Mapping[ActionKey, ActionSummary]) -> tuple[StepSummary, ...]:
    by_step: dict[str, list[ActionSummary]] = {}
    for summary in actions.values():
        by_step.setdefault(summary.action.step, []).append(summary)
    return tuple(
        StepSummary(
            quote=quote,
            outcomes=Counter(summary.outcome for summary in by_step.get(quote.id, [])),
            reserved=Money.total([summary.reserved for summary in by_step.get(quote.id, [])]),
            charged=Money.total([summary.charged for summary in by_step.get(quote.id, [])]),
            duration_ms=sum(summary.duration_ms for summary in by_step.get(quote.id, [])),
        )
        for quote in plan.quote.steps
    )


def _active_ms(journal: Sequence[Event]) -> int:
    """Add the times between events, but for the pauses before a run went on."""
    timed = [(moment_ms(event.at), isinstance(event, RunStarted)) for event in journal]
    return sum(max(0, later - sooner) for (sooner, _), (later, is_start) in pairwise(timed) if not is_start)


def _sessions(journal: Sequence[Event]) -> tuple[Session, ...]:
    starts = [place for place, event in enumerate(journal) if isinstance(event, RunStarted) or not place]
    spans = pairwise([*starts, len(journal)])
    return tuple(Session(journal[first].at, max(event.at for event in journal[first:end])) for first, end in spans)


def _plan_id(document: object) -> str:
    return str(document.get("plan_id", "")) if isinstance(document, dict) else ""
