"""How many actions are in flight when nobody says so, and what the settings add."""

import pytest

from runner.app.manner import Manner, policy_of
from runner.providers.cores import available_cores
from runner.settings import Settings, parse_settings


def settings(concurrency: int) -> Settings:
    parsed = parse_settings(
        f"[providers.runflow]\nconcurrency = {concurrency}\n[policy]\nmax_month = 5\n", "runner.toml"
    )
    assert isinstance(parsed, Settings)
    return parsed


@pytest.mark.parametrize(
    ("providers", "jobs"),
    [
        ([], available_cores()),
        (["local"], available_cores()),
        (["runflow"], 300),
        (["local", "runflow"], 300),
    ],
)
def test_as_many_as_the_providers_take_and_at_a_hosted_one_half_as_many_again(providers: list[str], jobs: int) -> None:
    assert policy_of(Manner(), providers, settings(200)).jobs == jobs


def test_the_larger_of_cores_and_places_counts() -> None:
    assert policy_of(Manner(), ["local", "runflow"], settings(1)).jobs == available_cores()


def test_what_a_person_says_counts() -> None:
    assert policy_of(Manner(jobs=3), ["runflow"], settings(8)).jobs == 3


def test_the_cap_of_the_month_is_the_settings() -> None:
    assert str(policy_of(Manner(), [], settings(8)).max_month) == "5.00"
