"""Worker processes: pixels are computed in them, never in the event loop."""

import asyncio
import atexit
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from types import TracebackType
from typing import ParamSpec, Self, TypeVar, cast

from runner.core.errors import ProviderError
from runner.providers.cores import available_cores
from runner.providers.deadline import clock_stopped
from runner.providers.worker_process import Allowance, Gone, WorkerProcess

P = ParamSpec("P")
T = TypeVar("T")

_NEAREST: ContextVar[WorkerProcess | None] = ContextVar("_NEAREST", default=None)
"""What the task, or the one that began it, was answered by last: it may still have decoded what comes next."""


class WorkerPool:
    """A fixed number of worker processes, each started when it is first needed.

    A process that dies (out of memory, killed) fails the one call it worked on and is replaced at the next.
    Close the pool, or use it in a ``with``.

    Args:
        workers: How many calls are computed at once.
        kept_bytes: How much each process may keep of the photos it had last; see `runner.providers.shelf`.
    """

    def __init__(self, workers: int, kept_bytes: int = 0) -> None:
        self._allowance = Allowance(max(1, available_cores() // workers), kept_bytes)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="worker-pipe")
        self._idle: list[WorkerProcess] = []
        self._busy: set[WorkerProcess] = set()
        self._free = asyncio.Semaphore(workers)
        atexit.register(self.close)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Compute a function of a module in a worker; waits for a free one, which counts for no deadline.

        When this is cancelled, its worker is killed.

        Raises:
            ProviderError: the worker died (``worker-died``) or ran out of memory; both may succeed when tried again.
            Exception: whatever the function raises.
        """
        async with self._place():
            worker = self._take()
            self._busy.add(worker)
            _NEAREST.set(worker)
            try:
                answer = await asyncio.get_running_loop().run_in_executor(
                    self._threads, worker.call, function, args, kwargs
                )
            except Gone as gone:
                raise _died(gone) from gone
            except BaseException:
                worker.kill()
                raise
            finally:
                self._busy.discard(worker)
            self._idle.append(worker)
        if isinstance(answer, BaseException):
            raise answer
        return cast("T", answer)

    def _take(self) -> WorkerProcess:
        """Take a process that is free, before all others the one that the task was answered by last."""
        nearest = _NEAREST.get()
        if nearest is not None and nearest in self._idle:
            self._idle.remove(nearest)
            return nearest
        return self._idle.pop() if self._idle else WorkerProcess(self._allowance)

    @contextlib.asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        with clock_stopped():
            await self._free.acquire()
        try:
            yield
        finally:
            self._free.release()

    def close(self) -> None:
        """End all workers at once, whatever they do; twice is safe."""
        atexit.unregister(self.close)
        for worker in (*self._busy, *self._idle):
            worker.kill()
        self._idle.clear()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _died(gone: Gone) -> ProviderError:
    how = f"killed by signal {-gone.exit_code}" if gone.exit_code < 0 else f"exit code {gone.exit_code}"
    return ProviderError(
        "worker-died",
        f"the worker process ended in the middle of its work ({how}); perhaps memory ran out",
        hint="runner resume --jobs 1",
        retryable=True,
    )
