"""Ctrl-C and SIGTERM while a run goes on."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from runner.execute.stop import StopSignal


@contextmanager
def interrupts(stop: StopSignal) -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into a stop signal: the first stops gently, the second at once."""
    loop = asyncio.get_running_loop()
    # loop.add_signal_handler does not exist on Windows; a plain handler wakes the loop on all platforms.
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.interrupt)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
