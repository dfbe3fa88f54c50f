"""When the actions of a run were under way, and where their time went."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from runner.report.attempts import AttemptSummary
from runner.report.ending import ActionSummary
from runner.report.moment import moment_ms
from runner.report.summary import RunSummary, Session

Phase = Literal["queue", "run", "download", "other", "failed", "in_doubt"]
PHASES: tuple[Phase, ...] = ("queue", "run", "download", "other", "failed", "in_doubt")

_WAIT_MS = 1000
_WAIT_SHARE = 0.02
_MOST_WAITS = 10


class Part(NamedTuple):
    """A part of an attempt; moments are milliseconds since the run began, without the pauses between its sessions."""

    phase: Phase
    began_ms: int
    ended_ms: int

    @property
    def duration_ms(self) -> int:
        """Its length."""
        return self.ended_ms - self.began_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt on the time axis."""

    step: str
    cell: str
    number: int
    parts: tuple[Part, ...]

    @property
    def began_ms(self) -> int:
        """Its beginning."""
        return self.parts[0].began_ms

    @property
    def ended_ms(self) -> int:
        """Its end."""
        return self.parts[-1].ended_ms


@dataclass(frozen=True, slots=True)
class Wait:
    """A time in which nothing was worked on; ``queued`` says how many actions waited for their turn meanwhile."""

    began_ms: int
    ended_ms: int
    queued: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The attempts of a run in the order of their steps, and then of their beginning.

    Attributes:
        duration_ms: Of the run, without its pauses.
        pauses: Where the run was stopped and gone on with.
        waits: The longest times in which nothing was worked on, in order.
    """

    tries: tuple[Try, ...]
    duration_ms: int
    pauses: tuple[int, ...]
    waits: tuple[Wait, ...]


def make_timeline(summary: RunSummary) -> Timeline | None:
    """Lay the attempts of a run out in time; None where nothing was attempted."""
    clock = _Clock(summary.sessions)
    tries = tuple(
        Try(step=ended.action.step, cell=ended.action.cells[0], number=attempt.number, parts=_parts(attempt, clock))
        for ended in _by_step(summary)
        for attempt in ended.tries
    )
    if not tries:
        return None
    duration_ms = max([clock.duration_ms, *(one.ended_ms for one in tries)])
    return Timeline(tries=tries, duration_ms=duration_ms, pauses=clock.pauses, waits=_waits(tries, duration_ms))


class _Clock:
    """Turns moments of the journal into milliseconds of activity."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        self._starts = [moment_ms(session.began_at) for session in sessions]
        lengths = [moment_ms(session.ended_at) - start for session, start in zip(sessions, self._starts, strict=True)]
        self._offsets = [sum(lengths[:at]) for at in range(len(lengths))]
        self.duration_ms = sum(lengths)
        self.pauses = tuple(self._offsets[1:])

    def active_ms(self, at: str) -> int:
        moment = moment_ms(at)
        place = max((index for index, start in enumerate(self._starts) if start <= moment), default=0)
        return max(0, self._offsets[place] + moment - self._starts[place])


def _by_step(summary: RunSummary) -> Iterable[ActionSummary]:
    order = {step.quote.id: place for place, step in enumerate(summary.steps)}
    attempted = [ended for ended in summary.actions.values() if ended.tries]
    return sorted(attempted, key=lambda ended: (order.get(ended.action.step, len(order)), ended.tries[0].began_at))


def _parts(attempt: AttemptSummary, clock: _Clock) -> tuple[Part, ...]:
    began_ms = clock.active_ms(attempt.began_at)
    ended_ms = max(began_ms, clock.active_ms(attempt.ended_at)) if attempt.ended_at else began_ms
    if attempt.state in {"failed", "in_doubt"}:
        return (Part("failed" if attempt.state == "failed" else "in_doubt", began_ms, ended_ms),)
    if attempt.phases is None:
        return (Part("other", began_ms, ended_ms),)
    phases = attempt.phases
    lengths: tuple[tuple[Phase, int], ...] = (
        ("queue", phases.queue_ms), ("run", phases.run_ms), ("download", phases.download_ms), ("other", ended_ms),
    )  # fmt: skip
    parts: list[Part] = []
    at_ms = began_ms
    for phase, length_ms in lengths:
        until_ms = min(ended_ms, at_ms + length_ms)
        if until_ms > at_ms:
            parts.append(Part(phase, at_ms, until_ms))
        at_ms = max(at_ms, until_ms)
    return tuple(parts) or (Part("other", began_ms, ended_ms),)


def _waits(tries: Sequence[Try], duration_ms: int) -> tuple[Wait, ...]:
    """Find the longest times in which no attempt was worked on."""
    least_ms = max(_WAIT_MS, round(duration_ms * _WAIT_SHARE))
    worked = sorted((part.began_ms, part.ended_ms) for one in tries for part in one.parts if part.phase != "queue")
    queues = [part for one in tries for part in one.parts if part.phase == "queue"]
    waits: list[Wait] = []
    until_ms = 0
    for began_ms, ended_ms in [*worked, (duration_ms, duration_ms)]:
        if began_ms - until_ms >= least_ms:
            queued = sum(queue.began_ms < began_ms and queue.ended_ms > until_ms for queue in queues)
            waits.append(Wait(until_ms, began_ms, queued))
        until_ms = max(until_ms, ended_ms)
    longest = sorted(waits, key=lambda wait: wait.began_ms - wait.ended_ms)[:_MOST_WAITS]
    return tuple(sorted(longest, key=lambda wait: wait.began_ms))
