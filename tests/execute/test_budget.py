"""Charges and reservations together never exceed the cap."""

from dataclasses import replace
from pathlib import Path

from runner.core.errors import ExitCode
from runner.core.event import ActionFailed, ActionSucceeded
from runner.core.money import Money, parse_money
from runner.execute.doors import Policy
from runner.plan.plan import Plan
from tests.execute.checked import checked
from tests.execute.plans import action, carry_out, photo, png
from tests.execute.providers import FlakyProvider, FreeProvider, GivingProvider

PRICE = parse_money("0.55")


def paid(root: Path, count: int, cap: str, *, provider: str = "echo", attempts: int = 1) -> Plan:
    """So many paid actions that do not depend on each other."""
    taken = photo(root, "in/a.png", 1)
    actions = (
        replace(
            action(f"step {number}", {"image": taken}, provider=provider),
            list_price=PRICE,
            payable=PRICE,
            attempts=attempts,
        )
        for number in range(count)
    )
    return checked(root, *actions, cap=parse_money(cap))


def test_what_does_not_fit_is_refused_before_it_is_submitted(tmp_path: Path) -> None:
    provider = GivingProvider(png(5), charged=PRICE)
    carried = carry_out(paid(tmp_path, 4, "1.20"), provider, policy=Policy(jobs=4))
    assert carried.code == ExitCode.FAILED
    assert len(provider.steps) == 2
    assert [event.code for event in carried.of(ActionFailed)] == ["over-budget", "over-budget"]
    assert Money.total([event.charged for event in carried.of(ActionSucceeded)]) == parse_money("1.10")


def test_a_charge_below_the_price_leaves_room_for_more(tmp_path: Path) -> None:
    provider = GivingProvider(png(5), charged=parse_money("0.20"))
    carried = carry_out(paid(tmp_path, 3, "1.00"), provider, policy=Policy(jobs=1))
    assert carried.code == ExitCode.DONE


def test_a_failed_job_gives_its_reservation_back(tmp_path: Path) -> None:
    wanted = paid(tmp_path, 1, "0.55", attempts=3)
    assert carry_out(wanted, FlakyProvider(2), policy=Policy(jobs=1, first_pause_s=0.001)).code == ExitCode.DONE


def test_free_work_runs_under_any_cap(tmp_path: Path) -> None:
    provider = FreeProvider()
    assert carry_out(paid(tmp_path, 2, "0.00", provider="local"), provider).code == ExitCode.DONE
    assert len(provider.steps) == 2


def test_what_a_run_was_charged_before_counts_when_it_goes_on(tmp_path: Path) -> None:
    wanted = paid(tmp_path, 3, "1.20")
    carry_out(wanted, GivingProvider(png(5), charged=PRICE), policy=Policy(jobs=1))
    provider = GivingProvider(png(5), charged=PRICE)
    carried = carry_out(wanted, provider)
    assert provider.steps == []
    assert carried.of(ActionFailed)[0].message == (
        "$0.55 more would exceed the budget of $1.20: $1.10 is spent or set aside"
    )
