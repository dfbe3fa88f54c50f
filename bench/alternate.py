"""Timing of two commands in alternation, so that a noisy machine is noisy for both."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter_ns

_TIMES = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One command against its floor: the least that any program must do for that job."""

    job: str
    command: str
    median_ms: float
    floor: str
    floor_ms: float
    to_reach: str


def time_in_alternation(first: list[str], second: list[str], folder: Path) -> tuple[float, float]:
    """Run both commands in turn after one warm-up each.

    Returns:
        The median wall-clock time of each, in milliseconds.

    Raises:
        CalledProcessError: a command failed.
    """
    _time_ms(first, folder)
    _time_ms(second, folder)
    pairs = [(_time_ms(first, folder), _time_ms(second, folder)) for _ in range(_TIMES)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def _time_ms(command: list[str], folder: Path) -> float:
    started = perf_counter_ns()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (perf_counter_ns() - started) / 1e6
