"""Killed at any instant, nothing is bought twice and nothing that was bought is lost."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from runner.core.errors import ExitCode
from runner.core.event import ActionInDoubt
from runner.core.money import Money
from runner.execute.doors import Policy
from runner.report.summary import summarize
from runner.store.store import open_store
from tests.execute.crash import bought
from tests.execute.plans import RUN_ID, Carried, carry_out
from tests.execute.shop import PRICE, Shop
from tests.execute.test_crash import wreck

QUICK = Policy(jobs=1, first_pause_s=0.0)


def go_on(root: Path, shop: Shop, *, rebuys: bool = False) -> Carried:
    return carry_out(bought(root), shop, policy=replace(QUICK, rebuy_in_doubt=rebuys))


def jobs_by_work(shop: Shop) -> Counter[str]:
    """Count the jobs of each piece of work, however often it was begun anew."""
    return Counter(job.partition("--")[0].partition("~")[0] for job in shop.jobs())


def charged(root: Path) -> Money:
    with open_store(root) as store:
        return summarize(store.ledger.events(RUN_ID)).charged


def taken(root: Path) -> int:
    with open_store(root) as store:
        return int(str(store.state.read("SELECT taken FROM spending WHERE scope = ?", (f"run {RUN_ID}",))[0][0]))


@pytest.mark.slow
def test_a_provider_that_honors_references_is_paid_once(tmp_path: Path) -> None:
    for root in wreck(tmp_path, "honest-shop"):
        shop = Shop(root / "shop", honors_references=True)
        assert go_on(root, shop).code == ExitCode.DONE, root.name
        assert set(jobs_by_work(shop).values()) == {1}, root.name
        assert (charged(root), taken(root)) == (PRICE + PRICE, 1_100_000), root.name


@pytest.mark.slow
def test_where_nobody_can_say_it_is_in_doubt_and_not_bought_again(tmp_path: Path) -> None:
    codes: Counter[ExitCode] = Counter()
    for root in wreck(tmp_path, "plain-shop"):
        shop = Shop(root / "shop", honors_references=False)
        code = go_on(root, shop).code
        codes[code] += 1
        assert max(jobs_by_work(shop).values(), default=0) <= 1, root.name
        assert taken(root) <= 1_100_000, root.name
        if code == ExitCode.DONE:
            assert (charged(root), len(shop.jobs())) == (PRICE + PRICE, 2), root.name
    assert set(codes) == {ExitCode.DONE, ExitCode.IN_DOUBT}


def left_in_doubt(root: Path) -> Shop:
    """Send a request that reaches the shop, of which the shop knows nothing when it is asked."""
    shop = Shop(root / "shop", honors_references=False, lists=False)
    plan = bought(root)
    with open_store(root) as store:
        from runner.core.digest import digest_bytes
        from runner.store.purchases import Claim
        from runner.store.wallet import Caps, Purse

        action = plan.actions[0]
        purse = Purse(run_id=RUN_ID, step=action.step, draw=0, items=(), month="2026-11")
        store.purchases.claim(
            Claim(key=action.raw_key, action=action.key, provider="echo", purse=purse, price=PRICE), Caps()
        )
        store.blobs.put(b"body")
        store.purchases.prepare(action.raw_key, digest_bytes(b"body"))
        store.purchases.send([action.raw_key], digest_bytes(b"body"), "2026-11-21T10:00:00.000Z")
    return shop


def test_what_is_in_doubt_says_so_and_keeps_what_is_set_aside(tmp_path: Path) -> None:
    shop = left_in_doubt(tmp_path)
    carried = go_on(tmp_path, shop)
    doubt = carried.of(ActionInDoubt)[0]
    assert carried.code == ExitCode.IN_DOUBT
    assert doubt.message.endswith("nobody can say whether 'first' was bought: the provider does not list it")
    assert (doubt.reserved, taken(tmp_path), shop.jobs()) == (PRICE, 550_000, [])


def test_what_is_in_doubt_is_bought_again_only_on_request(tmp_path: Path) -> None:
    shop = left_in_doubt(tmp_path)
    go_on(tmp_path, shop)
    assert go_on(tmp_path, shop).code == ExitCode.IN_DOUBT
    plan = bought(tmp_path)
    roomy = replace(plan, quote=replace(plan.quote, budget=replace(plan.quote.budget, max=PRICE * 3)))
    carried = carry_out(roomy, shop, policy=replace(QUICK, rebuy_in_doubt=True))
    assert carried.code == ExitCode.DONE
    assert jobs_by_work(shop) == Counter({plan.actions[0].raw_key: 1, plan.actions[1].raw_key: 1})
    assert taken(tmp_path) == 1_650_000, "what may have been charged stays counted"


def test_what_is_in_doubt_is_collected_where_it_is_found(tmp_path: Path) -> None:
    shop = left_in_doubt(tmp_path)
    go_on(tmp_path, shop)
    reference = bought(tmp_path).actions[0].raw_key
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / f"{reference}--late").write_bytes(b"")
    found = Shop(tmp_path / "shop", honors_references=False)
    assert go_on(tmp_path, found).code == ExitCode.DONE
    assert f"{reference}--late" in found.jobs()
    assert charged(tmp_path) == PRICE + PRICE
