"""The attempts at one action, folded from its events."""

from collections.abc import Iterable
from dataclasses import dataclass
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
from runner.report.moment import moment_ms

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

    @property
    def elapsed_ms(self) -> int:
        """From its beginning to its end; 0 where the journal does not tell."""
        return max(0, moment_ms(self.ended_at) - moment_ms(self.began_at)) if self.ended_at else 0


def fold_attempts(events: Iterable[ActionEvent]) -> tuple[AttemptSummary, ...]:
    """List the attempts at an action, in order; an earlier version did not tell why one was repeated."""
    attempts: list[AttemptSummary] = []
    begun: ActionStarted | None = None
    for event in events:
        if isinstance(event, ActionStarted):
            if begun is not None:
                attempts.append(AttemptSummary(number=begun.attempt, began_at=begun.at))
            begun = event
        elif begun is not None and isinstance(event, Ended):
            attempts.append(_ended(begun, event))
            begun = None
    if begun is not None:
        attempts.append(AttemptSummary(number=begun.attempt, began_at=begun.at))
    return tuple(attempts)


def _ended(begun: ActionStarted, event: Ended) -> AttemptSummary:
    number, began_at, ended_at = begun.attempt, begun.at, event.at
    if isinstance(event, ActionSucceeded):
        return AttemptSummary(
            number=number, began_at=began_at, ended_at=ended_at, state="succeeded", phases=event.phases
        )
    if isinstance(event, ActionInDoubt):
        return AttemptSummary(
            number=number,
            began_at=began_at,
            ended_at=ended_at,
            state="in_doubt",
            message=event.message,
            hint=event.hint,
        )
    return AttemptSummary(
        number=number,
        began_at=began_at,
        ended_at=ended_at,
        state="failed",
        was_repeated=isinstance(event, AttemptFailed),
        code=event.code,
        message=event.message,
        hint=event.hint,
    )
