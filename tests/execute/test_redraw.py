"""A failed check draws again, for money, and the first draw that passes is the result."""

import asyncio
from dataclasses import replace
from pathlib import Path

from runner.core.digest import ActionKey
from runner.core.errors import ExitCode
from runner.core.event import ActionFailed, ActionReused, ActionStarted, ActionSucceeded, CheckMeasured
from runner.core.money import ZERO, Money, parse_money
from runner.execute.doors import Policy
from runner.execute.draws import draw_key
from runner.execute.stop import StopSignal
from runner.plan.plan import Action, Plan
from runner.providers.base import Job, Response
from runner.store.store import open_store
from tests.execute.checked import blank, check, checked, in_cells, not_blank, output_of, verdicts, written
from tests.execute.plans import Carried, action, after, carry_out, carry_out_async, part_mask, photo, plan, png
from tests.execute.providers import GivingProvider

PRICE = parse_money("0.55")


def edit(root: Path, redraws: int, *, provider: str = "echo", pasted: bool = False) -> Action:
    mask = part_mask("50%") if pasted else None
    one = action("edit", {"image": photo(root, "in/a.png", 1)}, provider=provider, paste_back=mask)
    return replace(one, redraws=redraws, list_price=PRICE, payable=PRICE)


def wanted(root: Path, redraws: int, *, provider: str = "echo", cap: Money | None = None) -> Plan:
    """One picture that must not be blank, and what follows from it."""
    one = edit(root, redraws, provider=provider)
    next_one = action("next", {"image": after(one)})
    return checked(root, one, next_one, checks=(not_blank(one),), outputs=(output_of(next_one, "cell"),), cap=cap)


def draws(carried: Carried) -> list[tuple[int, bool]]:
    return [(event.draw, event.passed) for event in carried.of(CheckMeasured)]


def result_of(root: Path, key: ActionKey) -> bytes:
    with open_store(root) as store:
        return store.blobs.read(store.lookup([key])[key].artifact.digest)


def test_the_first_draw_that_passes_is_the_result(tmp_path: Path) -> None:
    provider = GivingProvider(blank(), png(5), png(6), charged=PRICE)
    carried = carry_out(wanted(tmp_path, 3), provider, policy=Policy(jobs=1))
    assert carried.code == ExitCode.DONE
    assert draws(carried) == [(0, False), (1, True)]
    assert provider.steps == ["edit", "edit", "next"]
    assert result_of(tmp_path, wanted(tmp_path, 3).actions[0].key) == png(5)


def test_the_charges_of_all_draws_add_up(tmp_path: Path) -> None:
    carried = carry_out(wanted(tmp_path, 3), GivingProvider(blank(), blank(), png(5), charged=PRICE))
    succeeded = carried.of(ActionSucceeded)[0]
    assert (succeeded.charged, succeeded.attempts) == (PRICE * 3, 3)
    assert [event.attempt for event in carried.of(ActionStarted)][:3] == [1, 2, 3]


def test_every_draw_is_kept_under_its_own_key(tmp_path: Path) -> None:
    carry_out(wanted(tmp_path, 1), GivingProvider(blank(), png(5)))
    key = wanted(tmp_path, 1).actions[0].key
    assert [result_of(tmp_path, draw_key(key, number)) for number in (0, 1)] == [blank(), png(5)]


def test_every_draw_is_a_request_of_its_own(tmp_path: Path) -> None:
    provider = GivingProvider(blank())
    carry_out(plan(tmp_path, edit(tmp_path, 0)), GivingProvider(blank()))
    one = replace(edit(tmp_path, 2), params={**edit(tmp_path, 2).params, "other": 1}, key=ActionKey("k" * 64))
    carry_out(checked(tmp_path, replace(one, raw_key=one.key), checks=(not_blank(one),)), provider)
    assert len(set(provider.keys)) == 3


def test_where_no_draw_passes_the_last_one_stands_and_the_cell_fails(tmp_path: Path) -> None:
    carried = carry_out(wanted(tmp_path, 2), GivingProvider(blank()))
    assert carried.code == ExitCode.CHECKS_FAILED
    assert draws(carried) == [(0, False), (1, False), (2, False)]
    assert written(carried) == []


def test_a_result_that_was_drawn_again_is_reused_and_remembers_its_draw(tmp_path: Path) -> None:
    carry_out(wanted(tmp_path, 2), GivingProvider(blank(), png(5)))
    provider = GivingProvider(blank())
    again = carry_out(wanted(tmp_path, 2), provider, run_id="20261121T000000-000002")
    assert draws(again) == [(1, True)]
    assert provider.steps == []
    assert len(again.of(ActionReused)) == 2


def test_a_draw_that_passed_nothing_is_not_bought_again(tmp_path: Path) -> None:
    carry_out(wanted(tmp_path, 1), GivingProvider(blank()))
    provider = GivingProvider(png(5))
    again = carry_out(wanted(tmp_path, 1), provider)
    assert (draws(again), provider.steps) == ([(1, False)], [])


def test_a_local_engine_does_not_draw_again_and_says_so(tmp_path: Path) -> None:
    provider = GivingProvider(blank())
    carried = carry_out(wanted(tmp_path, 3, provider="local"), provider)
    assert provider.steps == ["edit"]
    assert carried.of(CheckMeasured)[0].message.endswith("a local engine gives the same result each time")


def test_a_draw_that_the_plan_did_not_count_is_not_bought(tmp_path: Path) -> None:
    one = replace(edit(tmp_path, 3), payable=ZERO)
    provider = GivingProvider(blank(), charged=PRICE)
    carry_out(checked(tmp_path, one, checks=(not_blank(one),)), provider)
    assert provider.steps == ["edit"]


def test_a_warning_does_not_draw_again(tmp_path: Path) -> None:
    one = edit(tmp_path, 3)
    provider = GivingProvider(blank())
    carry_out(checked(tmp_path, one, checks=(replace(not_blank(one), severity="warn"),)), provider)
    assert provider.steps == ["edit"]


def test_a_check_that_cannot_be_measured_does_not_draw_again(tmp_path: Path) -> None:
    one = replace(action("edit", {"photo": photo(tmp_path, "in/a.png", 1)}), redraws=3)
    provider = GivingProvider(blank())
    carried = carry_out(checked(tmp_path, one, checks=(check(one, kind="same_size", params={}),)), provider)
    assert carried.code == ExitCode.CHECKS_FAILED
    assert provider.steps == ["edit"]


def test_a_draw_must_pass_in_every_cell_that_shares_it(tmp_path: Path) -> None:
    one = in_cells(edit(tmp_path, 3), "a", "b")
    small = check(one, "b", kind="max_bytes", params={"value": 1000})
    provider = GivingProvider(blank(), png(5), png(6))
    carried = carry_out(checked(tmp_path, one, checks=(not_blank(one, "a"), small)), provider)
    assert provider.steps == ["edit"] * 4
    assert verdicts(carried)[:4] == ["a edit failed", "b edit passed", "a edit passed", "b edit failed"]


def test_a_further_draw_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    carried = carry_out(wanted(tmp_path, 3), GivingProvider(blank(), None, charged=PRICE))
    succeeded = carried.of(ActionSucceeded)[0]
    assert succeeded.notes == ("draw 1 failed: in/a.png: no luck",)
    assert succeeded.charged == PRICE
    assert draws(carried) == [(0, False)]
    assert carried.code == ExitCode.CHECKS_FAILED


def test_a_further_draw_stays_within_the_budget(tmp_path: Path) -> None:
    provider = GivingProvider(blank(), charged=PRICE)
    carried = carry_out(wanted(tmp_path, 3, cap=parse_money("1.20")), provider)
    assert provider.steps == ["edit", "edit"]
    assert carried.of(ActionSucceeded)[0].charged == parse_money("1.10")
    assert "would exceed the budget of $1.20" in carried.of(ActionSucceeded)[0].notes[0]


def test_a_pasted_result_is_drawn_again_as_well(tmp_path: Path) -> None:
    one = edit(tmp_path, 2, pasted=True)
    provider = GivingProvider(blank(), png(5))
    carried = carry_out(checked(tmp_path, one, checks=(not_blank(one, measure="raw"),)), provider)
    assert draws(carried) == [(0, False), (1, True)]
    raw = carried.of(ActionSucceeded)[0].raw
    assert raw is not None
    again = carry_out(checked(tmp_path, one, checks=(not_blank(one, measure="raw"),)), provider)
    assert draws(again) == [(1, True)]
    assert provider.steps == ["edit", "edit"]


class InterruptingProvider(GivingProvider):
    """Ctrl-C is pressed while it collects."""

    def __init__(self, stop: StopSignal, content: bytes) -> None:
        super().__init__(content, charged=PRICE)
        self._stop = stop

    async def collect(self, job: Job) -> Response:
        self._stop.interrupt()
        return await super().collect(job)


def test_an_interrupt_between_draws_loses_neither_draw_nor_charge(tmp_path: Path) -> None:
    async def interrupted() -> Carried:
        stop = StopSignal()
        return await carry_out_async(wanted(tmp_path, 3), InterruptingProvider(stop, blank()), stop=stop)

    first = asyncio.run(interrupted())
    assert first.code == ExitCode.INTERRUPTED
    assert [(event.code, event.charged) for event in first.of(ActionFailed)] == [("interrupted", PRICE)]
    provider = GivingProvider(png(5), charged=PRICE)
    second = carry_out(wanted(tmp_path, 3), provider, policy=Policy(jobs=1))
    assert second.code == ExitCode.DONE
    assert draws(second) == [(0, False), (1, True)]
    assert second.of(ActionSucceeded)[0].charged == PRICE
    assert provider.steps == ["edit", "next"]
