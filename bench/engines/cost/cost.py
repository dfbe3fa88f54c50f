"""The cost of a job, measured in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeAlias

_ROOT = Path(__file__).parent.parent.parent.parent
_Process: TypeAlias = "subprocess.Popen[str]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one job takes.

    Attributes:
        first_s: The wall-clock time of the first time, which loads what it needs.
        wall_s, cpu_s: The wall-clock and the processor time of those after it; the medians.
        peak_mib: The most memory that the process held.
    """

    first_s: float
    wall_s: float
    cpu_s: float
    peak_mib: float


def measure(jobs: Sequence[str], folder: Path, times: int) -> list[Cost]:
    """Measure jobs in alternation, each in one process: once to load, and so many times after it.

    Raises:
        RuntimeError: a process failed; what it said went to the standard error.
    """
    with ExitStack() as open_processes:
        processes = [open_processes.enter_context(_started(job, folder)) for job in jobs]
        rounds = [[_again(process) for process in processes] for _ in range(1 + times)]
    return [_cost(taken) for taken in zip(*rounds, strict=True)]


@contextmanager
def _started(job: str, folder: Path) -> Iterator[_Process]:
    words = [sys.executable, "-m", "bench.engines.cost.again", job, str(folder)]
    with subprocess.Popen(words, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


def _again(process: _Process) -> dict[str, float]:
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    process.stdin.write("\n")
    process.stdin.flush()
    said = process.stdout.readline()
    if not said:
        raise RuntimeError(f"{process.args!r} ended before its time")
    taken: dict[str, float] = json.loads(said)
    return taken


def _cost(taken: Sequence[dict[str, float]]) -> Cost:
    first, *later = taken
    return Cost(
        first_s=first["wall_s"],
        wall_s=median(one["wall_s"] for one in later),
        cpu_s=median(one["cpu_s"] for one in later),
        peak_mib=max(one["peak_mib"] for one in taken),
    )
