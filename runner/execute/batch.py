"""The work of one run as its workers share it: what is next, what came of it, when it is over."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey
from runner.execute.schedule import Schedule
from runner.execute.stop import StopSignal
from runner.plan.plan import Action


@dataclass(frozen=True, slots=True)
class DoAction:
    """Do an action, then write its outputs."""

    action: Action


@dataclass(frozen=True, slots=True)
class WriteOutputs:
    """Write the outputs of an action whose result was there from the start."""

    key: ActionKey


Work: TypeAlias = DoAction | WriteOutputs


class Batch:
    """Hands out work and takes results; lives in one event loop.

    Args:
        schedule: What is to be done.
        results: What is there already; grows with every result.
        unwritten: Actions that have results but whose outputs are not looked at yet.
        stop: When it is requested, nothing more is handed out.
        on_failure: Whether a failure has the same effect.
    """

    def __init__(
        self,
        schedule: Schedule,
        results: dict[ActionKey, Artifact],
        unwritten: Iterable[ActionKey],
        *,
        stop: StopSignal,
        on_failure: Literal["keep-going", "fail-fast"],
    ) -> None:
        self.results = results
        self.has_failed = False
        self.has_blocked = False
        self.has_given_up = False
        self._schedule = schedule
        self._unwritten = deque(unwritten)
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

    async def succeed(self, key: ActionKey, artifact: Artifact) -> None:
        """Take a result; what waited for it may start."""
        async with self._changed:
            self.results[key] = artifact
            self._schedule.succeed(key)
            self._changed.notify_all()

    async def fail(self, key: ActionKey) -> list[Action]:
        """Note that an action failed, and give those that can never start now."""
        async with self._changed:
            self.has_failed = True
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
        return self._schedule.is_open(key)

    def drain(self) -> list[Action]:
        """Give up what has no result, and give it."""
        return self._schedule.drain()

    @property
    def is_complete(self) -> bool:
        """Whether everything that could be done is done."""
        return self._schedule.is_over and not self._unwritten

    @property
    def stops_early(self) -> bool:
        """Whether nothing more may be started: a person said so, or what failed is enough to stop for."""
        return self._stop.requested or self.has_given_up or (self.has_failed and self._on_failure == "fail-fast")

    def _ends(self) -> bool:
        return self.stops_early or self.is_complete

    def _take(self) -> Work | None:
        if self._unwritten:
            return WriteOutputs(self._unwritten.popleft())
        action = self._schedule.take()
        return None if action is None else DoAction(action)
