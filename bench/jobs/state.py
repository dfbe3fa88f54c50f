"""How long the state of a run takes: 100,000 actions recorded, and a run of as many gone on with after a kill."""

import shutil
import sqlite3
from pathlib import Path

from bench.batch_project import STEPS
from bench.done_project import write_done_project
from bench.measure import FLOORS, PYTHON, REPOSITORY, Program, alternate
from bench.results import Claim, Result, Row

_SIZES = (10_000, 100_000)
_TIMES = 3
_HOW = (
    "Recorded is what `execute` does with the state for each of 64 actions at one time: a lease, a look for an earlier "
    "result, the start, the result, its success, the lease given back; each waits until it is on the disk, and those "
    "of one moment share a transaction. The floor writes the same rows in transactions of 64 actions and has no "
    "leases. Gone on with is a run that was killed after its last action, so that `runner resume` reads its plan and "
    "its journal, finds all of it done, and ends it; × is over `runner plan` of the same project."
)


def measure(place: Path) -> Result:
    """Measure both."""
    rows: list[Row] = []
    claims: list[Claim] = []
    for actions in _SIZES:
        taken, claim = _recorded(place / f"recorded-{actions}", actions)
        rows, claims = [*rows, *taken], [*claims, claim]
    taken, claim = _resumed(place / "resumed", _SIZES[-1] // STEPS)
    grown = rows[2].figures, rows[0].figures
    notes = [_HOW]
    if grown[0] is not None and grown[1] is not None:
        ratio = grown[0].wall_s / grown[1].wall_s
        notes.append(f"It grows with the number of actions: ten times as many take {ratio:.1f} times as long.")
    return Result(number=9, title="The state of a run", rows=[*rows, *taken], claims=[*claims, claim], notes=notes)


def _recorded(root: Path, actions: int) -> tuple[list[Row], Claim]:
    project, state = root / "project", root / "floor.db"

    def start_again() -> None:
        shutil.rmtree(root, ignore_errors=True)
        project.mkdir(parents=True)

    ours = Program(
        name="the executor's records",
        words=(PYTHON, "-m", "bench.state_ours", str(project), str(actions)),
        folder=REPOSITORY,
        make_ready=start_again,
    )
    floor = Program(
        name="floors/state_rows.py",
        words=(PYTHON, str(FLOORS / "state_rows.py"), str(state), str(actions)),
        folder=REPOSITORY,
        make_ready=start_again,
    )
    taken, least = alternate([ours, floor], _TIMES)
    ratio, work = taken.wall_s / least.wall_s, f"{actions:,} actions recorded"
    rows = [
        Row(work=work, program=ours.name, figures=taken, ratio=ratio),
        Row(work=work, program=floor.name, figures=least, note="floor"),
    ]
    return rows, Claim(text=work, measured=ratio, bar=3)


def _resumed(root: Path, photos: int) -> tuple[list[Row], Claim]:
    recipe = write_done_project(root, photos)
    run = Program(name="runner run", words=(PYTHON, "-m", "runner", "run", str(recipe)), folder=root)
    alternate([run], 1, warm_up=False)
    resume = Program(
        name="runner resume",
        words=(PYTHON, "-m", "runner", "resume"),
        folder=root,
        make_ready=lambda: _kill_late(root / ".runner" / "state.db"),
    )
    plan = Program(name="runner plan", words=(PYTHON, "-m", "runner", "plan", str(recipe)), folder=root)
    taken, planned = alternate([resume, plan], 1, warm_up=False)
    ratio, work = taken.wall_s / planned.wall_s, f"a run of {photos * STEPS:,} actions gone on with"
    rows = [
        Row(work=work, program=resume.name, figures=taken, ratio=ratio),
        Row(work=work, program=plan.name, figures=planned, note="what it is held against"),
    ]
    return rows, Claim(text=f"{work}, over its plan", measured=ratio, bar=2)


def _kill_late(state: Path) -> None:
    """Make the newest run one whose process was killed before it could say that it was over."""
    with sqlite3.connect(state) as connection:
        (run_id,) = connection.execute("SELECT run_id FROM runs ORDER BY started_at DESC LIMIT 1").fetchone()
        last = "SELECT max(number) FROM events WHERE run_id = ?"
        connection.execute(f"DELETE FROM events WHERE number = ({last})", (run_id,))  # noqa: S608 - a constant
        connection.execute(
            "UPDATE runs SET state = NULL, finished_at = NULL, exit_code = NULL WHERE run_id = ?", (run_id,)
        )
    connection.close()
