"""On pairs that are made from one scene, whose truth is known exactly, the engine meets it."""

import numpy as np
import pytest

from bench.engines.generated.build import build
from bench.engines.generated.cases import CASES
from bench.engines.pairs.results import OURS, SIMPLE_WAYS, TELEA, Filled, fill

pytestmark = pytest.mark.slow

QUICK = ("g02", "g05", "g07", "g10", "g13", "g16", "g17", "g20", "g22", "g25")


@pytest.fixture(scope="module")
def filled() -> dict[str, Filled]:
    """A few of the cases, by the number of each."""
    chosen = [case for case in CASES if case.name[:3] in QUICK]
    return {case.name[:3]: fill(build(case), SIMPLE_WAYS) for case in chosen}


@pytest.mark.parametrize("number", QUICK)
def test_the_reference_is_used_where_it_shows_the_hole(filled: dict[str, Filled], number: str) -> None:
    assert filled[number].gain_db(TELEA) > 3.5


@pytest.mark.parametrize("number", QUICK)
def test_no_bit_changes_outside_the_hole(filled: dict[str, Filled], number: str) -> None:
    one = filled[number]
    outside = one.pair.mask == 0
    assert np.array_equal(one.pictures[OURS][outside], one.pair.photo[outside])


@pytest.mark.parametrize(
    ("number", "least_db"),
    [("g02", 30), ("g07", 26), ("g13", 30), ("g16", 35), ("g20", 33), ("g22", 26)],
)
def test_the_truth_is_met(filled: dict[str, Filled], number: str, least_db: float) -> None:
    assert filled[number].scores[OURS].psnr > least_db


def test_a_case_is_made_the_same_every_time() -> None:
    one, other = build(CASES[3]), build(CASES[3])
    assert [one.photo.tobytes(), one.reference.tobytes()] == [other.photo.tobytes(), other.reference.tobytes()]
