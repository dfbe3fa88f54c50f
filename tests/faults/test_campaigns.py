"""A dozen campaigns, which together meet every kind of fault; ``make faults`` holds a thousand."""

import asyncio
from collections import Counter

import pytest

from tests.faults.campaign import Outcome
from tests.faults.faults import FAULTS
from tests.faults.holding import hold
from tests.faults.page import page
from tests.faults.variants import VARIANTS

pytestmark = pytest.mark.slow

_EACH = 3


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    seeds = {name: range(1, 1 + _EACH) for name in VARIANTS}
    folder = tmp_path_factory.mktemp("faults")
    return asyncio.run(hold(folder, seeds, at_once=_EACH * len(VARIANTS), meets_all=True))


def test_whatever_happens_nothing_is_bought_twice_and_nothing_is_lost(outcomes: list[Outcome]) -> None:
    assert [(outcome.variant, outcome.seed, outcome.broken) for outcome in outcomes if outcome.broken] == []
    assert sum(outcome.duplicates + outcome.lost for outcome in outcomes) == 0
    assert sum(outcome.finished for outcome in outcomes) > 0.8 * sum(outcome.actions for outcome in outcomes)


def test_every_fault_was_met_and_the_runner_was_killed(outcomes: list[Outcome]) -> None:
    thrown = set().union(*(outcome.thrown for outcome in outcomes))
    assert {(endpoint, fault.name) for endpoint, faults in FAULTS.items() for fault in faults} - thrown == set()
    assert sum(sum(outcome.kills.values()) for outcome in outcomes) > len(outcomes) / 2
    assert sum(outcome.server_kills for outcome in outcomes) > 0


def test_a_provider_that_honors_keys_leaves_nothing_in_doubt(outcomes: list[Outcome]) -> None:
    doubted: Counter[str] = Counter()
    for outcome in outcomes:
        doubted[outcome.variant] += outcome.doubted
    assert doubted["honors"] == 0
    assert doubted["no-references"] > 0


def test_the_page_tells_what_came_of_each_fault(outcomes: list[Outcome]) -> None:
    text = page(outcomes, first_seed=1)
    assert f"| campaigns | {' | '.join([str(_EACH)] * len(VARIANTS))} |" in text
    assert all(f"| {fault.name} |" in text for faults in FAULTS.values() for fault in faults)
