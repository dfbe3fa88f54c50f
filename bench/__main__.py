"""Measure the jobs and write ``bench/RESULTS.md``: `make bench`.

Usage: python -m bench [--only N …]

The section of each job is written as soon as it is measured; those that are not measured stay.
"""

import argparse
import os
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.page import with_section
from bench.results import Result, lines_of

_PAGE = Path(__file__).parent / "RESULTS.md"
_BEGIN = """\
# Results

`make bench` writes this page. Times are medians of at least five runs in alternation, or of three where a run takes
several seconds; × is a ratio within one run, against the floor of the job (`bench/floors/`: the least that any
program must do for it) or what the note names. CPU is that of all processes of a program, peak the largest of one
process.
"""


@dataclass(frozen=True, slots=True)
class _Job:
    """A job by its title and its module in ``bench/jobs/``."""

    title: str
    module: str


_JOBS = {
    1: _Job("A plan", "planning"),
    2: _Job("A run that finds everything done", "reused"),
    3: _Job("The first word", "startup"),
    4: _Job("Edits at a hosted provider", "hosted"),
    5: _Job("Eye color", "eye_color"),
    6: _Job("Reference inpaint", "reference_inpaint"),
    7: _Job("A batch of local work", "batch"),
    8: _Job("A report", "report"),
    9: _Job("The state", "state"),
    10: _Job("The server", "server"),
}


def main() -> None:
    """Measure, show and write."""
    parser = argparse.ArgumentParser(description="Measure the jobs against their floors and peers.")
    parser.add_argument("--only", nargs="+", type=int, choices=_JOBS, default=[*_JOBS], metavar="N", help="only these")
    headings = {number: f"{number}. {job.title}" for number, job in _JOBS.items()}
    # An installed program is compiled. Ours lies in its sources, and is compiled when it starts for the first time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for number in parser.parse_args().only:
        started_s = time.monotonic()
        lines = [*lines_of(_measure(_JOBS[number]))]
        page = _PAGE.read_text(encoding="utf-8") if _PAGE.exists() else ""
        _PAGE.write_text(
            with_section(page, [*headings.values()], headings[number], lines, begin=_BEGIN), encoding="utf-8"
        )
        took = f"({time.monotonic() - started_s:.0f} s)"
        print("\n".join([f"## {headings[number]}", "", *lines, took, ""]), flush=True)


def _measure(job: _Job) -> Result:
    with TemporaryDirectory(prefix="bench-") as place:
        result: Result = import_module(f"bench.jobs.{job.module}").measure(Path(place))
    return result


if __name__ == "__main__":
    main()
