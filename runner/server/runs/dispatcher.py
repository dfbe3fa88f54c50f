"""Takes runs from the queue, lets each be carried out, and ends it."""

import asyncio
import sqlite3

from runner.server.clock import now
from runner.server.runs.carrier import Carrier
from runner.server.runs.ending import Failed
from runner.server.runs.finisher import Finisher
from runner.server.runs.queue import mark_running, put_back, recover, take_next
from runner.server.runs.row import RunRow

_AHEAD = 2
"""Runs whose pictures are fetched while all workers are busy."""

_BUG = Failed("INTERNAL_ERROR", "the server failed; its log says more", "postprocess")
_GAVE_UP = Failed("SERVER_STOPPED", "the server stopped each time this run was begun", "dispatch")


class Dispatcher:
    """Carries out the runs that wait, some at once; nothing is lost when it is stopped or killed.

    Args:
        carrier: Carries out one run.
        finisher: Ends it.
        workers: How many engines run at once.
    """

    def __init__(self, carrier: Carrier, finisher: Finisher, workers: int) -> None:
        self._carrier = carrier
        self._finisher = finisher
        self._slots = workers + _AHEAD
        self._waiting = asyncio.Event()
        self._stopping = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        self._last_org = ""

    @property
    def is_running(self) -> bool:
        """Whether runs are begun."""
        return bool(self._loops) and not any(loop.done() for loop in self._loops) and not self._stopping.is_set()

    async def start(self) -> None:
        """Take up what an earlier server left, then whatever comes."""
        for run_id in await self._finisher.surely(lambda connection: recover(connection, now())):
            await self._finisher.end(run_id, _GAVE_UP)
        self._loops = [asyncio.create_task(self._loop(), name=f"dispatcher-{slot}") for slot in range(self._slots)]

    def wake(self) -> None:
        """Say that a run waits."""
        self._waiting.set()

    def begin_no_more(self) -> None:
        """Let what was begun end, and the rest wait for the next server."""
        self._stopping.set()
        self._waiting.set()

    async def stop(self, grace_s: float) -> None:
        """Begin nothing more; what does not end in time waits for the next server."""
        self.begin_no_more()
        if self._loops:
            _, late = await asyncio.wait(self._loops, timeout=grace_s)
            for loop in late:
                loop.cancel()
            await asyncio.gather(*self._loops, return_exceptions=True)
        self._loops = []

    async def _loop(self) -> None:
        while not self._stopping.is_set():
            self._waiting.clear()
            run = await self._finisher.surely(self._take)
            if run is not None:
                self._waiting.set()  # there may be more, for the other loops
                await self._carry_or_fail(run)
            elif not self._stopping.is_set():
                await self._waiting.wait()

    def _take(self, connection: sqlite3.Connection) -> RunRow | None:
        run = take_next(connection, self._last_org, now())
        if run is not None:
            self._last_org = run.org_id
        return run

    async def _carry_or_fail(self, run: RunRow) -> None:
        try:
            await self._carry(run)
        except Exception:  # whatever went wrong with this run, the next has to come
            self._finisher.log.exception("run not ended", extra={"run_id": run.id})
            await self._finisher.end(run.id, _BUG)

    async def _carry(self, run: RunRow) -> None:
        try:
            ending = await self._carrier.carry(run, lambda: self._begin(run.id))
        except asyncio.CancelledError:
            await self._finisher.surely(lambda connection: put_back(connection, run.id, now()))
            raise
        if ending is not None:
            await self._finisher.end(run.id, ending)

    async def _begin(self, run_id: str) -> bool:
        return await self._finisher.surely(lambda connection: mark_running(connection, run_id, now()))
