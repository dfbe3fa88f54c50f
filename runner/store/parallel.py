"""Several requests at one time, in threads; what waits is bounded."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_parallel(work: Callable[[T], R], things: Iterable[T], *, at_once: int) -> Iterator[tuple[T, R]]:
    """Do the same with each thing, and give what came of each in the order of the things.

    Args:
        work: Called in threads; what it raises is raised here, and nothing more is begun.
        things: Taken one by one, so that there may be many.
        at_once: Threads; twice as many things wait or are done and not taken yet, at most.
    """
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="remote")
    waiting: deque[tuple[T, Future[R]]] = deque()
    try:
        for thing in things:
            waiting.append((thing, pool.submit(work, thing)))
            if len(waiting) >= 2 * at_once:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()
    finally:
        pool.shutdown(cancel_futures=True)
