"""The cost of a job, measured in fresh processes."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_ROOT = Path(__file__).parent.parent.parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Medians over processes.

    Attributes:
        first_s: The wall-clock time of the first job of a process, which loads what it needs.
        wall_s, cpu_s: The wall-clock and the processor time of the second.
        peak_mib: The most memory that the process held.
    """

    first_s: float
    wall_s: float
    cpu_s: float
    peak_mib: float


def measure(jobs: Sequence[str], folder: Path, times: int) -> list[Cost]:
    """Measure jobs in alternation, each time in a fresh process.

    Raises:
        CalledProcessError: a process failed.
    """
    rounds = [[_run(job, folder) for job in jobs] for _ in range(times)]
    return [_middle([*costs]) for costs in zip(*rounds, strict=True)]


def _run(job: str, folder: Path) -> Cost:
    command = [sys.executable, "-m", "bench.engines.cost.once", job, str(folder)]
    said = json.loads(subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout)
    return Cost(
        first_s=said["first"]["wall_s"],
        wall_s=said["second"]["wall_s"],
        cpu_s=said["second"]["cpu_s"],
        peak_mib=said["peak_mib"],
    )


def _middle(costs: list[Cost]) -> Cost:
    return Cost(
        first_s=median(cost.first_s for cost in costs),
        wall_s=median(cost.wall_s for cost in costs),
        cpu_s=median(cost.cpu_s for cost in costs),
        peak_mib=median(cost.peak_mib for cost in costs),
    )
