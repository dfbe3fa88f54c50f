"""Measure the jobs and write ``bench/RESULTS.md``: `make bench`.

Usage: python -m bench [--only N …]

With ``--only`` the page is left alone and the tables are printed.
"""

import argparse
import os
import platform
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.results import Result, section, table_of_claims

_RESULTS = Path(__file__).parent / "RESULTS.md"

_HOW = (
    "`make bench` writes this page. Times are medians of programs run in alternation; × is a ratio within one run, "
    "against the floor of the job (`bench/floors/`: the least that any program must do for it) or what the note names. "
    "CPU is that of all processes of a program, peak the largest of one process."
)

# The number of a job, and its module in bench/jobs/.
JOBS = {
    1: "planning",
    2: "reused",
    3: "startup",
    4: "hosted",
    5: "eye_color",
    6: "reference_inpaint",
    7: "batch",
    8: "report",
    9: "state",
    10: "server",
}


def main() -> None:
    """Measure, show and write."""
    parser = argparse.ArgumentParser(description="Measure the jobs against their floors and peers.")
    parser.add_argument("--only", nargs="+", type=int, choices=JOBS, metavar="N", help="only these jobs, and no page")
    only = parser.parse_args().only
    results = [_measure(number) for number in only or JOBS]
    if not only:
        _RESULTS.write_text("\n".join(_page(results)) + "\n", encoding="utf-8")


def _measure(number: int) -> Result:
    started_s = time.monotonic()
    with TemporaryDirectory(prefix="bench-") as place:
        result: Result = import_module(f"bench.jobs.{JOBS[number]}").measure(Path(place))
    lines = [*section(result), *table_of_claims([result])]
    print("\n".join([*lines, "", f"({time.monotonic() - started_s:.0f} s)", ""]), flush=True)
    return result


def _page(results: Sequence[Result]) -> Iterator[str]:
    machine = f"{platform.system()} {platform.machine()} · {os.cpu_count()} cores · Python {platform.python_version()}"
    yield from ("# Results", "", f"{datetime.now(UTC):%Y-%m-%d} · {machine}", "", _HOW, "")
    yield from (*table_of_claims(results), "")
    for result in results:
        yield from section(result)


if __name__ == "__main__":
    main()
