"""How work grows with what it is given: a ratio within one run, which no machine and no neighbor changes much."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def work_s(work: Callable[[T], object], given: T) -> float:
    """Give the processor time of a call, the least of three."""
    return min(_once_s(work, given) for _ in range(3))


def growth(work: Callable[[T], object], part: T, whole: T) -> float:
    """Give how many times the work on a part the work on the whole is."""
    return _once_s(work, whole) / work_s(work, part)


def _once_s(work: Callable[[T], object], given: T) -> float:
    began_s = time.process_time()
    work(given)
    return time.process_time() - began_s
