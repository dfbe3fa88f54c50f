"""Memory is bounded by the jobs in flight, not by the size of the batch."""

import tracemalloc
from pathlib import Path

import pytest

from runner.core.artifact import Size
from runner.core.errors import ExitCode
from runner.execute.doors import Policy
from tests.execute.plans import action, carry_out, photo, plan
from tests.execute.providers import CountingProvider

pytestmark = pytest.mark.slow

LARGE = Size(1200, 1000)
"""A picture of noise of this size takes 3.6 MB as PNG."""


def peak_bytes(root: Path, actions: int, jobs: int) -> int:
    given = photo(root, "in/large.png", 1, LARGE)
    wanted = plan(root, *(action(f"step {number}", {"image": given}) for number in range(actions)))
    tracemalloc.start()
    carried = carry_out(wanted, CountingProvider(), policy=Policy(jobs=jobs))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert carried.code == ExitCode.DONE
    return peak


def test_a_batch_of_forty_takes_no_more_memory_than_one_of_four(tmp_path: Path) -> None:
    few = peak_bytes(tmp_path / "few", 4, jobs=2)
    many = peak_bytes(tmp_path / "many", 40, jobs=2)
    assert few > 7_000_000
    assert many < few + 4_000_000
