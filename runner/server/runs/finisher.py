"""Ends runs: in the database, then for everybody who waits for that."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from runner.core.errors import StoreError
from runner.server.clock import now
from runner.server.database.database import Database
from runner.server.metrics import Metrics
from runner.server.runs.ending import Ending, end_run
from runner.server.runs.links import Links
from runner.server.runs.row import RunRow

if TYPE_CHECKING:
    from runner.server.callbacks.deliverer import Deliverer

T = TypeVar("T")

_RETRY_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finisher:
    """Ends runs, each once.

    Attributes:
        deliverer: Woken when there is something to tell.
    """

    database: Database
    links: Links
    deliverer: "Deliverer"
    metrics: Metrics
    log: logging.Logger

    async def end(self, run_id: str, ending: Ending) -> RunRow | None:
        """End a run; the first ending counts.

        Returns:
            The run as it is now; None where it had ended before.
        """
        ended = await self.surely(lambda connection: end_run(connection, self.links, run_id, ending, now()))
        if ended is None:
            self.log.info("late ending dropped", extra={"run_id": run_id})
            return None
        self.deliverer.wake()
        self.metrics.run_ended(ended)
        self.log.info("run ended", extra=_told(ended))
        return ended

    async def surely(self, change: Callable[[sqlite3.Connection], T]) -> T:
        """Write, again and again where the disk fails for a while: what an engine made is worth waiting for."""
        while True:
            try:
                return await self.database.write(change)
            except StoreError as error:
                self.log.warning("database not written", extra={"reason": error.message})
                await asyncio.sleep(_RETRY_S)


def _told(run: RunRow) -> dict[str, object]:
    return {
        "run_id": run.id,
        "org_id": run.org_id,
        "model": run.model,
        "status_code": run.status_code,
        "duration_ms": run.duration_ms,
        "failure_code": run.failure_code,
    }
