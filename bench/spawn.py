"""Run one command and say what it took, from a process so small that it does not count in the command's memory.

Usage: python -I -S spawn.py FIGURES COMMAND…

A process starts with the peak of memory of the one that started it. Into the file FIGURES go the seconds from start to
end, the seconds of CPU, the peak in what the system counts in, and the exit status.
"""

import os
import sys
from time import perf_counter

started_s = perf_counter()
_, status, usage = os.wait4(os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ), 0)
wall_s = perf_counter() - started_s
with open(sys.argv[1], "w") as figures:  # noqa: PTH123 - pathlib takes memory
    print(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status), file=figures)
