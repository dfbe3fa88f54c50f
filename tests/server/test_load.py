"""Many clients at once: every run ends, none is lost, none is doubled, memory stays flat."""

import pytest

from bench.server import measure

pytestmark = pytest.mark.slow


def test_every_run_of_many_clients_ends_once() -> None:
    load = measure(runs=300, clients=64, workers=2)

    assert (len(load.ids), load.lost, load.doubled) == (300, 0, 0)
    assert load.by_status == {"succeeded": 300}
    assert max(load.memory_mib) < load.memory_mib[0] + 40
