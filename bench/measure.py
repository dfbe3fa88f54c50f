"""Programs timed in alternation, so that a noisy machine is noisy for all of them."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile, TemporaryFile

TIMES = 5
PYTHON = sys.executable
REPOSITORY = Path(__file__).parent.parent
FLOORS = Path(__file__).parent / "floors"
_SPAWN = Path(__file__).parent / "spawn.py"

# What ru_maxrss counts in: KiB on Linux, bytes on macOS.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def _nothing() -> None:
    """Nothing has to be made ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One command that does a job.

    Attributes:
        name: As the tables show it.
        words: The command line.
        folder: Where it runs.
        make_ready: Done before each time, outside what is measured.
        exits: The exit statuses that are right.
    """

    name: str
    words: tuple[str, ...]
    folder: Path
    make_ready: Callable[[], None] = _nothing
    exits: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True)
class Figures:
    """What one program took.

    Attributes:
        wall_s: From its start to its end; the median.
        cpu_s: Of it and of the processes it waited for; the median.
        peak_mib: The most memory that one of these processes held at once, of all times.
        times: How often it was measured.
    """

    wall_s: float
    cpu_s: float
    peak_mib: float
    times: int


@dataclass(slots=True)
class _Samples:
    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)

    def figures(self) -> Figures:
        return Figures(median(self.wall_s), median(self.cpu_s), max(self.peak_mib), len(self.wall_s))


def alternate(programs: Sequence[Program], times: int = TIMES, *, warm_up: bool = True) -> list[Figures]:
    """Run all programs in turn, again and again.

    Raises:
        RuntimeError: a program failed; with what it said.
    """
    samples = [_Samples() for _ in programs]
    if warm_up:
        for program in programs:
            _run(program, _Samples())
    for _ in range(times):
        for program, taken in zip(programs, samples, strict=True):
            _run(program, taken)
    return [taken.figures() for taken in samples]


def _run(program: Program, taken: _Samples) -> None:
    program.make_ready()
    with NamedTemporaryFile() as figures, TemporaryFile() as said:
        words = (PYTHON, "-I", "-S", str(_SPAWN), figures.name, *program.words)
        subprocess.run(words, cwd=program.folder, stdout=said, stderr=said, check=True)
        wall_s, cpu_s, peak, status = map(float, figures.read().split())
        if status not in program.exits:
            said.seek(0)
            told = said.read()[-2000:].decode(errors="replace")
            raise RuntimeError(f"{program.name} ended with {status:.0f}:\n{told}")
    taken.wall_s.append(wall_s)
    taken.cpu_s.append(cpu_s)
    taken.peak_mib.append(peak * _RSS_UNIT / 2**20)
