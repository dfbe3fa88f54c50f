"""Sends the results of a run to the cache remote while it goes on; a run never waits for it and never fails by it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager

from runner.app.transfer import AT_ONCE, Meter, Moved, send
from runner.core.digest import ActionKey
from runner.core.errors import RunnerError
from runner.core.event import ActionSucceeded, Event
from runner.execute.draws import keys_of_work
from runner.plan.plan import Plan
from runner.store.remote import Remote, Spoiled, open_remote
from runner.store.store import Store


class Outbox:
    """Takes up each result after its row is written, which is after its purchase is over.

    Args:
        address: Of the cache remote; None where there is none, and nothing to send.
        plan: That is carried out.
        store: Where the results are.
    """

    def __init__(self, address: str | None, plan: Plan, store: Store) -> None:
        self._address = address
        self._actions = {action.key: action for action in plan.actions}
        self._store = store
        self._pool = ThreadPoolExecutor(AT_ONCE // 2, thread_name_prefix="outbox")
        self._sending: list[Future[int]] = []
        self._opening = threading.Lock()
        self._remote: Remote | None = None
        self._trouble = ""
        self._left_out = ""

    def after(self, listener: Callable[[Event], None]) -> Callable[[Event], None]:
        """Listen to a run after somebody else, and take up the result of each action that succeeds, at once."""

        def listen(event: Event) -> None:
            listener(event)
            if self._address is not None and isinstance(event, ActionSucceeded):
                self._sending.append(self._pool.submit(self._send, event.key, self._address))

        return listen

    def close(self, meter: Meter) -> str:
        """Send what is left, and say what could not be sent; empty where all was.

        An interrupt gives up the rest.
        """
        try:
            with meter("sharing", len(self._sending)) as step:
                for future in as_completed(self._sending):
                    step(future.result())
        except KeyboardInterrupt:
            self._trouble = "interrupted"
        return self.give_up()

    def give_up(self) -> str:
        """Send nothing more, and say what is not sent; empty where all was."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        is_cut_short = any(future.cancelled() or not future.done() for future in self._sending)
        reason = self._trouble or ("the run was interrupted" if is_cut_short else self._left_out)
        if not reason:
            return ""
        return f"not all results are in the cache remote: {reason}; 'runner cache push' sends the rest"

    def _send(self, key: ActionKey, address: str) -> int:
        """Send all that is kept of an action's work; after the first failure, nothing."""
        if self._trouble:
            return 0
        try:
            known = self._store.lookup(keys_of_work(self._actions[key]))
            moved = [moved for _, moved in send(known, self._open(address), self._store)]
        except RunnerError as error:
            self._trouble = error.message
            return 0
        self._left_out = next((each.reason for each in moved if isinstance(each, Spoiled)), self._left_out)
        return sum(each.size_bytes for each in moved if isinstance(each, Moved))

    def _open(self, address: str) -> Remote:
        with self._opening:
            if self._remote is None:
                remote = open_remote(address)
                remote.begin()
                self._remote = remote
            return self._remote


@contextmanager
def sending(address: str | None, plan: Plan, store: Store) -> Iterator[Outbox]:
    """Open an outbox that nothing is sent from any more when the context ends, however it does."""
    outbox = Outbox(address, plan, store)
    try:
        yield outbox
    finally:
        outbox.give_up()
