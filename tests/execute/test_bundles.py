"""Requests that wait for a turn at the same time go together, and each is still bought at most once."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from runner.core.errors import ExitCode, ProviderError
from runner.core.event import ActionFailed, ActionInDoubt
from runner.execute.doors import Policy
from runner.plan.plan import Plan
from runner.providers.base import AnswerUnknown, NotSubmitted
from runner.store.store import open_store
from tests.execute.checked import checked
from tests.execute.plans import RUN_ID, Carried, action, carry_out, photo
from tests.execute.shop import PRICE, Wholesaler

TOGETHER = Policy(jobs=8, first_pause_s=0.001)
NO_ANSWER = AnswerUnknown("no-answer", "it broke off")
BUSY = NotSubmitted("rate-limited", "too many requests", retryable=True)
NOT_IN_BUNDLES = NotSubmitted("input-refused", "this model takes no bundles")


def eight(root: Path) -> Plan:
    edits = [
        replace(action(f"edit-{at}", {"image": photo(root, f"in/{at}.png", at)}), list_price=PRICE, payable=PRICE)
        for at in range(8)
    ]
    return checked(root, *edits, checks=(), outputs=(), cap=PRICE * 8)


def buy(root: Path, shop: Wholesaler, policy: Policy = TOGETHER) -> Carried:
    return carry_out(eight(root), shop, policy=policy)


def taken(root: Path) -> int:
    with open_store(root) as store:
        return int(str(store.state.read("SELECT taken FROM spending WHERE scope = ?", (f"run {RUN_ID}",))[0][0]))


def shop_of(root: Path, *answers: tuple[ProviderError, bool], honors: bool = False, size: int = 100) -> Wholesaler:
    return Wholesaler(root / "shop", *answers, honors_references=honors, size=size, crowd=8)


def test_those_that_wait_go_together(tmp_path: Path) -> None:
    shop = shop_of(tmp_path)
    assert buy(tmp_path, shop).code == ExitCode.DONE
    assert [len(bundle) for bundle in shop.bundles] == [8]
    assert (len(shop.jobs()), taken(tmp_path)) == (8, 8 * 550_000)


def test_a_bundle_is_no_larger_than_the_provider_takes(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, size=5)
    assert buy(tmp_path, shop).code == ExitCode.DONE
    assert [len(bundle) for bundle in shop.bundles] == [5]
    assert len(shop.jobs()) == 8


@pytest.mark.parametrize("size", [1, 3])
def test_few_go_alone(tmp_path: Path, size: int) -> None:
    shop = shop_of(tmp_path, size=size)
    assert buy(tmp_path, shop).code == ExitCode.DONE
    assert (shop.bundles, len(shop.jobs())) == ([], 8)


def test_what_is_not_sold_in_bundles_is_bought_one_by_one(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, (NOT_IN_BUNDLES, False))
    assert buy(tmp_path, shop).code == ExitCode.DONE
    assert ([len(bundle) for bundle in shop.bundles], len(shop.jobs())) == ([8], 8)


def test_a_provider_without_time_gets_them_again(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, (BUSY, False))
    assert buy(tmp_path, shop).code == ExitCode.DONE
    assert (Counter(len(shop.jobs(key)) for key in shop.bundles[0]), taken(tmp_path)) == (Counter({1: 8}), 8 * 550_000)


@pytest.mark.parametrize("honors", [True, False])
def test_a_bundle_without_an_answer_that_arrived_is_found_out(tmp_path: Path, honors: bool) -> None:
    shop = shop_of(tmp_path, (NO_ANSWER, True), honors=honors)
    assert buy(tmp_path, shop).code == ExitCode.DONE
    assert Counter(len(shop.jobs(key)) for key in shop.bundles[0]) == Counter({1: 8})


def test_a_bundle_without_an_answer_that_is_not_listed_is_in_doubt_as_a_whole(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, (NO_ANSWER, False))
    carried = buy(tmp_path, shop)
    assert (carried.code, len(carried.of(ActionInDoubt)), carried.of(ActionFailed)) == (ExitCode.IN_DOUBT, 8, [])
    assert (shop.jobs(), taken(tmp_path)) == ([], 8 * 550_000)
    again = Wholesaler(tmp_path / "shop")
    assert buy(tmp_path, again).code == ExitCode.IN_DOUBT
    assert (again.bundles, again.jobs()) == ([], [])


def test_an_honest_provider_makes_of_a_bundle_sent_again_what_it_made_before(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, *[(NO_ANSWER, False)] * 25, honors=True)
    assert buy(tmp_path, shop).code == ExitCode.IN_DOUBT
    again = Wholesaler(tmp_path / "shop", honors_references=True)
    assert buy(tmp_path, again).code == ExitCode.DONE
    assert {tuple(bundle) for bundle in again.bundles} == {tuple(shop.bundles[0])}, "the very bytes of before"
    assert Counter(len(again.jobs(key)) for key in shop.bundles[0]) == Counter({1: 8})


def test_an_unnamed_job_of_a_bundle_is_looked_for(tmp_path: Path) -> None:
    class Forgetful(Wholesaler):
        async def sell(self, requests, body):  # type: ignore[no-untyped-def]  # as above it
            jobs = dict(await super().sell(requests, body))
            return {key: job for key, job in jobs.items() if key != requests[3].reference}

    shop = Forgetful(tmp_path / "shop", crowd=8)
    assert buy(tmp_path, shop).code == ExitCode.DONE
    assert len(shop.jobs()) == 8
