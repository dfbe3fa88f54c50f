"""A recipe's lock after a run: which lines are new, which stay, which are dropped, and what is no longer the same."""

from dataclasses import replace

import pytest

from runner.catalog.lock import EMPTY_LOCK, Lock
from runner.core.artifact import Result
from runner.core.digest import digest_bytes
from runner.plan.lock_check import LockedState, frozen_misses, lock_warnings, prices_not_locked
from runner.plan.locking import Scope, drifted_from, update_lock
from runner.plan.plan import Plan
from tests.plan.plans import catalog, make_plan, parsed, photo

RECIPE = """\
version: 1
name: eyes
inputs: { p: { glob: "*.png" } }
matrix: { color: [green, blue] }
steps:
  - { id: small, uses: image/resize, with: { image: "${{ item }}", width: 40 } }
  - id: eyes
    uses: runflow/eye-color
    with: { image: "${{ steps.small.image }}", eye_color: "${{ matrix.color }}" }
"""
ALL = Scope(is_selection=False, is_one_of_providers=False)
SOME = Scope(is_selection=True, is_one_of_providers=False)
TRIED = Scope(is_selection=False, is_one_of_providers=True)


def plan_of(*names: str, provider: str = "runflow", content: str = "") -> Plan:
    photos = [photo(f"{name}.png", f"{name}{content}") for name in names]
    return make_plan(RECIPE, {"p": photos}, provider=provider)


def after(lock: Lock, plan: Plan, scope: Scope, *, without: str = "") -> Lock:
    """The lock after a run in which everything has a result, but for one step."""
    results = {a.key: Result(digest_bytes(a.key.encode()), "") for a in plan.actions if a.step != without}
    return update_lock(lock, plan, catalog().cards, results, scope)


def lines(lock: Lock) -> list[str]:
    found = [f"{a.step} {a.cell} {a.provider}" for same in lock.actions.values() for a in same]
    return sorted(found)


def test_every_action_has_a_line_with_the_cells_it_serves() -> None:
    assert lines(after(EMPTY_LOCK, plan_of("a", "b"), ALL)) == [
        "eyes a/blue runflow",
        "eyes a/green runflow",
        "eyes b/blue runflow",
        "eyes b/green runflow",
        "small a/* local",
        "small b/* local",
    ]


def test_what_the_recipe_no_longer_has_is_dropped() -> None:
    lock = after(EMPTY_LOCK, plan_of("a", "b"), ALL)
    assert lines(after(lock, plan_of("b"), ALL)) == ["eyes b/blue runflow", "eyes b/green runflow", "small b/* local"]


def test_a_selection_keeps_the_lines_of_the_other_cells() -> None:
    lock = after(EMPTY_LOCK, plan_of("a", "b"), ALL)
    again = after(lock, plan_of("a"), SOME)
    assert again == lock
    changed = after(lock, plan_of("a", content="!"), SOME)
    assert lines(changed) == lines(lock)
    assert changed != lock


def test_what_has_no_result_keeps_the_line_that_it_had() -> None:
    lock = after(EMPTY_LOCK, plan_of("a"), ALL)
    assert after(lock, plan_of("a"), ALL, without="eyes") == lock
    assert lines(after(EMPTY_LOCK, plan_of("a"), ALL, without="eyes")) == ["small a/* local"]


def test_runs_at_two_providers_share_a_lock() -> None:
    paid = after(EMPTY_LOCK, plan_of("a"), TRIED)
    both = after(paid, plan_of("a", provider="local"), TRIED)
    assert [line for line in lines(both) if line.startswith("eyes")] == [
        "eyes a/blue local",
        "eyes a/blue runflow",
        "eyes a/green local",
        "eyes a/green runflow",
    ]
    assert after(both, plan_of("a", provider="local"), ALL).actions.keys() < both.actions.keys()


@pytest.mark.parametrize(
    ("digest", "reported", "drifts"),
    [("x", "", False), ("x", "2", False), ("y", "", True), ("x", "3", True), ("z", "2", False)],
)
def test_a_result_drifts_from_all_that_is_locked_of_it(digest: str, reported: str, drifts: bool) -> None:
    lock = after(EMPTY_LOCK, plan_of("a"), ALL)
    (some,) = next(iter(lock.actions.values()))
    locked = [replace(some, result=digest_bytes(b"x"), reported="2"), replace(some, result=digest_bytes(b"z"))]
    assert (drifted_from(locked, Result(digest_bytes(digest.encode()), reported)) is not None) is drifts
    assert drifted_from([], Result(digest_bytes(b"x"), "")) is None


def state_of(lock: Lock, *, price: str = "") -> LockedState:
    cards = dict(catalog().cards)
    if price:
        eyes = cards["runflow/eye-color"]
        amount = replace(eyes.price.amount, amount=type(eyes.price.amount.amount)(price))
        cards[eyes.id] = eyes.model_copy(update={"price": eyes.price.model_copy(update={"amount": amount})})
    return LockedState(lock=lock, name="eyes.lock", cards=cards, results={})


def test_a_price_that_is_not_the_locked_one_is_told_at_its_step() -> None:
    plan = plan_of("a")
    lock = after(EMPTY_LOCK, plan, ALL)
    assert list(lock_warnings(parsed(RECIPE), plan, state_of(lock))) == []
    (told,) = lock_warnings(parsed(RECIPE), plan, state_of(lock, price="0.35"))
    assert (told.span.line, told.code, told.severity) == (8, "price-changed", "warning")
    assert told.message.startswith("'runflow/eye-color' costs $0.35 per request of ")
    assert "'eyes.lock' holds $0.29 per request of " in told.message


def test_money_is_pinned_where_the_lock_holds_the_price() -> None:
    plan = plan_of("a")
    lock = after(EMPTY_LOCK, plan_of("b", provider="local"), ALL)  # the price of a model is the same for every photo
    assert prices_not_locked(plan, state_of(lock)) == []
    assert prices_not_locked(plan, state_of(lock, price="0.35")) == ["runflow/eye-color"]
    assert prices_not_locked(plan, state_of(EMPTY_LOCK)) == ["runflow/eye-color"]


def test_what_is_not_locked_and_what_is_not_there_are_told_by_step() -> None:
    plan = plan_of("a", "b")
    lock = after(EMPTY_LOCK, plan_of("a"), ALL)
    told = [(problem.message, problem.hint) for problem in frozen_misses(parsed(RECIPE), plan, state_of(lock))]
    assert told == [
        ("a result of step 'small' is not in 'eyes.lock'", "for b/green"),
        ("2 results of step 'eyes' are not in 'eyes.lock'", "for b/green, b/blue"),
        ("a result of step 'small' is not in the store", "for a/green"),
        ("2 results of step 'eyes' are not in the store", "for a/green, a/blue"),
    ]
