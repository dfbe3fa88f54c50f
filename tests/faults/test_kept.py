"""Outcomes of campaigns are read back as they were kept."""

from collections import Counter
from pathlib import Path

from tests.faults.campaign import Outcome
from tests.faults.kept import keep, read_kept

OUTCOME = Outcome(
    variant="honors",
    seed=7,
    thrown=Counter({("create", "reset"): 2, ("poll", "slow"): 1}),
    kills=Counter({"before sent": 3}),
    server_kills=1,
    commands=2,
    actions=20,
    finished=20,
    created=20,
    duplicates=0,
    lost=0,
    doubted=0,
    rebought=0,
    collected=4,
    cpu_s=1.5,
    wall_s=40.25,
    broken=("a blob is damaged",),
)


def test_outcomes_are_read_back_in_order(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    assert read_kept(file) == []
    keep(OUTCOME, file)
    keep(OUTCOME, file)
    assert read_kept(file) == [OUTCOME, OUTCOME]
