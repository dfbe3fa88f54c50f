"""The attempts at one action, folded from its events."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from runner.core.event import (
    ActionEvent,
    ActionFailed,
    ActionInDoubt,
    ActionStarted,
    ActionSucceeded,
    AttemptFailed,
    Phases,
)

AttemptState = Literal["succeeded", "failed", "in_doubt", "running"]

Ended = AttemptFailed | ActionSucceeded | ActionFailed | ActionInDoubt


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptSummary:
    """One attempt and how it ended.

    Attributes:
        began_at: RFC 3339 UTC, as in the journal.
        ended_at: None where the journal does not tell; the state is ``running`` then.
        was_repeated: Whether another attempt was announced when it failed.
        code, message, hint: Why it has no result; empty otherwise.
        phases: Where its time went; None where nobody measured.
    """

    number: int
    began_at: str
    ended_at: str | None = None
    state: AttemptState = "running"
    was_repeated: bool = False
    code: str = ""
    message: str = ""
    hint: str = ""
    phases: Phases | None = None


def fold_attempts(events: Iterable[ActionEvent]) -> tuple[AttemptSummary, ...]:
    """List the attempts at an action, in order; an earlier version did not tell why one was repeated."""
    attempts: list[AttemptSummary] = []
    for event in events:
        if isinstance(event, ActionStarted):
            attempts.append(AttemptSummary(number=event.attempt, began_at=event.at))
        elif isinstance(event, Ended) and attempts and attempts[-1].ended_at is None:
            attempts[-1] = _ended(attempts[-1], event)
    return tuple(attempts)


def _ended(begun: AttemptSummary, event: Ended) -> AttemptSummary:
    ended = replace(begun, ended_at=event.at)
    match event:
        case ActionSucceeded(phases=phases):
            return replace(ended, state="succeeded", phases=phases)
        case ActionInDoubt(message=message, hint=hint):
            return replace(ended, state="in_doubt", message=message, hint=hint)
        case AttemptFailed() | ActionFailed():
            return replace(
                ended,
                state="failed",
                was_repeated=isinstance(event, AttemptFailed),
                code=event.code,
                message=event.message,
                hint=event.hint,
            )
