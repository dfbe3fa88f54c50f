"""The work of one run as its workers share it: what is next, what came of it, when it is over."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey
from runner.execute.schedule import Schedule
from runner.execute.stop import StopSignal
from runner.plan.plan import Action


@dataclass(frozen=True, slots=True)
class DoAction:
    """Do an action, then measure its checks and write the outputs that waited for it."""

    action: Action


@dataclass(frozen=True, slots=True)
class LookAt:
    """Measure and write the same for an action whose result was there from the start."""

    action: Action


Work: TypeAlias = DoAction | LookAt


class Batch:
    """Hands out work and takes results; lives in one event loop.

    Args:
        schedule: What is to be done.
        results: What is there already; grows with every result.
        stop: When it is requested, nothing more is handed out.
        on_failure: Whether a failure has the same effect.
    """

    def __init__(
        self,
        schedule: Schedule,
        results: dict[ActionKey, Artifact],
        *,
        stop: StopSignal,
        on_failure: Literal["keep-going", "fail-fast"],
    ) -> None:
        self.results = results
        self.has_failed = False
        self.has_failed_checks = False
        self.has_blocked = False
        self.has_doubts = False
        self.has_given_up = False
        self.is_gate_closed = False
        self._schedule = schedule
        self._stop = stop
        self._on_failure = on_failure
        self._changed = asyncio.Condition()

    async def next(self) -> Work | None:
        """Wait for something that may be started; None when nothing more will be."""
        async with self._changed:
            while not self._ends():
                work = self._take()
                if work is not None:
                    return work
                await self._changed.wait()
        return None

    async def succeed(self, key: ActionKey, artifact: Artifact, is_unwanted: Callable[[Action], bool]) -> list[Action]:
        """Take a result; what waited for it may start, but what is not wanted any more is given up and given."""
        async with self._changed:
            self.results[key] = artifact
            lost = self._schedule.drop_unwanted(key, is_unwanted)
            self._schedule.succeed(key)
            self._changed.notify_all()
        return lost

    async def fail(self, key: ActionKey) -> list[Action]:
        """Note that an action failed, and give those that can never start now."""
        async with self._changed:
            self.has_failed = True
            lost = self._schedule.fail(key)
            self._changed.notify_all()
        return lost

    async def doubt(self, key: ActionKey) -> list[Action]:
        """Note that nobody can say whether an action was bought, and give those that can never start now."""
        async with self._changed:
            self.has_doubts = True
            lost = self._schedule.fail(key)
            self._changed.notify_all()
        return lost

    async def block(self, key: ActionKey) -> list[Action]:
        """Note that an action must not start, and give those that cannot either; that stops nothing else."""
        async with self._changed:
            self.has_blocked = True
            lost = self._schedule.fail(key)
            self._changed.notify_all()
        return lost

    async def give_up(self) -> None:
        """Hand out nothing more: results cannot be kept."""
        async with self._changed:
            self.has_given_up = True
            self._changed.notify_all()

    async def note_failed_check(self) -> None:
        """Note that a check of severity error failed."""
        async with self._changed:
            self.has_failed_checks = True
            self._changed.notify_all()

    async def close_gate(self) -> None:
        """Hand out nothing more: too few cells pass."""
        async with self._changed:
            self.is_gate_closed = True
            self._changed.notify_all()

    async def open_all(self) -> None:
        """Hand out what is not of the canary as well."""
        async with self._changed:
            self._schedule.open_all()
            self._changed.notify_all()

    async def note_failed_output(self) -> None:
        """Note that an output could not be written."""
        async with self._changed:
            self.has_failed = True
            self._changed.notify_all()

    async def put_back(self, key: ActionKey) -> None:
        """Give an action back, to be handed out again."""
        async with self._changed:
            self._schedule.put_back(key)
            self._changed.notify_all()

    async def wake(self) -> None:
        """Let everybody who waits look again."""
        async with self._changed:
            self._changed.notify_all()

    def is_open(self, key: ActionKey) -> bool:
        """Whether an action has neither result nor failure."""
        return self._schedule.is_open(key) and not self._schedule.is_known(key)

    def drain(self) -> list[Action]:
        """Give up what has no result, and give it."""
        return self._schedule.drain()

    @property
    def is_complete(self) -> bool:
        """Whether everything that could be done is done."""
        return self._schedule.is_over

    @property
    def stops_early(self) -> bool:
        """Whether nothing more may be started: a person said so, or what failed is enough to stop for."""
        is_failure_enough = self._on_failure == "fail-fast" and (self.has_failed or self.has_failed_checks)
        return self._stop.requested or self.has_given_up or self.is_gate_closed or is_failure_enough

    def _ends(self) -> bool:
        return self.stops_early or self.is_complete

    def _take(self) -> Work | None:
        action = self._schedule.take()
        if action is None:
            return None
        return LookAt(action) if self._schedule.is_known(action.key) else DoAction(action)
