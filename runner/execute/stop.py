"""The wish to stop, as a person expresses it."""

import asyncio

from runner.core.errors import RunnerError


class Stopping(Exception):
    """The run stops before something could be begun; ``error`` is what the action came to until then."""

    def __init__(self, error: RunnerError) -> None:
        super().__init__(error.message)
        self.error = error


class StopSignal:
    """Ctrl-C once: nothing more is started, what runs may end. Twice: leave at once.

    Made and used in one event loop; ``loop.add_signal_handler(SIGINT, stop.interrupt)``.
    """

    def __init__(self) -> None:
        self._requested = asyncio.Event()
        self._forced = asyncio.Event()

    def interrupt(self) -> None:
        """Take one Ctrl-C or SIGTERM."""
        if self._requested.is_set():
            self._forced.set()
        self._requested.set()

    @property
    def requested(self) -> bool:
        """Whether nothing more may be started."""
        return self._requested.is_set()

    @property
    def forced(self) -> bool:
        """Whether to leave at once."""
        return self._forced.is_set()

    async def wait_requested(self) -> None:
        """Wait for the first interrupt."""
        await self._requested.wait()

    async def wait_forced(self) -> None:
        """Wait for the second interrupt."""
        await self._forced.wait()
