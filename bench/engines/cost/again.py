"""Do a job once for each line that is read: python -m bench.engines.cost.again JOB FOLDER.

Prints the cost of each time as a line of JSON; the first one pays for loading.
"""

import json
import resource
import sys
import time
from pathlib import Path

from bench.engines.cost.jobs import JOBS

_STATUS = Path("/proc/self/status")


def main() -> None:
    """Measure and print, until there is nothing more to read."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    for _ in sys.stdin:
        print(json.dumps(_time(name, folder)), flush=True)


def _time(name: str, folder: Path) -> dict[str, float]:
    started_s, worked_s = time.perf_counter(), time.process_time()
    JOBS[name](folder)
    wall_s, cpu_s = time.perf_counter() - started_s, time.process_time() - worked_s
    return {"wall_s": wall_s, "cpu_s": cpu_s, "peak_mib": _peak_mib()}


def _peak_mib() -> float:
    """Give the most memory that this process held; on Linux, ``ru_maxrss`` would begin at that of its parent."""
    if not _STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS, in bytes
    fields = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
    return int(fields["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    main()
