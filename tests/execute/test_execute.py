"""A plan is carried out: each action once, after what it needs, and not again."""

from dataclasses import replace
from pathlib import Path

import pytest

from runner.core.artifact import Size
from runner.core.errors import ExitCode, Refused
from runner.core.event import (
    ActionFailed,
    ActionReused,
    ActionSkipped,
    ActionStarted,
    ActionSucceeded,
    RunFinished,
    RunStarted,
)
from runner.core.money import parse_money
from runner.execute.doors import Policy
from runner.images.codec import decode
from runner.plan.plan import Plan
from runner.store.ledger import run_lease
from runner.store.store import open_store
from tests.execute.plans import RUN_ID, Carried, action, after, carry_out, part_mask, photo, plan
from tests.execute.providers import BrokenPictureProvider, CountingProvider, ReferenceProvider


@pytest.fixture
def provider() -> CountingProvider:
    return CountingProvider()


def chain(root: Path, *, second: str = "test/echo") -> Plan:
    """Two steps in a row, and one beside them."""
    first = action("first", {"image": photo(root, "in/a.png", 1)})
    follower = action("second", {"image": after(first)}, uses=second)
    other = action("other", {"image": photo(root, "in/b.png", 2)})
    return plan(root, first, follower, other)


def steps_of(carried: Carried, wanted: Plan, kind: type[ActionFailed | ActionSkipped | ActionReused]) -> list[str]:
    names = {one.key: one.step for one in wanted.actions}
    return [names[event.key] for event in carried.of(kind)]


def test_every_action_succeeds_after_what_it_needs(tmp_path: Path, provider: CountingProvider) -> None:
    carried = carry_out(chain(tmp_path), provider, policy=Policy(jobs=1))
    assert carried.code == ExitCode.DONE
    assert provider.steps == ["first", "second", "other"]
    assert carried.names() == [
        "run-started",
        *["action-started", "action-succeeded"] * 3,
        "run-finished",
    ]


def test_told_events_are_the_ledger(tmp_path: Path, provider: CountingProvider) -> None:
    carried = carry_out(chain(tmp_path), provider)
    with open_store(tmp_path) as store:
        assert store.ledger.events(RUN_ID) == carried.events


def test_results_are_in_the_store_under_their_keys(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = chain(tmp_path)
    carry_out(wanted, provider)
    with open_store(tmp_path) as store:
        known = store.lookup([one.key for one in wanted.actions])
        contents = [store.blobs.read(known[one.key].artifact.digest) for one in wanted.actions]
    given = [(tmp_path / name).read_bytes() for name in ("in/a.png", "in/a.png", "in/b.png")]
    assert contents == given


def test_carrying_out_again_does_nothing_again(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = chain(tmp_path)
    carry_out(wanted, provider)
    again = carry_out(wanted, provider)
    assert again.code == ExitCode.DONE
    assert len(provider.steps) == 3
    assert steps_of(again, wanted, ActionReused) == ["first", "second", "other"]


def test_what_is_known_is_not_done_whatever_the_plan_said(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = chain(tmp_path)
    carry_out(plan(tmp_path, wanted.actions[0]), provider)
    carried = carry_out(wanted, provider, run_id="20261121T000000-000002")
    assert sorted(provider.steps) == ["first", "other", "second"]  # each once; the two last in any order
    assert steps_of(carried, wanted, ActionReused) == ["first"]


def test_an_empty_plan_is_done(tmp_path: Path, provider: CountingProvider) -> None:
    assert carry_out(plan(tmp_path), provider).names() == ["run-started", "run-finished"]


def test_no_more_than_the_given_jobs_are_in_flight(tmp_path: Path) -> None:
    slow = CountingProvider(0.02, crowd=3)
    given = photo(tmp_path, "in/a.png", 1)
    wanted = plan(tmp_path, *(action(f"step {number}", {"image": given}) for number in range(12)))
    carry_out(wanted, slow, policy=Policy(jobs=3))
    assert slow.most_at_once == 3
    assert len(slow.steps) == 12


def test_a_failure_skips_what_follows_and_nothing_else(tmp_path: Path, provider: CountingProvider) -> None:
    first = action("first", {"image": photo(tmp_path, "in/a.png", 1)}, uses="test/fails")
    second = action("second", {"image": after(first)})
    third = action("third", {"image": after(second)})
    other = action("other", {"image": photo(tmp_path, "in/b.png", 2)})
    wanted = plan(tmp_path, first, second, third, other)
    carried = carry_out(wanted, provider)
    assert carried.code == ExitCode.FAILED
    assert sorted(provider.steps) == ["first", "other"]
    assert steps_of(carried, wanted, ActionSkipped) == ["second", "third"]
    assert {event.reason for event in carried.of(ActionSkipped)} == {"it needs 'first', which failed"}
    assert carried.of(RunFinished)[0].state == "failed"


def test_a_failure_says_what_the_provider_said(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = plan(tmp_path, action("first", {"image": photo(tmp_path, "in/a.png", 1)}, uses="test/fails"))
    failed = carry_out(wanted, provider).of(ActionFailed)[0]
    assert (failed.code, failed.message, failed.hint, failed.retryable) == (
        "no-luck",
        "in/a.png: no luck",
        "try another",
        True,
    )
    assert failed.job_id == f"echo-{wanted.actions[0].raw_key[:12]}"


def test_fail_fast_starts_nothing_more(tmp_path: Path, provider: CountingProvider) -> None:
    given = photo(tmp_path, "in/a.png", 1)
    failing = action("first", {"image": given}, uses="test/fails")
    wanted = plan(tmp_path, failing, *(action(f"step {number}", {"image": given}) for number in range(3)))
    carried = carry_out(wanted, provider, policy=Policy(jobs=1, on_failure="fail-fast"))
    assert carried.code == ExitCode.FAILED
    assert provider.steps == ["first"]
    assert steps_of(carried, wanted, ActionSkipped) == ["step 0", "step 1", "step 2"]
    assert {event.reason for event in carried.of(ActionSkipped)} == {"the run stopped at the first failure"}


def test_a_failed_action_is_tried_again_by_resuming(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = chain(tmp_path, second="test/fails")
    carry_out(wanted, provider)
    again = carry_out(wanted, provider)
    assert provider.steps.count("second") == 2
    assert provider.steps.count("first") == 1
    assert [event.attempt for event in again.of(ActionStarted)] == [2]


@pytest.mark.parametrize(("damage", "code"), [("change", "input-changed"), ("remove", "input-missing")])
def test_an_input_that_is_not_what_the_plan_saw_fails(
    tmp_path: Path, provider: CountingProvider, damage: str, code: str
) -> None:
    wanted = chain(tmp_path)
    if damage == "change":
        photo(tmp_path, "in/a.png", 99)
    else:
        (tmp_path / "in/a.png").unlink()
    carried = carry_out(wanted, provider)
    failed = carried.of(ActionFailed)[0]
    assert (failed.code, provider.steps) == (code, ["other"])
    assert "'in/a.png'" in failed.message


def test_a_blocked_action_is_skipped_with_what_follows(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = chain(tmp_path)
    first, *others = wanted.actions
    blocked = replace(first, decision="blocked", reason="mask 'floor' is empty")
    carried = carry_out(plan(tmp_path, blocked, *others), provider)
    assert carried.code == ExitCode.FAILED
    assert provider.steps == ["other"]
    assert [event.reason for event in carried.of(ActionSkipped)] == [
        "mask 'floor' is empty",
        "it needs 'first', which is blocked",
    ]


def test_blocked_actions_that_follow_each_other_are_skipped_once(tmp_path: Path, provider: CountingProvider) -> None:
    blocked = [replace(one, decision="blocked", reason="no") for one in chain(tmp_path).actions]
    carried = carry_out(plan(tmp_path, *blocked), provider)
    assert len(carried.of(ActionSkipped)) == 3


def test_free_work_whose_earlier_result_is_gone_is_done_again(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = chain(tmp_path)
    reused = plan(tmp_path, *(replace(one, decision="reuse") for one in wanted.actions))
    assert carry_out(reused, provider).code == ExitCode.DONE
    assert len(provider.steps) == 3


def test_paid_work_whose_earlier_result_is_gone_is_not_bought_unasked(
    tmp_path: Path, provider: CountingProvider
) -> None:
    first, second, other = chain(tmp_path).actions
    gone = replace(first, decision="reuse", list_price=parse_money("0.55"))
    carried = carry_out(plan(tmp_path, gone, second, other), provider)
    assert carried.code == ExitCode.FAILED
    assert carried.of(ActionFailed)[0].code == "result-gone"
    assert provider.steps == ["other"]


def test_a_missing_provider_is_refused_before_anything_is_written(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = plan(tmp_path, action("first", {"image": photo(tmp_path, "in/a.png", 1)}, provider="runflow"))
    with pytest.raises(Refused) as caught:
        carry_out(wanted, provider)
    assert caught.value.code == "unknown-provider"
    with open_store(tmp_path) as store:
        assert store.ledger.runs() == []


def test_a_run_that_is_being_carried_out_is_refused(tmp_path: Path, provider: CountingProvider) -> None:
    with open_store(tmp_path) as other:
        other.leases.claim(run_lease(RUN_ID))
        with pytest.raises(Refused) as caught:
            carry_out(chain(tmp_path), provider)
    assert caught.value.code == "run-busy"


def test_a_result_that_is_no_picture_fails_and_says_what_it_cost(tmp_path: Path) -> None:
    carried = carry_out(chain(tmp_path), BrokenPictureProvider())
    failed = carried.of(ActionFailed)[0]
    assert (failed.code, failed.charged) == ("not-an-image", parse_money("0.55"))


def test_a_damaged_result_is_not_passed_on(tmp_path: Path, provider: CountingProvider) -> None:
    first, second, _ = chain(tmp_path).actions
    carry_out(plan(tmp_path, first), provider)
    with open_store(tmp_path) as store:
        blob = store.blobs.path(store.lookup([first.key])[first.key].artifact.digest)
    blob.write_bytes(b"damaged")
    carried = carry_out(plan(tmp_path, first, second), provider, run_id="20261121T000000-000002")
    assert carried.of(ActionFailed)[0].code == "damaged-blob"


def test_original_pixels_are_restored_outside_the_mask(tmp_path: Path) -> None:
    given, other = photo(tmp_path, "in/a.png", 1), photo(tmp_path, "in/b.png", 2)
    first = action("first", {"image": other})
    edit = action("edit", {"reference": after(first), "image": given}, paste_back=part_mask("50%"), uses="test/second")
    carried = carry_out(plan(tmp_path, first, edit), ReferenceProvider())
    succeeded = carried.of(ActionSucceeded)[1]
    with open_store(tmp_path) as store:
        pasted = decode(store.blobs.read(succeeded.artifact.digest), "pasted").pixels
    before, after_ = (decode((tmp_path / one.path).read_bytes(), one.path).pixels for one in (given, other))
    assert (pasted[:, :24] == after_[:, :24]).all()
    assert (pasted[:, 24:] == before[:, 24:]).all()
    assert succeeded.raw is not None


def test_another_paste_mask_does_not_repeat_the_work(tmp_path: Path, provider: CountingProvider) -> None:
    given = photo(tmp_path, "in/a.png", 1)
    for area in ("50%", "25%"):
        edit = action("edit", {"image": given}, paste_back=part_mask(area))
        assert carry_out(plan(tmp_path, edit), provider).code == ExitCode.DONE
    assert provider.steps == ["edit"]


def test_two_paste_masks_at_once_share_the_work(tmp_path: Path) -> None:
    given, slow = photo(tmp_path, "in/a.png", 1), CountingProvider(delay_s=0.05)
    edits = [action("edit", {"image": given}, paste_back=part_mask(area)) for area in ("50%", "25%")]
    carried = carry_out(plan(tmp_path, *edits), slow, policy=Policy(jobs=2))
    assert carried.code == ExitCode.DONE
    assert slow.steps == ["edit"]
    assert len(carried.of(ActionSucceeded)) == 2


def test_a_mask_that_gives_another_raster_fails(tmp_path: Path, provider: CountingProvider) -> None:
    mask = replace(part_mask("50%"), spec=dict(part_mask("25%").spec))
    edit = action("edit", {"image": photo(tmp_path, "in/a.png", 1), "mask": mask})
    assert carry_out(plan(tmp_path, edit), provider).of(ActionFailed)[0].code == "mask-changed"


def test_a_resumed_run_has_two_starts(tmp_path: Path, provider: CountingProvider) -> None:
    carry_out(chain(tmp_path), provider)
    carry_out(chain(tmp_path), provider)
    with open_store(tmp_path) as store:
        events = store.ledger.events(RUN_ID)
    assert sum(isinstance(event, RunStarted) for event in events) == 2


def test_a_store_that_cannot_be_written_stops_the_batch(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = chain(tmp_path)
    (tmp_path / ".runner").mkdir()
    (tmp_path / ".runner/blobs").write_text("a file where the folder should be")
    carried = carry_out(wanted, provider, policy=Policy(jobs=1))
    assert carried.of(ActionFailed)[0].code == "cannot-write"
    assert provider.steps == [], "nothing is bought that could not be kept"
    assert {event.reason for event in carried.of(ActionSkipped)} == {
        "it needs 'first', which failed",
        "the store cannot be written",
    }


def test_a_result_of_another_size_than_planned_is_noted(tmp_path: Path, provider: CountingProvider) -> None:
    edit = replace(action("edit", {"image": photo(tmp_path, "in/a.png", 1)}), output_size=Size(20, 10))
    succeeded = carry_out(plan(tmp_path, edit), provider).of(ActionSucceeded)[0]
    assert succeeded.notes == ("the result is 48×32 px, the plan expected 20×10 px",)


def test_removing_a_damaged_result_mends_the_store(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = chain(tmp_path)
    carry_out(wanted, provider)
    with open_store(tmp_path) as store:
        blob = store.blobs.path(store.lookup([wanted.actions[0].key])[wanted.actions[0].key].artifact.digest)
    blob.unlink()
    assert carry_out(wanted, provider).code == ExitCode.DONE
    assert provider.steps.count("first") == 2
