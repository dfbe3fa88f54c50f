"""Do a job once for each line that is read: python -m bench.engines.cost.again JOB FOLDER.

Prints the cost of each time as a line of JSON; the first one pays for loading.
"""

import json
import resource
import sys
import time
from pathlib import Path

from bench.engines.cost.jobs import JOBS

_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Measure and print, until there is nothing more to read."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    for _ in sys.stdin:
        print(json.dumps(_time(name, folder)), flush=True)


def _time(name: str, folder: Path) -> dict[str, float]:
    started_s, worked_s = time.perf_counter(), time.process_time()
    JOBS[name](folder)
    wall_s, cpu_s = time.perf_counter() - started_s, time.process_time() - worked_s
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT / 2**20
    return {"wall_s": wall_s, "cpu_s": cpu_s, "peak_mib": peak_mib}


if __name__ == "__main__":
    main()
