"""A purchase says at every instant how to go on without paying twice, and never exceeds a cap."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.core.digest import ActionKey, digest_bytes
from runner.core.errors import Refused, StoreError
from runner.core.money import ZERO, Money, parse_money
from runner.store.purchases import Claim, Purchase, Purchases, finish
from runner.store.state import State, open_state
from runner.store.wallet import Caps, Purse

KEY = ActionKey("a" * 64)
BODY = digest_bytes(b"body")
AT = "2026-11-21T10:00:00.000Z"
PRICE = parse_money("0.55")


def purse(run_id: str = "run-1", item: str = "SOFA-001", *, step: str = "fabric", draw: int = 0) -> Purse:
    return Purse(run_id=run_id, step=step, draw=draw, items=(item,), month="2026-11")


def claim(key: str = KEY, of: Purse | None = None, price: str = "0.55") -> Claim:
    return Claim(
        key=ActionKey(key), action=ActionKey(key), provider="runflow", purse=of or purse(), price=parse_money(price)
    )


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = open_state(tmp_path / "state.db")
    yield opened
    opened.close()


@pytest.fixture
def purchases(state: State) -> Purchases:
    return Purchases(state)


def end(state: State, key: ActionKey, charged: Money) -> None:
    Purchases(state).note_charge(key, charged, AT)
    state.write(lambda connection: finish(connection, key))


def taken(state: State) -> dict[str, int]:
    return {str(scope): int(str(amount)) for scope, amount in state.read("SELECT scope, taken FROM spending")}


STAGES: list[Callable[[Purchases], None]] = [
    lambda purchases: purchases.prepare(KEY, BODY),
    lambda purchases: purchases.send([KEY], BODY, AT),
    lambda purchases: purchases.accept(KEY, "job-1"),
]
"""What happens to a purchase after it was claimed, in order."""


def bought(purchases: Purchases, stages: int) -> Purchase:
    purchases.claim(claim(), Caps())
    for stage in STAGES[:stages]:
        stage(purchases)
    return purchases.find([KEY])[KEY]


def test_what_was_never_sent_does_not_count_as_spent_for_a_new_plan(purchases: Purchases) -> None:
    expected = [ZERO, ZERO, PRICE, PRICE]
    seen = [purchases.spent_in("2026-11")]
    for stage in (lambda _: bought(purchases, 1), *STAGES[1:]):
        stage(purchases)
        seen.append(purchases.spent_in("2026-11"))
    assert seen == expected


def test_a_purchase_goes_its_way(state: State, purchases: Purchases) -> None:
    seen = [bought(purchases, 0).state]
    for stage in STAGES:
        stage(purchases)
        seen.append(purchases.find([KEY])[KEY].state)
    end(state, KEY, PRICE)
    assert [*seen, purchases.find([KEY])[KEY].state] == ["claimed", "prepared", "prepared", "accepted", "finished"]


def test_what_is_not_over_is_open(state: State, purchases: Purchases) -> None:
    bought(purchases, 3)
    assert [purchase.job_id for purchase in purchases.open()] == ["job-1"]
    end(state, KEY, PRICE)
    assert purchases.open() == []


@pytest.mark.parametrize(("stages", "run_id"), [(0, "run-2"), (1, "run-2"), (2, "run-1"), (3, "run-1")])
def test_only_what_was_not_sent_is_taken_over_by_another_run(purchases: Purchases, stages: int, run_id: str) -> None:
    bought(purchases, stages)
    assert purchases.claim(claim(of=purse("run-2")), Caps()).purse.run_id == run_id


def test_what_is_taken_over_counts_for_the_new_run_alone(state: State, purchases: Purchases) -> None:
    bought(purchases, 1)
    purchases.claim(claim(of=purse("run-2")), Caps())
    assert taken(state) == {
        "run run-1": 0,
        "step run-1 fabric": 0,
        "item run-1 SOFA-001": 0,
        "month 2026-11": 550_000,
        "run run-2": 550_000,
        "step run-2 fabric": 550_000,
        "item run-2 SOFA-001": 550_000,
    }


def test_an_attempt_that_is_known_to_have_failed_gets_another_key(purchases: Purchases) -> None:
    assert bought(purchases, 3).idempotency_key == KEY
    purchases.fail(KEY, "the model was unavailable")
    assert purchases.claim(claim(), Caps()).idempotency_key == f"{KEY}~2"


@pytest.mark.parametrize("stages", [1, 2, 3])
def test_what_is_under_way_keeps_its_key(purchases: Purchases, stages: int) -> None:
    bought(purchases, stages)
    assert purchases.claim(claim(), Caps()).idempotency_key == KEY


def test_the_first_sending_is_remembered(purchases: Purchases) -> None:
    bought(purchases, 2)
    purchases.send([KEY], BODY, "2026-11-22T10:00:00.000Z")
    assert purchases.find([KEY])[KEY].sent_at == AT


def test_doubt_keeps_what_is_set_aside(state: State, purchases: Purchases) -> None:
    bought(purchases, 2)
    purchases.doubt(KEY, "no answer")
    assert (purchases.find([KEY])[KEY].reserved, taken(state)["run run-1"]) == (PRICE, 550_000)


def test_doubt_ends_when_the_job_is_found(purchases: Purchases) -> None:
    bought(purchases, 2)
    purchases.doubt(KEY, "no answer")
    purchases.accept(KEY, "job-9")
    assert purchases.find([KEY])[KEY].state == "accepted"


def test_what_is_bought_again_gets_another_key_and_both_count(state: State, purchases: Purchases) -> None:
    bought(purchases, 2)
    purchases.doubt(KEY, "no answer")
    purchases.buy_again(KEY)
    assert purchases.claim(claim(), Caps()).idempotency_key == f"{KEY}~2"
    assert taken(state)["run run-1"] == 1_100_000


@pytest.mark.parametrize(("charged", "counted"), [("0.55", 550_000), ("0.60", 600_000), ("0", 0), ("0.0000001", 1)])
def test_what_was_charged_replaces_what_was_set_aside(
    state: State, purchases: Purchases, charged: str, counted: int
) -> None:
    bought(purchases, 3)
    end(state, KEY, Money(Decimal(charged)))
    assert taken(state)["run run-1"] == counted


def test_a_failure_gives_back_what_was_set_aside(state: State, purchases: Purchases) -> None:
    bought(purchases, 3)
    purchases.fail(KEY, "no face")
    assert set(taken(state).values()) == {0}


def test_a_failure_that_was_charged_is_counted(state: State, purchases: Purchases) -> None:
    bought(purchases, 3)
    purchases.note_charge(KEY, PRICE, AT)
    purchases.fail(KEY, "no face")
    assert taken(state)["run run-1"] == 550_000
    assert state.read("SELECT job_id, amount FROM charges") == [("job-1", 550_000)]


def test_what_a_job_cost_is_noted_once(state: State, purchases: Purchases) -> None:
    bought(purchases, 3)
    assert purchases.note_charge(KEY, PRICE, AT) == PRICE
    assert purchases.note_charge(KEY, PRICE, AT) == ZERO
    assert taken(state)["run run-1"] == 550_000
    assert [(charge.job_id, charge.amount) for charge in purchases.charges("run-1")] == [("job-1", PRICE)]


@settings(max_examples=25, deadline=None)
@given(
    cap=st.integers(0, 300),
    jobs=st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100), st.sampled_from(["wait", "end", "fail"]))),
)
def test_what_is_spent_and_set_aside_never_exceeds_the_cap(cap: int, jobs: list[tuple[int, int, str]]) -> None:
    with TemporaryDirectory() as folder, closing(open_state(Path(folder) / "state.db")) as state:
        purchases, held = Purchases(state), 0
        for number, (price, discount, ending) in enumerate(jobs):
            key = f"{number:064x}"
            try:
                purchases.claim(claim(key, price=f"{price / 100:.2f}"), Caps(run=Money(Decimal(cap) / 100)))
            except Refused:
                assert held + price > cap
                continue
            charged = price if ending == "wait" else max(0, price - discount) if ending == "end" else 0
            held += charged
            go_on(state, ActionKey(key), ending, Money(Decimal(charged) / 100))
            assert taken(state).get("run run-1", 0) == held * 10_000 <= cap * 10_000


def go_on(state: State, key: ActionKey, ending: str, charged: Money) -> None:
    purchases = Purchases(state)
    if ending == "wait":
        return
    purchases.prepare(key, BODY)
    purchases.send([key], BODY, AT)
    purchases.accept(key, "job")
    if ending == "end":
        end(state, key, charged)
    else:
        purchases.fail(key, "no luck")


CAPS = {
    "the budget": Caps(run=parse_money("1.00")),
    "the budget of step 'fabric'": Caps(per_step={"fabric": parse_money("1.00")}),
    "the budget of item 'SOFA-001'": Caps(per_item=parse_money("1.00")),
    "the budget of the month": Caps(month=parse_money("1.00")),
    "the budget for draws after a failed check": Caps(redraws=parse_money("1.00")),
}


@pytest.mark.parametrize("name", CAPS)
def test_what_does_not_fit_is_refused_and_not_set_aside(state: State, purchases: Purchases, name: str) -> None:
    of = purse(draw=1)
    purchases.claim(claim("1" * 64, of), CAPS[name])
    before = taken(state)
    with pytest.raises(Refused, match=r"\$0\.55 more would exceed " + name.replace("'", ".") + r" of \$1\.00"):
        purchases.claim(claim("2" * 64, of), CAPS[name])
    assert taken(state) == before
    assert len(purchases.open()) == 1


@pytest.mark.parametrize(
    ("caps", "other"),
    [
        (Caps(run=PRICE), purse("run-2")),
        (Caps(per_step={"fabric": PRICE}), purse(step="brand")),
        (Caps(per_item=PRICE), purse(item="SOFA-002")),
        (Caps(month=PRICE), replace(purse(), month="2026-12")),
        (Caps(redraws=PRICE), purse(draw=0)),
    ],
)
def test_a_cap_counts_only_its_own(purchases: Purchases, caps: Caps, other: Purse) -> None:
    purchases.claim(claim("1" * 64, purse(draw=1)), caps)
    purchases.claim(claim("2" * 64, other), caps)
    assert len(purchases.open()) == 2


def test_what_costs_nothing_fits_under_every_cap(purchases: Purchases) -> None:
    assert purchases.claim(claim(price="0"), Caps(run=ZERO)).state == "claimed"


@pytest.mark.parametrize("stages", [0, 1, 3])
def test_a_purchase_cannot_skip_a_stage(purchases: Purchases, stages: int) -> None:
    bought(purchases, stages)
    with pytest.raises(StoreError, match="is not"):
        purchases.doubt(KEY, "why") if stages != 1 else purchases.buy_again(KEY)


def test_many_at_once_stay_under_the_cap(tmp_path: Path) -> None:
    keys = [f"{number:064x}" for number in range(64)]

    def buy(some: list[str]) -> None:
        state = open_state(tmp_path / "state.db")
        for key in some:
            try:
                Purchases(state).claim(claim(key), Caps(run=parse_money("5.50")))
            except Refused:
                continue
        state.close()

    buyers = [threading.Thread(target=buy, args=(keys[start::4],)) for start in range(4)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()
    state = open_state(tmp_path / "state.db")
    assert (len(Purchases(state).open()), taken(state)["run run-1"]) == (10, 5_500_000)
    state.close()
