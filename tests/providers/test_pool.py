"""Worker processes answer, fail and die without taking others along."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runner.core.errors import EngineError, ProviderError
from runner.providers.cores import available_cores
from runner.providers.pool import WorkerPool
from tests.providers import calls

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as opened:
        yield opened


def test_a_call_is_answered_by_another_process(pool: WorkerPool) -> None:
    async def both() -> tuple[int, int]:
        return await pool.run(calls.add, 2, 3), await pool.run(calls.process_id)

    total, process = asyncio.run(both())
    assert total == 5
    assert process != os.getpid()


def test_a_worker_is_used_again(pool: WorkerPool) -> None:
    async def twice() -> list[int]:
        return [await pool.run(calls.process_id), await pool.run(calls.process_id)]

    first, second = asyncio.run(twice())
    assert first == second


def test_a_task_is_answered_where_it_was_before() -> None:
    async def ask(two: WorkerPool) -> tuple[list[int], list[int]]:
        async def twice() -> list[int]:
            first = await two.run(calls.process_id)
            await both.wait()
            await asyncio.create_task(two.run(calls.process_id))
            return [first, await two.run(calls.process_id)]

        both = asyncio.Barrier(2)
        return await asyncio.gather(twice(), twice())

    with WorkerPool(2) as two:
        for first, later in asyncio.run(ask(two)):
            assert first == later


def test_cores_are_shared_out_to_numerical_libraries(pool: WorkerPool) -> None:
    assert asyncio.run(pool.run(calls.threads_allowed)) == str(available_cores())


def test_the_error_of_an_engine_arrives_whole(pool: WorkerPool) -> None:
    with pytest.raises(EngineError) as caught:
        asyncio.run(pool.run(calls.find_nothing))
    error = caught.value
    assert (error.code, error.message, error.hint, error.retryable) == (
        "no-visible-iris",
        "no visible iris",
        "another photo",
        False,
    )


def test_a_bug_says_where_it_happened(pool: WorkerPool) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        asyncio.run(pool.run(calls.stumble))
    assert "in stumble" in "".join(caught.value.__notes__)


def test_an_exception_that_cannot_travel_is_told_as_text(pool: WorkerPool) -> None:
    with pytest.raises(RuntimeError, match="in stumble_stubbornly"):
        asyncio.run(pool.run(calls.stumble_stubbornly))


def test_running_out_of_memory_may_be_tried_again(pool: WorkerPool) -> None:
    with pytest.raises(ProviderError) as caught:
        asyncio.run(pool.run(calls.run_out_of_memory))
    assert (caught.value.code, caught.value.retryable) == ("out-of-memory", True)


def test_a_killed_worker_fails_its_call_alone(pool: WorkerPool) -> None:
    async def die_then_add() -> int:
        with pytest.raises(ProviderError) as caught:
            await pool.run(calls.die)
        assert (caught.value.code, caught.value.retryable) == ("worker-died", True)
        assert "killed by signal 9" in caught.value.message
        return await pool.run(calls.add, 2, 3)

    assert asyncio.run(die_then_add()) == 5


def test_a_call_beside_a_killed_worker_is_answered(tmp_path: Path) -> None:
    async def side_by_side(two: WorkerPool) -> tuple[object, object]:
        return await asyncio.gather(two.run(calls.die), two.run(calls.add, 2, 3), return_exceptions=True)

    with WorkerPool(2) as two:
        died, total = asyncio.run(side_by_side(two))
    assert isinstance(died, ProviderError)
    assert total == 5


def test_ctrl_c_does_not_reach_a_worker(pool: WorkerPool) -> None:
    assert asyncio.run(pool.run(calls.be_interrupted)) == "still here"


def test_a_cancelled_call_ends_its_worker(pool: WorkerPool, tmp_path: Path) -> None:
    announced = tmp_path / "process"

    async def cancel_in_the_middle() -> None:
        call = asyncio.create_task(pool.run(calls.announce_and_sleep, str(announced), 60.0))
        await until(announced.is_file)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(cancel_in_the_middle())
    assert not is_alive(int(announced.read_text()))
    assert asyncio.run(pool.run(calls.add, 2, 3)) == 5


def test_closing_ends_busy_workers(tmp_path: Path) -> None:
    announced = tmp_path / "process"

    async def close_in_the_middle() -> None:
        with WorkerPool(1) as pool:
            call = asyncio.create_task(pool.run(calls.announce_and_sleep, str(announced), 60.0))
            await until(announced.is_file)
            pool.close()
            with pytest.raises(ProviderError):
                await call

    asyncio.run(close_in_the_middle())
    assert not is_alive(int(announced.read_text()))


_INTERRUPTED = """
import asyncio, os, signal, threading
from runner.providers.pool import WorkerPool
from tests.providers import calls

async def add():
    with WorkerPool(1) as pool:
        return await pool.run(calls.add, 2, 3)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: None)
    done = threading.Event()
    def interrupt():
        while not done.wait(0.005):
            os.killpg(0, signal.SIGINT)
            os.killpg(0, signal.SIGTERM)
    thread = threading.Thread(target=interrupt, daemon=True)
    thread.start()
    print(asyncio.run(add()))
    done.set()
    thread.join()
"""


def test_ctrl_c_does_not_reach_a_worker_that_is_starting(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_INTERRUPTED)
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.stdout, done.stderr) == ("5\n", "")


_PARENT = """
import asyncio, sys
from runner.providers.pool import WorkerPool
from tests.providers import calls

if __name__ == "__main__":
    pool = WorkerPool(1)
    asyncio.run(pool.run(calls.announce_and_sleep, sys.argv[1], 0.0))
    print("idle", flush=True)
    sys.stdin.read()
"""


def test_a_worker_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    announced, script = tmp_path / "process", tmp_path / "parent.py"
    script.write_text(_PARENT)
    parent = subprocess.Popen(
        [sys.executable, str(script), str(announced)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"idle\n"
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    worker = int(announced.read_text())
    assert asyncio.run(until(lambda: not is_alive(worker)))


async def until(condition: Callable[[], bool]) -> bool:
    """Wait at most half a minute for something to become true."""
    give_up_at = time.monotonic() + 30
    while not condition():
        if time.monotonic() > give_up_at:
            return False
        await asyncio.sleep(0.02)
    return True


def is_alive(process: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False
