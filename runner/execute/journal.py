"""The journal of one run: an event is written first, then told."""

from collections.abc import Sequence

from runner.core.event import Event
from runner.execute.doors import Emit
from runner.store.store import Store


class Journal:
    """Writes the events of one run."""

    def __init__(self, store: Store, run_id: str, emit: Emit) -> None:
        self._store = store
        self._run_id = run_id
        self._emit = emit

    async def record(self, events: Sequence[Event]) -> None:
        """Write events in one transaction, then tell them.

        Raises:
            StoreError: the ledger cannot be written; nothing was told.
        """
        if not events:
            return
        await self._store.scribe.call(self._store.ledger.append, self._run_id, events)
        for event in events:
            self._emit(event)
