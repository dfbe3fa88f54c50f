"""Actions are handed out after what they need, and each once."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from runner.core.digest import ActionKey
from runner.execute.schedule import Schedule
from runner.plan.plan import Action
from tests.execute.plans import action

BARE = action("bare", {})


def make(key: str, *needs: str) -> Action:
    return replace(BARE, key=ActionKey(key), needs=tuple(ActionKey(need) for need in needs))


@st.composite
def plans(draw: st.DrawFn) -> list[Action]:
    """Actions in an order in which needs come first."""
    count = draw(st.integers(0, 12))
    needs = [draw(st.sets(st.sampled_from(range(number)))) if number else set() for number in range(count)]
    return [make(str(number), *map(str, sorted(needed))) for number, needed in enumerate(needs)]


@given(actions=plans(), failing=st.sets(st.integers(0, 11)))
def test_needs_are_met_and_everything_ends(actions: list[Action], failing: set[int]) -> None:
    schedule = Schedule(actions, set())
    done: set[str] = set()
    lost: set[str] = set()
    failed: set[str] = set()
    while (taken := schedule.take()) is not None:
        assert set(taken.needs) <= done
        assert taken.key not in done | lost | failed
        if int(taken.key) in failing:
            failed.add(taken.key)
            lost |= {one.key for one in schedule.fail(taken.key)}
        else:
            done.add(taken.key)
            schedule.succeed(taken.key)
    assert schedule.is_over
    assert done | failed | lost == {one.key for one in actions}
    assert all(set(one.needs) & (failed | lost) for one in actions if one.key in lost)


def test_the_earliest_of_the_plan_comes_first() -> None:
    schedule = Schedule([make("a"), make("b", "a"), make("c")], set())
    first = schedule.take()
    assert first is not None
    schedule.succeed(first.key)
    second = schedule.take()
    assert second is not None
    assert second.key == "b"


def test_what_is_known_is_handed_out_before_what_follows() -> None:
    schedule = Schedule([make("a"), make("b", "a")], {ActionKey("a")})
    assert [schedule.take(), schedule.take()] == [make("a"), None]
    schedule.succeed(ActionKey("a"))
    assert schedule.take() == make("b", "a")


def test_a_failure_does_not_take_along_what_is_known() -> None:
    schedule = Schedule([make("a"), make("b", "a"), make("c", "b"), make("d", "a")], {ActionKey("b")})
    schedule.take()
    assert [one.key for one in schedule.fail(ActionKey("a"))] == ["d"]
    assert schedule.take() == make("b", "a")
    schedule.succeed(ActionKey("b"))
    assert schedule.take() == make("c", "b")


def test_the_first_run_before_all_others() -> None:
    first = {ActionKey("c"), ActionKey("d")}
    schedule = Schedule([make("a"), make("b", "a"), make("c"), make("d", "c")], set(), first)
    assert [schedule.take(), schedule.take()] == [make("c"), None]
    schedule.succeed(ActionKey("c"))
    assert [schedule.take(), schedule.take()] == [make("d", "c"), None]
    schedule.open_all()
    assert [schedule.take(), schedule.take()] == [make("a"), None]


def test_an_action_also_waits_for_what_may_fail() -> None:
    schedule = Schedule([make("a"), make("b")], set(), after={ActionKey("a"): {ActionKey("b")}})
    assert [schedule.take(), schedule.take()] == [make("b"), None]
    assert schedule.fail(ActionKey("b")) == []
    assert schedule.take() == make("a")


def test_what_nobody_wants_is_given_up_with_what_follows() -> None:
    schedule = Schedule([make("a"), make("b", "a"), make("c", "b"), make("d", "c"), make("e", "a")], {ActionKey("b")})
    schedule.take()
    lost = schedule.drop_unwanted(ActionKey("a"), lambda one: one.key in {"b", "c"})
    assert [one.key for one in lost] == ["c", "d"]
    schedule.succeed(ActionKey("a"))
    assert [schedule.take(), schedule.take(), schedule.take()] == [make("b", "a"), make("e", "a"), None]


def test_an_action_waits_for_all_its_needs() -> None:
    schedule = Schedule([make("a"), make("b"), make("c", "a", "b")], set())
    assert [schedule.take(), schedule.take(), schedule.take()] == [make("a"), make("b"), None]
    schedule.succeed(ActionKey("b"))
    assert schedule.take() is None
    schedule.succeed(ActionKey("a"))
    assert schedule.take() == make("c", "a", "b")


def test_what_is_put_back_is_handed_out_again() -> None:
    schedule = Schedule([make("a")], set())
    schedule.take()
    assert not schedule.is_over
    schedule.put_back(ActionKey("a"))
    assert schedule.take() == make("a")


def test_a_failure_takes_along_all_that_follows_from_it() -> None:
    schedule = Schedule([make("a"), make("b", "a"), make("c", "b"), make("d")], set())
    schedule.take()
    assert [one.key for one in schedule.fail(ActionKey("a"))] == ["b", "c"]
    assert schedule.take() == make("d")
    assert not schedule.is_open(ActionKey("b"))


def test_draining_gives_what_has_no_result() -> None:
    schedule = Schedule([make("a"), make("b", "a"), make("c")], set())
    schedule.take()
    schedule.succeed(ActionKey("a"))
    schedule.take()
    assert [one.key for one in schedule.drain()] == ["b", "c"]
    assert schedule.is_over
