"""Which run `runner resume` goes on with when none is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.app.runs import newest_unfinished
from runner.core.digest import ActionKey, digest_bytes
from runner.core.errors import UsageError
from runner.core.event import RunFinished, RunStarted, RunState
from runner.core.money import parse_money
from runner.store.purchases import Claim
from runner.store.store import Store, open_store
from runner.store.wallet import Caps, Purse

AT = "2026-11-21T10:00:00.000Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def ran(store: Store, number: int, exit_code: int | None, state: RunState = "succeeded") -> None:
    """Note a run that came to its end; None as the exit code is one that did not."""
    run_id, at = f"run-{number}", f"2026-11-21T10:00:0{number}.000Z"
    store.ledger.append(run_id, [RunStarted(at=at, run_id=run_id, plan={}, recipe_text="")])
    if exit_code is not None:
        store.ledger.append(run_id, [RunFinished(at=at, run_id=run_id, state=state, exit_code=exit_code)])


def buy(store: Store, number: int) -> None:
    """Note a purchase of a run that the provider accepted and nobody collected."""
    key = ActionKey(digest_bytes(b"work"))
    purse = Purse(run_id=f"run-{number}", step="edit", draw=0, items=(), month="2026-11")
    price = parse_money("0.55")
    store.purchases.claim(Claim(key=key, action=key, provider="runflow", purse=purse, price=price), Caps())
    store.purchases.prepare(key, digest_bytes(b"request"))
    store.purchases.send([key], digest_bytes(b"request"), AT)
    store.purchases.accept(key, "job-1")


@pytest.mark.parametrize(
    ("exit_codes", "expected"),
    [
        ([None], "run-0"),
        ([None, 0], "run-0"),
        ([5, 0, 0], "run-0"),
        ([None, 5], "run-1"),
        ([0, 1], "run-1"),
    ],
)
def test_it_goes_on_with_the_newest_that_something_is_left_of(
    store: Store, exit_codes: list[int | None], expected: str
) -> None:
    for number, exit_code in enumerate(exit_codes):
        ran(store, number, exit_code)
    assert newest_unfinished(store) == expected


@pytest.mark.parametrize("exit_codes", [[], [0], [4], [1, 0], [3]])
def test_what_came_to_its_end_is_left_alone(store: Store, exit_codes: list[int]) -> None:
    for number, exit_code in enumerate(exit_codes):
        ran(store, number, exit_code)
    with pytest.raises(UsageError, match="of no run is anything left to do"):
        newest_unfinished(store)


def test_what_was_bought_and_not_collected_is_not_left_lying(store: Store) -> None:
    ran(store, 0, 1, "failed")
    ran(store, 1, 0)
    buy(store, 0)
    assert newest_unfinished(store) == "run-0"
