"""Has many tasks write to the state in few transactions: what comes in while one is under way goes into the next."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from runner.store.state import State

if TYPE_CHECKING:
    import asyncio  # imported when it is needed: a plan opens the store without it

P = ParamSpec("P")
T = TypeVar("T")


class Scribe:
    """Makes calls that read and write the state, for the tasks of one event loop at a time.

    A transaction costs a wait for the disk, however much is in it, so tasks that write at the same moment share one.
    Each waits until what it wrote is on the disk, and what it wrote is kept or lost as a whole.

    Args:
        state: What the calls read and write.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._waiting: list[tuple[Callable[[], object], asyncio.Future[Any]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method of the store that does nothing but read and write its state, soon, in a thread.

        Calls are made in the order in which they came. One that is cancelled may be made nevertheless.

        Raises:
            StoreError: the state cannot be written.
            Exception: whatever the method raises; then nothing of what it wrote is kept.
        """
        import asyncio

        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((partial(function, *args, **kwargs), done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="scribe")
        return await done

    async def _write(self) -> None:
        import asyncio

        try:
            while self._waiting:
                some, self._waiting = self._waiting, []
                await self._write_some(some)
        except asyncio.CancelledError:  # the loop ends, and those who wait with it
            self._waiting.clear()
            raise

    async def _write_some(self, some: list[tuple[Callable[[], object], "asyncio.Future[Any]"]]) -> None:
        import asyncio

        try:
            outcomes = await asyncio.to_thread(self._state.together, [call for call, _ in some])
        except Exception as error:  # noqa: BLE001 - it is raised again by each that waits
            outcomes = [error for _ in some]
        for (_, done), outcome in zip(some, outcomes, strict=True):
            if done.done():  # cancelled meanwhile
                continue
            if isinstance(outcome, Exception):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)
