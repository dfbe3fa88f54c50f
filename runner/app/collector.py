"""Python's collector of cycles, put aside while much is made that stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the collector from looking through millions of objects of a large batch again and again.

    What has no cycles is freed as ever; what has waits until the end. Half of the time of a report of 10,000 cells.
    What was made meanwhile is not looked through afterwards either, and freed only where it has no cycles: this is for
    a process that ends when its command does, never for a server.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.enable()
