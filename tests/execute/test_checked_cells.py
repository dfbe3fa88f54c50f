"""A failed check fails its cell, and nothing beside it."""

from dataclasses import replace
from pathlib import Path

import pytest

from runner.core.digest import Json
from runner.core.errors import ExitCode
from runner.core.event import ActionReused, ActionSucceeded, CheckMeasured, OutputFailed, RunFinished
from runner.execute.doors import Policy
from runner.plan.plan import Action, CheckParam, FileSource, MaskImage, Plan, StepSource
from runner.store.store import open_store
from tests.execute.checked import (
    OTHER_FORMAT,
    blank,
    check,
    checked,
    in_cells,
    not_blank,
    output_of,
    skipped,
    verdicts,
    written,
)
from tests.execute.plans import RUN_ID, Carried, action, after, carry_out, output, part_mask, photo, plan
from tests.execute.providers import CountingProvider, GivingProvider, WatchedPool


@pytest.fixture
def provider() -> CountingProvider:
    return CountingProvider()


def count_measured(wanted: Plan, provider: CountingProvider) -> tuple[Carried, int]:
    """Carry out a plan, and count how many checks were measured for it."""
    asked: list[str] = []
    carried = carry_out(wanted, provider, make_pool=lambda: WatchedPool(asked))
    return carried, asked.count("measure_check")


def shared(root: Path, *, on_fail: str = "fail", severity: str = "error") -> Plan:
    """One step that two cells share, and one step for each; the check of cell 'a' fails on the first step."""
    first = in_cells(action("first", {"image": photo(root, "in/a.png", 1)}), "a", "b")
    of_a = in_cells(action("of a", {"image": after(first), "finish": "a"}), "a")
    of_b = in_cells(action("of b", {"image": after(first), "finish": "b"}), "b")
    failing = replace(check(first, "a", params=OTHER_FORMAT), on_fail=on_fail, severity=severity)  # type: ignore[arg-type]  # words by name
    return checked(
        root,
        first,
        of_a,
        of_b,
        checks=(failing, check(first, "b")),
        outputs=(output_of(of_a, "a"), output_of(of_b, "b")),
    )


def test_a_failed_check_fails_its_cell_and_others_that_share_the_action_go_on(
    tmp_path: Path, provider: CountingProvider
) -> None:
    wanted = shared(tmp_path)
    carried = carry_out(wanted, provider)
    assert carried.code == ExitCode.CHECKS_FAILED
    assert verdicts(carried) == ["a first failed", "b first passed"]
    assert provider.steps == ["first", "of b"]
    assert skipped(carried, wanted) == {"of a": "it needs 'first', which failed its checks"}
    assert written(carried) == ["out/b.png"]
    assert carried.of(RunFinished)[0].state == "failed"


def test_a_measurement_says_what_was_demanded_and_found(tmp_path: Path, provider: CountingProvider) -> None:
    event = carry_out(shared(tmp_path), provider).of(CheckMeasured)[0]
    assert (event.value, event.threshold, event.passed, event.draw) == ("png", "jpeg", False, 0)


def test_quarantine_puts_the_outputs_of_the_cell_aside(tmp_path: Path, provider: CountingProvider) -> None:
    carried = carry_out(shared(tmp_path, on_fail="quarantine"), provider)
    assert carried.code == ExitCode.CHECKS_FAILED
    assert sorted(provider.steps) == ["first", "of a", "of b"]
    assert written(carried) == ["out/b.png", "quarantine/out/a.png"]
    assert (tmp_path / "quarantine/out/a.png").is_file()
    assert not (tmp_path / "out/a.png").exists()


def test_a_warning_is_only_told(tmp_path: Path, provider: CountingProvider) -> None:
    carried = carry_out(shared(tmp_path, severity="warn"), provider)
    assert carried.code == ExitCode.DONE
    assert verdicts(carried) == ["a first failed", "b first passed"]
    assert written(carried) == ["out/a.png", "out/b.png"]


def test_a_failure_outweighs_quarantine(tmp_path: Path, provider: CountingProvider) -> None:
    edit = action("edit", {"image": photo(tmp_path, "in/a.png", 1)})
    checks = (check(edit, params=OTHER_FORMAT, on_fail="quarantine"), check(edit, params={"value": "webp"}))
    wanted = checked(tmp_path, edit, checks=checks, outputs=(output_of(edit, "cell"),))
    assert written(carry_out(wanted, provider)) == []


def test_no_output_of_a_failed_cell_is_written_not_even_an_early_one(
    tmp_path: Path, provider: CountingProvider
) -> None:
    first = action("first", {"image": photo(tmp_path, "in/a.png", 1)})
    second = action("second", {"image": after(first)})
    wanted = checked(
        tmp_path, first, second, checks=(check(second, params=OTHER_FORMAT),), outputs=(output_of(first, "cell"),)
    )
    assert written(carry_out(wanted, provider)) == []


def test_an_early_output_is_written_when_the_checked_action_fails(tmp_path: Path, provider: CountingProvider) -> None:
    first = action("first", {"image": photo(tmp_path, "in/a.png", 1)})
    second = action("second", {"image": after(first)}, uses="test/fails")
    wanted = checked(tmp_path, first, second, checks=(check(second),), outputs=(output_of(first, "cell"),))
    carried = carry_out(wanted, provider)
    assert carried.code == ExitCode.FAILED
    assert written(carried) == ["out/cell.png"]


def test_a_failed_action_outweighs_a_failed_check(tmp_path: Path, provider: CountingProvider) -> None:
    given = photo(tmp_path, "in/a.png", 1)
    edit, failing = action("edit", {"image": given}), action("failing", {"image": given}, uses="test/fails")
    wanted = checked(tmp_path, edit, failing, checks=(check(edit, params=OTHER_FORMAT),))
    assert carry_out(wanted, provider).code == ExitCode.FAILED


def test_a_failed_check_is_a_failure_for_fail_fast(tmp_path: Path, provider: CountingProvider) -> None:
    given = photo(tmp_path, "in/a.png", 1)
    edit, other = action("edit", {"image": given}), action("other", {"image": given})
    wanted = checked(tmp_path, edit, other, checks=(check(edit, params=OTHER_FORMAT),))
    carried = carry_out(wanted, provider, policy=Policy(jobs=1, on_failure="fail-fast"))
    assert provider.steps == ["edit"]
    assert skipped(carried, wanted) == {"other": "the run stopped at the first failure"}


def test_a_reused_result_is_checked_as_well_but_not_measured_again(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = shared(tmp_path)
    assert count_measured(wanted, provider)[1] == 2
    again, measured = count_measured(wanted, provider)
    assert again.code == ExitCode.CHECKS_FAILED
    assert verdicts(again) == ["a first failed", "b first passed"]
    assert measured == 0
    assert len(again.of(ActionReused)) == 2


def test_what_follows_a_reused_result_waits_for_its_check(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = shared(tmp_path)
    carry_out(plan(tmp_path, wanted.actions[0]), provider)
    carried = carry_out(wanted, provider, run_id="20261121T000000-000002")
    assert provider.steps == ["first", "of b"]
    assert skipped(carried, wanted) == {"of a": "it needs 'first', which failed its checks"}


def test_cells_with_the_same_check_share_its_measurement(tmp_path: Path, provider: CountingProvider) -> None:
    edit = in_cells(action("edit", {"image": photo(tmp_path, "in/a.png", 1)}), "a", "b", "c")
    wanted = checked(tmp_path, edit, checks=tuple(check(edit, cell) for cell in ("a", "b", "c")))
    carried, measured = count_measured(wanted, provider)
    assert verdicts(carried) == ["a edit passed", "b edit passed", "c edit passed"]
    assert measured == 1


def test_raw_and_final_are_measured_apart(tmp_path: Path) -> None:
    edit = action("edit", {"image": photo(tmp_path, "in/a.png", 1)}, paste_back=part_mask("50%"))
    wanted = checked(tmp_path, edit, checks=(not_blank(edit, measure="raw"), not_blank(edit)))
    for number in (1, 2):
        carried = carry_out(wanted, GivingProvider(blank()), run_id=f"20261121T000000-00000{number}")
        found = {event.measure: event.passed for event in carried.of(CheckMeasured)}
        assert found == {"raw": False, "final": True}


def test_a_check_compares_with_the_step_s_own_input(tmp_path: Path, provider: CountingProvider) -> None:
    first = action("first", {"image": photo(tmp_path, "in/a.png", 1)})
    second = action("second", {"image": after(first)})
    mask = part_mask("50%")
    params: dict[str, CheckParam] = {"mask": mask, "max_changed": "0", "tolerance": 0}
    checks = tuple(check(one, kind="outside_mask_unchanged", params=params) for one in (first, second))
    carried = carry_out(checked(tmp_path, first, second, checks=checks), provider)
    assert [(event.passed, event.value) for event in carried.of(CheckMeasured)] == [(True, "0.0000"), (True, "0.0000")]


def test_a_check_without_a_picture_to_compare_with_has_failed(tmp_path: Path, provider: CountingProvider) -> None:
    edit = action("edit", {"photo": photo(tmp_path, "in/a.png", 1)})
    carried = carry_out(checked(tmp_path, edit, checks=(check(edit, kind="same_size", params={}),)), provider)
    event = carried.of(CheckMeasured)[0]
    assert (event.value, event.passed) == (None, False)
    assert event.message == "cannot be measured: 'edit' has no parameter 'image' to compare with"


def test_what_could_not_be_measured_is_measured_another_time(tmp_path: Path, provider: CountingProvider) -> None:
    edit = action("edit", {"image": photo(tmp_path, "in/a.png", 1)})
    wanted = checked(tmp_path, edit, checks=(check(edit, kind="same_size", params={}),))
    carry_out(plan(tmp_path, edit), provider)
    (tmp_path / "in/a.png").unlink()
    assert verdicts(carry_out(wanted, provider)) == ["cell edit failed"]
    photo(tmp_path, "in/a.png", 1)
    assert verdicts(carry_out(wanted, provider)) == ["cell edit passed"]


def mask_from(step: Action) -> MaskImage:
    """A mask that is the result of a step; it is fully white or black where that is one color."""
    spec: dict[str, Json] = {"shape": "file", "ref": step.key, "black_edits": False, "ops": []}
    return replace(part_mask("50%"), spec=spec, sources=(StepSource(ref=step.key, key=step.key),))


def with_late_mask(root: Path) -> Plan:
    """Two steps beside each other; a check on the first looks at a mask that the second makes."""
    edit = action("edit", {"image": photo(root, "in/a.png", 1)})
    segment = action("segment", {"image": photo(root, "in/b.png", 2)})
    params: dict[str, CheckParam] = {"mask": mask_from(segment), "min_changed": "0.5", "tolerance": 0}
    return checked(root, edit, segment, checks=(check(edit, kind="inside_mask_changed", params=params),))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_check_waits_for_the_step_that_makes_its_mask(tmp_path: Path, provider: CountingProvider, jobs: int) -> None:
    carried = carry_out(with_late_mask(tmp_path), provider, policy=Policy(jobs=jobs))
    assert provider.steps == ["segment", "edit"]
    assert [(event.value, event.passed) for event in carried.of(CheckMeasured)] == [("0.0000", False)]


def test_two_steps_whose_checks_want_each_other_s_masks_both_end(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = with_late_mask(tmp_path)
    edit, segment = wanted.actions
    params: dict[str, CheckParam] = {"mask": mask_from(edit), "min_changed": "0", "tolerance": 0}
    back = check(segment, kind="inside_mask_changed", params=params)
    carried = carry_out(replace(wanted, checks=(*wanted.checks, back)), provider)
    assert sorted(event.step for event in carried.of(CheckMeasured)) == ["edit", "segment"]


def test_the_mask_of_a_check_is_not_written_over(tmp_path: Path, provider: CountingProvider) -> None:
    edit = action("edit", {"image": photo(tmp_path, "in/a.png", 1)})
    file = photo(tmp_path, "in/mask.png", 2)
    source = FileSource(ref=file.artifact.digest, path=file.path)
    mask = replace(part_mask("50%"), sources=(source,))
    params: dict[str, CheckParam] = {"mask": mask, "min_changed": "0", "tolerance": 0}
    wanted = checked(
        tmp_path,
        edit,
        checks=(check(edit, kind="inside_mask_changed", params=params),),
        outputs=(output(edit, "in/mask.png"),),
    )
    assert [event.code for event in carry_out(wanted, provider).of(OutputFailed)] == ["over-input"]


def test_a_mask_made_otherwise_is_measured_anew(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = with_late_mask(tmp_path)
    carry_out(wanted, provider)
    with open_store(tmp_path) as store:
        store.results.forget([wanted.actions[1].key])
    carried, measured = count_measured(wanted, provider)
    assert (len(carried.of(CheckMeasured)), measured) == (1, 0)
    with open_store(tmp_path) as store:
        store.results.forget([wanted.actions[1].key])
    white = GivingProvider(blank())
    assert count_measured(wanted, white)[1] == 1


def test_a_check_whose_mask_never_came_has_failed(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = with_late_mask(tmp_path)
    edit, segment = wanted.actions
    broken = replace(wanted, actions=(edit, replace(segment, uses="test/fails")))
    carried = carry_out(broken, provider)
    assert carried.of(CheckMeasured)[0].message == (
        "cannot be measured: the result that a mask is made from is not there"
    )


def test_a_mask_that_changed_fails_the_check_in_words(tmp_path: Path, provider: CountingProvider) -> None:
    edit = action("edit", {"image": photo(tmp_path, "in/a.png", 1)})
    mask = replace(part_mask("50%"), spec=dict(part_mask("25%").spec))
    params: dict[str, CheckParam] = {"mask": mask, "max_changed": "0", "tolerance": 0}
    wanted = checked(tmp_path, edit, checks=(check(edit, kind="outside_mask_unchanged", params=params),))
    assert "is not the one the plan saw" in carry_out(wanted, provider).of(CheckMeasured)[0].message


def test_measurements_are_in_the_ledger_after_the_result(tmp_path: Path, provider: CountingProvider) -> None:
    carried = carry_out(shared(tmp_path), provider, policy=Policy(jobs=1))
    first = next(number for number, event in enumerate(carried.events) if isinstance(event, ActionSucceeded))
    assert carried.names()[first + 1 : first + 3] == ["check-measured", "check-measured"]
    with open_store(tmp_path) as store:
        assert store.ledger.events(RUN_ID) == carried.events
