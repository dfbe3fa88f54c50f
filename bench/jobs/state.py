"""How long the state takes to record 100,000 actions, and a run that was killed after them to be gone on with."""

import shutil
from functools import partial
from pathlib import Path

from bench.done_project import leave_unfinished, write_done_project
from bench.measure import FLOORS, PYTHON, REPOSITORY, Program, alternate
from bench.results import Claim, Result, Row
from bench.state_ours import IN_FLIGHT

_ACTIONS = 100_000
_TIMES = 3
_HOW = (
    "Recorded is what a run writes of each action: that it began, its result, that it succeeded, each on the disk "
    f"before the action goes on; {IN_FLIGHT} actions are in flight, and what they write at one moment shares a "
    f"transaction. The floor writes the same rows in the same order, {IN_FLIGHT} in each transaction, knowing them "
    "beforehand."
)
_RESUME = (
    "The killed run had recorded all of its actions. `resume` reads the plan that the run began with, and what it "
    "recorded; it is held against `runner plan` of the same recipe, in the same alternation. To the end, it finds out "
    "that all is done, looks at each output, and writes the lock file again; its report is a stand-in."
)


def measure(place: Path) -> Result:
    """Measure both."""
    rows, recorded = _recorded(place / "recorded")
    more, resumed = _resumed(place / "killed")
    return Result(rows=[*rows, *more], claims=[recorded, resumed], notes=[_HOW, _RESUME])


def _recorded(root: Path) -> tuple[list[Row], Claim]:
    root.mkdir()
    state, copy = root / ".runner" / "state.db", root / "copy.db"

    def forget_copy() -> None:
        for path in root.glob("copy.db*"):
            path.unlink()

    ours = Program(
        name="the store of a run",
        words=(PYTHON, "-m", "bench.state_ours", str(root), str(_ACTIONS)),
        folder=REPOSITORY,
        make_ready=partial(shutil.rmtree, root / ".runner", ignore_errors=True),
    )
    floor = Program(
        name="floors/state_rows.py",
        words=(PYTHON, str(FLOORS / "state_rows.py"), str(state), str(copy), str(IN_FLIGHT)),
        folder=REPOSITORY,
        make_ready=forget_copy,
    )
    taken, least = alternate([ours, floor], _TIMES, warm_up=False)
    work, ratio = f"{_ACTIONS:,} actions recorded", taken.wall_s / least.wall_s
    rows = [
        Row(work=work, program=ours.name, figures=taken, ratio=ratio),
        Row(work=work, program=floor.name, figures=least, note="floor"),
    ]
    return rows, Claim(text=f"{work}, over bare sqlite3", measured=ratio, bar=3)


def _resumed(root: Path) -> tuple[list[Row], Claim]:
    recipe = write_done_project(root, _ACTIONS // 2)
    leave_unfinished(recipe)
    state, kept = root / ".runner", root.with_name("state")
    shutil.copytree(state, kept)

    def kill_again() -> None:
        shutil.copyfile(kept / "state.db", state / "state.db")
        for path in state.glob("state.db-*"):
            path.unlink()

    words = (PYTHON, str(REPOSITORY / "bench" / "resume_plan.py"), "resume")
    resume = Program(name="runner resume, until it knows what is left", words=words, folder=root)
    plan = Program(name="runner plan", words=(PYTHON, "-m", "runner", "plan", str(recipe)), folder=root)
    whole = Program(name="runner resume", words=(PYTHON, "-m", "runner", "resume"), folder=root, make_ready=kill_again)
    taken, planned = alternate([resume, plan], _TIMES)
    (to_the_end,) = alternate([whole], 1, warm_up=False)
    work, ratio = f"{_ACTIONS // 2:,} photos × 2 steps, killed", taken.wall_s / planned.wall_s
    rows = [
        Row(work=work, program=resume.name, figures=taken, ratio=ratio),
        Row(work=work, program=plan.name, figures=planned, note="what it is held against"),
        Row(work=work, program=whole.name, figures=to_the_end, ratio=to_the_end.wall_s / planned.wall_s),
    ]
    return rows, Claim(text=f"{_ACTIONS:,} actions to be resumed, known, over a plan", measured=ratio, bar=2)
