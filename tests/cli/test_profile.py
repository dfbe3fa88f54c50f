"""``--profile FILE``: what it writes, when, and what it leaves alone."""

import pstats
from pathlib import Path

import pytest

from runner.cli.profile import profiled
from tests.cli.conftest import Runner


def functions(path: Path) -> set[str]:
    """The functions that a profile tells of, each after the stem of its module."""
    told: dict[tuple[str, int, str], object] = pstats.Stats(str(path)).stats  # type: ignore[attr-defined] # not typed
    return {f"{Path(file).stem}.{name}" for file, _, name in told}


def test_the_profile_tells_of_the_command(runner: Runner, project: Path) -> None:
    plain = runner("plan", "cards.yaml")
    profiled_plan = runner("--profile", project / "slow.prof", "plan", "cards.yaml")
    assert (profiled_plan.code, profiled_plan.out) == (plain.code, plain.out)
    assert {"build.build_plan", "plan.command"} <= functions(project / "slow.prof")


def test_a_profile_is_written_where_the_command_fails(runner: Runner, project: Path) -> None:
    assert runner("--profile", project / "slow.prof", "plan", "nowhere.yaml").code == 2
    assert "plan.command" in functions(project / "slow.prof")


def test_a_profile_is_written_where_the_command_is_interrupted(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), profiled(tmp_path / "slow.prof"):
        _is_interrupted()
    assert "test_profile._is_interrupted" in functions(tmp_path / "slow.prof")


def _is_interrupted() -> None:
    raise KeyboardInterrupt


def test_an_earlier_profile_is_replaced(runner: Runner, project: Path) -> None:
    for _ in range(2):
        assert runner("--profile", project / "slow.prof", "check", "cards.yaml").code == 0
    assert "check.command" in functions(project / "slow.prof")


@pytest.mark.parametrize("name", ["cards.yaml", "nowhere/slow.prof", "."])
def test_what_cannot_be_written_is_refused_before_anything_is_done(runner: Runner, project: Path, name: str) -> None:
    before = (project / "cards.yaml").read_bytes()
    ended = runner("--profile", project / name, "run", "cards.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert "error[no-profile]" in ended.err
    assert (project / "cards.yaml").read_bytes() == before
    assert not (project / "out").exists()
