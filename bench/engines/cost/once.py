"""Do a job twice in a process of its own: python -m bench.engines.cost.once JOB FOLDER.

Prints the cost of both times as JSON; the first one pays for loading.
"""

import json
import resource
import sys
import time
from pathlib import Path

from bench.engines.cost.jobs import JOBS

_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Measure and print."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    times = [_time(name, folder) for _ in range(2)]
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT / 2**20
    first, second = times
    print(json.dumps({"first": first, "second": second, "peak_mib": peak_mib}))


def _time(name: str, folder: Path) -> dict[str, float]:
    started_s, worked_s = time.perf_counter(), time.process_time()
    JOBS[name](folder)
    return {"wall_s": time.perf_counter() - started_s, "cpu_s": time.process_time() - worked_s}


if __name__ == "__main__":
    main()
