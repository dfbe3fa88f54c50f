"""How long a job may take; waiting for a free worker does not count."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar

_DEADLINE: ContextVar[asyncio.Timeout | None] = ContextVar("deadline", default=None)


class DeadlinePassed(Exception):
    """What was done within ``limited`` took too long, and was cancelled."""


@contextlib.asynccontextmanager
async def limited(timeout_s: float | None) -> AsyncIterator[None]:
    """Cancel what is done within when it takes too long; None for no limit.

    Raises:
        DeadlinePassed: it took too long.
    """
    timeout = asyncio.timeout(timeout_s)
    token = _DEADLINE.set(timeout)
    try:
        async with timeout:
            yield
    except TimeoutError as error:
        if timeout.expired():
            raise DeadlinePassed from error
        raise
    finally:
        _DEADLINE.reset(token)


@contextlib.contextmanager
def clock_stopped() -> Iterator[None]:
    """Let time pass that does not count for the ``limited`` around it."""
    timeout = _DEADLINE.get()
    until_s = None if timeout is None else timeout.when()
    if timeout is None or until_s is None:
        yield
        return
    loop = asyncio.get_running_loop()
    left_s = until_s - loop.time()
    timeout.reschedule(None)
    try:
        yield
    finally:
        timeout.reschedule(loop.time() + left_s)
