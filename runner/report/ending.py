"""How one action ended, folded from its events."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, assert_never

from runner.core.artifact import Artifact
from runner.core.digest import Json
from runner.core.event import (
    ActionCharged,
    ActionEvent,
    ActionFailed,
    ActionInDoubt,
    ActionReused,
    ActionSkipped,
    ActionStarted,
    ActionSucceeded,
    AttemptFailed,
)
from runner.core.money import ZERO, Money
from runner.plan.plan import Action
from runner.report.attempts import AttemptSummary, fold_attempts

Outcome = Literal["succeeded", "reused", "failed", "skipped", "in_doubt"]

# Tuples, because to make a union anew for each of a hundred thousand events takes longer than to look at them.
_WORKED = (ActionSucceeded, ActionFailed, ActionInDoubt)
_CHARGED = (ActionSucceeded, ActionFailed, ActionCharged)
_ASIDE = (ActionCharged, AttemptFailed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionError:
    """Why an action has no result."""

    code: str
    message: str
    hint: str
    retryable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSummary:
    """What was planned for an action, and what became of it.

    Attributes:
        charged: Over all attempts; a job is counted once.
        duration_ms: Over all attempts; 0 where nothing ran.
        reserved: What may have been spent besides, and stays set aside, because it is in doubt.
        artifact: The result; None without one.
        raw: The provider's own result where pasting back made ``artifact`` from it.
        reason: Why it was skipped or is in doubt; empty otherwise.
        tries: Every attempt, in order.
    """

    action: Action
    outcome: Outcome
    attempts: int
    charged: Money
    duration_ms: int
    job_id: str | None = None
    reserved: Money = ZERO
    artifact: Artifact | None = None
    raw: Artifact | None = None
    details: Mapping[str, Json] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    error: ActionError | None = None
    reason: str = ""
    tries: tuple[AttemptSummary, ...] = ()


def fold_action(action: Action, events: Sequence[ActionEvent]) -> ActionSummary:
    """Say how an action ended.

    An action that was started and never ended is in doubt where it may have cost money, and skipped where it was free.
    """
    worked = [event for event in events if isinstance(event, _WORKED)]
    starts = sum(isinstance(event, ActionStarted) for event in events)
    ended = partial(
        ActionSummary,
        action=action,
        attempts=max(starts, sum(event.attempts for event in worked)),
        charged=total_charged(events),
        duration_ms=sum(event.duration_ms for event in worked),
        tries=fold_attempts(events),
    )
    event = _deciding(events)
    if isinstance(event, ActionSucceeded):
        return ended(
            outcome="succeeded",
            job_id=event.job_id,
            artifact=event.artifact,
            raw=event.raw,
            details=event.details,
            notes=event.notes,
        )
    if isinstance(event, ActionReused):
        return ended(outcome="reused", artifact=event.artifact, details=event.details)
    return _without_result(action, event, ended)


def _without_result(
    action: Action,
    event: ActionStarted | AttemptFailed | ActionFailed | ActionInDoubt | ActionCharged | ActionSkipped | None,
    ended: Callable[..., ActionSummary],
) -> ActionSummary:
    match event:
        case ActionFailed():
            return ended(outcome="failed", job_id=event.job_id, error=_error(event))
        case ActionInDoubt():
            return ended(outcome="in_doubt", reason=event.message, reserved=event.reserved)
        case ActionSkipped():
            return ended(outcome="skipped", reason=event.reason)
        case ActionStarted() | ActionCharged() | AttemptFailed():
            return _cut_off(action, ended)
        case None:
            blocked = action.decision == "blocked" and action.reason
            return ended(outcome="skipped", reason=blocked or "the run stopped before it began")
        case never:
            assert_never(never)


def total_charged(events: Iterable[ActionEvent]) -> Money:
    """Add what events charged; a job reported twice, as after a crash, is counted once, as who knew its cost said."""
    worked = [event for event in events if isinstance(event, _CHARGED)]
    if len(worked) == 1:
        return worked[0].charged
    by_job: dict[str, Money] = {}
    for event in worked:
        if event.job_id:
            by_job[event.job_id] = max(by_job.get(event.job_id, ZERO), event.charged)
    return Money.total([*by_job.values(), *(event.charged for event in worked if not event.job_id)])


def _deciding(events: Sequence[ActionEvent]) -> ActionEvent | None:
    """Pick the event that decides: the last, but a resumed run's skip or reuse hides nothing that was done before."""
    told = [event for event in events if not isinstance(event, _ASIDE)]
    acted = [event for event in told if not isinstance(event, ActionSkipped)] or told
    made = [event for event in acted if isinstance(event, ActionSucceeded)]
    if made and isinstance(acted[-1], ActionReused):
        return made[-1]
    return acted[-1] if acted else None


def _cut_off(action: Action, ended: Callable[..., ActionSummary]) -> ActionSummary:
    if not action.payable:
        return ended(outcome="skipped", reason="the run stopped while it ran")
    reason = f"the run stopped while it ran: up to {action.payable} may have been spent"
    return ended(outcome="in_doubt", reason=reason, reserved=action.payable)


def _error(event: ActionFailed) -> ActionError:
    return ActionError(code=event.code, message=event.message, hint=event.hint, retryable=event.retryable)
