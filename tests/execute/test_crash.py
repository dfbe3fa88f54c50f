"""Killed at any instant, a run goes on where it was."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runner.core.errors import ExitCode
from runner.core.event import CheckMeasured
from runner.execute.draws import draw_key
from runner.store.store import open_store
from tests.execute import crash
from tests.execute.plans import RUN_ID, carry_out, png
from tests.execute.providers import CountingProvider

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wrecks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One project folder per instant at which its run was killed."""
    return wreck(tmp_path_factory.mktemp("wrecks"), "plain")


def wreck(folder: Path, kind: str) -> list[Path]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.execute.crash", str(folder), kind],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    instants = int(done.stdout)
    assert instants > 40
    return [folder / f"{instant:03}" for instant in range(1, instants)]


def test_no_instant_leaves_a_damaged_or_half_blob(wrecks: list[Path]) -> None:
    for root in wrecks:
        with open_store(root) as store:
            assert list(store.blobs.verify()) == [], root.name
            assert {path.name for path in (root / ".runner").glob("blobs/sha256/*/*")} == set(store.blobs.digests())
            rows = store.results.references()
            assert all(store.blobs.contains(digest) for digest in rows), root.name


def test_no_instant_leaves_half_an_output(wrecks: list[Path]) -> None:
    whole = {path.name: path.read_bytes() for path in (finished(wrecks[-1]) / "out").glob("*.png")}
    assert len(whole) == 2
    for root in wrecks:
        for path in (root / "out").glob("*.png"):
            assert path.read_bytes() == whole[path.name], root.name


def finished(root: Path) -> Path:
    """Carry out the rest of a run."""
    assert carry_out(crash.wanted(root), CountingProvider()).code == ExitCode.DONE
    return root


def test_going_on_does_no_finished_work_again_and_comes_to_the_same_end(wrecks: list[Path]) -> None:
    for root in wrecks:
        wanted = crash.wanted(root)
        keys = {one.step: (one.key, one.raw_key) for one in wanted.actions}
        with open_store(root) as store:
            known = store.lookup([key for pair in keys.values() for key in pair])
        provider = CountingProvider()
        carried = carry_out(wanted, provider)
        assert carried.code == ExitCode.DONE, root.name
        assert not [step for step in provider.steps if set(keys[step]) & set(known)], root.name
        assert sorted(path.name for path in (root / "out").iterdir() if path.suffix == ".png") == [
            "first.png",
            "second.png",
        ]
        assert not list((root / "out").glob(".*.part")), root.name
        with open_store(root) as store:
            assert list(store.blobs.verify()) == []
            assert [row.state for row in store.ledger.runs()] == ["succeeded"]


def test_going_on_between_draws_draws_nothing_twice_and_comes_to_the_same_result(tmp_path: Path) -> None:
    for root in wreck(tmp_path, "draws"):
        wanted, provider = crash.drawn(root), crash.drawing(root)
        with open_store(root) as store:
            known = store.lookup([draw_key(wanted.actions[0].key, number) for number in range(3)])
        carried = carry_out(wanted, provider)
        assert carried.code == ExitCode.DONE, root.name
        assert not set(provider.keys) & set(known), root.name
        assert [event.draw for event in carried.of(CheckMeasured) if event.passed] == [1], root.name
        assert (root / "out/cell.png").read_bytes() == png(5), root.name


_SCRIPT = """
import asyncio
import sys
from pathlib import Path
from runner.execute.doors import Policy
from tests.execute.plans import action, carry_out, photo, plan
from tests.execute.providers import CountingProvider

def wanted(root):
    given = photo(root, "in/a.png", 1)
    return plan(root, *(action(f"step {number}", {"image": given}) for number in range(40)))

class Logging(CountingProvider):
    async def collect(self, job):
        response = await super().collect(job)
        with open(Path(sys.argv[1]) / "work.log", "a") as log:
            log.write(job.request.key + "\\n")
        while (Path(sys.argv[1]) / "held").exists():
            await asyncio.sleep(0.01)
        return response

if __name__ == "__main__":
    root = Path(sys.argv[1])
    sys.exit(carry_out(wanted(root), Logging(0.05), run_id=sys.argv[2], policy=Policy(jobs=2)).code)
"""


def start(root: Path, run_id: str) -> subprocess.Popen[bytes]:
    """Carry out forty slow actions in a process of its own; none ends while there is a file ``held``."""
    script = root / "script.py"
    script.write_text(_SCRIPT)
    return subprocess.Popen(
        [sys.executable, str(script), str(root), run_id], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )


def known_keys(root: Path) -> set[str]:
    with open_store(root) as store:
        return {str(row[0]) for row in store.state.read("SELECT key FROM results")}


def work_log(root: Path) -> list[str]:
    log = root / "work.log"
    return log.read_text().split() if log.is_file() else []


def wait_for_work(root: Path, lines: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until so much work is done; the process must not end before."""
    while len(work_log(root)) < lines:
        assert process.poll() is None
        time.sleep(0.01)


def test_a_batch_that_is_killed_again_and_again_does_nothing_twice(tmp_path: Path) -> None:
    for patience in (5, 17, 28):
        process = start(tmp_path, RUN_ID)
        wait_for_work(tmp_path, patience, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert start(tmp_path, RUN_ID).wait(timeout=60) == 0
    log = work_log(tmp_path)
    assert len(known_keys(tmp_path)) == 40
    # What was in flight when the process was killed (at most two jobs, three times) may be done again.
    assert len(log) - len(set(log)) <= 6
    with open_store(tmp_path) as store:
        assert list(store.blobs.verify()) == []


def test_two_processes_share_a_plan_without_doing_an_action_twice(tmp_path: Path) -> None:
    known_keys(tmp_path)
    processes = [start(tmp_path, f"20261121T000000-00000{number}") for number in range(2)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    log = work_log(tmp_path)
    assert len(log) == 40
    assert len(set(log)) == 40


def test_one_run_is_not_carried_out_by_two_processes(tmp_path: Path) -> None:
    (tmp_path / "held").touch()
    first = start(tmp_path, RUN_ID)
    wait_for_work(tmp_path, 1, first)
    second = start(tmp_path, RUN_ID)
    assert second.wait(timeout=60) != 0
    (tmp_path / "held").unlink()
    assert first.wait(timeout=60) == 0
