"""What worker processes are asked to do in tests; importable in them."""

import os
import signal
import time
from pathlib import Path

from runner.core.errors import EngineError


def add(one: int, other: int) -> int:
    """Answer at once."""
    return one + other


def process_id() -> int:
    """Say which process answers."""
    return os.getpid()


def threads_allowed() -> str:
    """Say what numerical libraries are told."""
    return os.environ["OMP_NUM_THREADS"]


def find_nothing() -> None:
    """Fail as an engine does."""
    raise EngineError("no-visible-iris", "no visible iris", hint="another photo", retryable=False)


def stumble() -> None:
    """Fail as a bug does."""
    raise ZeroDivisionError("by zero")


class Stubborn(Exception):
    """An exception that cannot be made again in another process."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__("stubborn")
        self.sum = one + other


def stumble_stubbornly() -> None:
    """Fail with an exception that does not travel."""
    raise Stubborn(1, 2)


def run_out_of_memory() -> None:
    """Fail as a large picture does."""
    raise MemoryError


def die() -> None:
    """End as the kernel ends a process when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def be_interrupted() -> str:
    """Get what Ctrl-C and a service manager send to every process of the group."""
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
    return "still here"


def announce_and_sleep(path: str, seconds_s: float) -> None:
    """Write the process id to a file, then take long."""
    Path(path).write_text(str(os.getpid()))
    time.sleep(seconds_s)
