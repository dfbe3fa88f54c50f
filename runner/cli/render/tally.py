"""A run's progress, folded from its events as they come: counts, and a line for what a person wants to see."""

from collections import Counter
from datetime import datetime

from runner.cli.render.layout import count, visible
from runner.core.digest import ActionKey
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
    CheckMeasured,
    Event,
    GateClosed,
    OutputFailed,
    OutputWritten,
    ResultDrifted,
    RunFinished,
    RunStarted,
)
from runner.core.money import ZERO, Money
from runner.plan.plan import Plan
from runner.report.checks import CHECK_STATES, CheckId, CheckNumbers, CheckState, check_state
from runner.report.wording import CHECK_WORDS, check_text, duration_text, gate_text

MOST_ALIKE = 3
"""Skipped actions of one reason that get a line; the others are only counted."""


class Tally:
    """Counts of one run.

    Attributes:
        total: Actions of the plan.
        ended: By how they ended.
        running: What was started and has not ended, oldest first.
    """

    def __init__(self, plan: Plan) -> None:
        self._actions = {action.key: action for action in plan.actions}
        self._check_numbers = CheckNumbers()
        self._checks: dict[CheckId, CheckState] = {}
        self._skips: Counter[str] = Counter()
        self._started_at = ""
        self._charged: Money = ZERO
        self._prices = {action.key: action.list_price for action in plan.actions if action.payable}
        self._quoted = plan.quote.totals.payable
        self._doubts: dict[ActionKey, Money] = {}
        self.total = len(plan.actions)
        self.ended: Counter[str] = Counter()
        self.running: dict[ActionKey, str] = {}

    @property
    def done(self) -> int:
        """How many actions have ended."""
        return self.ended.total()

    @property
    def money(self) -> str:
        """What was charged and is set aside, against what was quoted; empty where nothing costs anything."""
        if not (self._quoted or self._charged):
            return ""
        aside = f" + {self._reserved:s} set aside" if self._reserved else ""
        return f"{self._charged:s}{aside} of {self._quoted:s}"

    @property
    def _reserved(self) -> Money:
        return Money.total([*(self._prices.get(key, ZERO) for key in self.running), *self._doubts.values()])

    def add(self, event: Event) -> str | None:
        """Count an event; give the line that it deserves, or None."""
        match event:
            case RunStarted(at=at):
                self._started_at = self._started_at or at
                self._check_numbers.start_again()
            case RunFinished(at=at):
                return self._finished(at)
            case OutputFailed(path=path, message=message):
                return f"output {visible(path)} failed: {visible(message)}"
            case CheckMeasured():
                return self._checked(event)
            case GateClosed():
                return gate_text(event)
            case OutputWritten() | ResultDrifted():
                pass
            case _:
                return self._acted(event)
        return None

    def _acted(self, event: ActionEvent) -> str | None:
        match event:
            case ActionStarted() | AttemptFailed():
                return self._tried(event)
            case ActionSucceeded() | ActionFailed():
                return self._worked(event)
            case ActionReused(key=key):
                self._end(key, "reused")
                return None
            case ActionInDoubt(key=key, message=message):
                self._end(key, "in doubt")
                self._doubts[key] = event.reserved
                return f"{self._count()} {self._name(key)} in doubt: {visible(message)} ({visible(event.hint)})"
            case ActionCharged(key=key, charged=charged):
                self._charged = self._charged + charged
                return f"{self._name(key)} was charged {charged:s} before the run was cut off"
            case ActionSkipped(key=key, reason=reason):
                return self._skipped(key, reason)

    def _tried(self, event: ActionStarted | AttemptFailed) -> str | None:
        name = self._name(event.key)
        if isinstance(event, AttemptFailed):
            return f"{self._count()} {name} is tried again: {visible(event.message)}"
        self.running[event.key] = name
        return f"{self._count()} {name} attempt {event.attempt}" if event.attempt > 1 else None

    def _worked(self, event: ActionSucceeded | ActionFailed) -> str:
        succeeded = isinstance(event, ActionSucceeded)
        self._end(event.key, "succeeded" if succeeded else "failed")
        self._charged = self._charged + event.charged
        paid = f" {event.charged:s}" if event.charged else ""
        line = f"{self._count()} {self._name(event.key)} "
        if isinstance(event, ActionSucceeded):
            notes = "".join(f"\n{' ' * len(self._count())} note: {visible(note)}" for note in event.notes)
            return f"{line}succeeded {duration_text(event.duration_ms)}{paid}{notes}"
        hint = f" ({visible(event.hint)})" if event.hint else ""
        return f"{line}failed{paid}: {visible(event.message)}{hint}"

    def _skipped(self, key: ActionKey, reason: str) -> str | None:
        self._end(key, "skipped")
        self._skips[reason] += 1
        if self._skips[reason] > MOST_ALIKE:
            return None
        return f"{self._count()} {self._name(key)} skipped: {visible(reason)}"

    def _checked(self, event: CheckMeasured) -> str | None:
        """A line for a check that did not pass; after a further draw its latest result counts."""
        state = check_state(event)
        self._checks[self._check_numbers.identify(event)] = state
        if state == "passed":
            return None
        who = f"{visible(event.cell)} {visible(event.step)}"
        draw = f" of draw {event.draw + 1}" if event.draw else ""
        return f"{self._count()} {who} check {event.type}{draw} {CHECK_WORDS[state]}: {visible(check_text(event))}"

    def _finished(self, at: str) -> str:
        order = ("succeeded", "reused", "failed", "in doubt", "skipped")
        ended = ", ".join(f"{self.ended[word]:,} {word}" for word in order if self.ended[word]) or "nothing to do"
        parts = [f"{self.done:,} of {count(self.total, 'action')}: {ended}"]
        checks = Counter(self._checks.values())
        figures = [f"{checks[state]:,} {CHECK_WORDS[state]}" for state in CHECK_STATES if checks[state]]
        parts += [f"checks: {', '.join(figures)}"] if figures else []
        if self._started_at:
            parts.append(duration_text(_milliseconds(self._started_at, at)))
        aside = [f"{self._reserved:s} set aside"] if self._reserved else []
        return " · ".join([*parts, f"{self._charged:s} charged", *aside])

    def _end(self, key: ActionKey, outcome: str) -> None:
        self.running.pop(key, None)
        self.ended[outcome] += 1

    def _count(self) -> str:
        digits = len(str(self.total))
        return f"{self.done:>{digits}}/{self.total}"

    def _name(self, key: ActionKey) -> str:
        action = self._actions.get(key)
        if action is None:
            return key[:12]
        cells = action.cells
        who = visible(cells[0]) if len(cells) == 1 else count(len(cells), "cell")
        return f"{who} {visible(action.step)}"


def _milliseconds(sooner: str, later: str) -> int:
    return max(0, round((datetime.fromisoformat(later) - datetime.fromisoformat(sooner)).total_seconds() * 1000))
