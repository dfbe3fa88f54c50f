"""The journal of one run: an event is written first, then told."""

import asyncio
from collections.abc import Sequence

from runner.core.event import Event
from runner.execute.doors import Emit
from runner.store.ledger import Ledger


class Journal:
    """Writes the events of one run."""

    def __init__(self, ledger: Ledger, run_id: str, emit: Emit) -> None:
        self._ledger = ledger
        self._run_id = run_id
        self._emit = emit

    async def record(self, events: Sequence[Event]) -> None:
        """Write events in one transaction, then tell them.

        Raises:
            StoreError: the ledger cannot be written; nothing was told.
        """
        if not events:
            return
        await asyncio.to_thread(self._ledger.append, self._run_id, events)
        for event in events:
            self._emit(event)
