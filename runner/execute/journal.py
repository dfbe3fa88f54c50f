"""The journal of one run: an event is written first, then told."""

from collections.abc import Callable, Sequence

from runner.core.event import Event
from runner.execute.doors import Emit
from runner.store.store import Store


class Journal:
    """Writes the events of one run."""

    def __init__(self, store: Store, run_id: str, emit: Emit) -> None:
        self._store = store
        self._ledger = store.ledger
        self._run_id = run_id
        self._emit = emit

    async def record(self, events: Sequence[Event], along: Callable[[], object] | None = None) -> None:
        """Write events in one transaction, then tell them.

        Args:
            events: In their order; without any, nothing is done.
            along: Writes to the state what belongs to them: both are on the disk then, or neither.

        Raises:
            StoreError: the state cannot be written; nothing was told.
        """
        if not events:
            return
        await self._store.scribe.call(self._write, events, along)
        for event in events:
            self._emit(event)

    def _write(self, events: Sequence[Event], along: Callable[[], object] | None) -> None:
        if along is not None:
            along()
        self._ledger.append(self._run_id, events)
