"""A lease has one owner, and ends with its process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.store.leases import Leases
from runner.store.state import State, open_state


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = open_state(tmp_path / "state.db")
    yield opened
    opened.close()


def leave(state: State, *, process: int, host: str, until_s: float) -> None:
    """Leave a lease of somebody else behind."""
    row = ("action:1", "somebody", host, process, until_s)
    state.write(lambda connection: connection.execute("INSERT INTO leases VALUES (?, ?, ?, ?, ?)", row))


def a_process_that_is_gone() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


FOREVER_S = 1e12


def test_a_lease_has_one_owner(state: State) -> None:
    mine, yours = Leases(state), Leases(state)
    assert mine.claim("action:1")
    assert not yours.claim("action:1")
    assert yours.claim("action:2")


def test_a_lease_is_not_given_twice_to_its_owner(state: State) -> None:
    mine = Leases(state)
    assert mine.claim("action:1")
    assert not mine.claim("action:1")


def test_a_released_lease_is_free(state: State) -> None:
    mine, yours = Leases(state), Leases(state)
    mine.claim("action:1")
    mine.release("action:1")
    assert not mine.is_held("action:1")
    assert yours.claim("action:1")


def test_nobody_releases_the_lease_of_another(state: State) -> None:
    mine, yours = Leases(state), Leases(state)
    mine.claim("action:1")
    yours.release("action:1")
    assert yours.is_held("action:1")


def test_the_lease_of_a_process_that_is_gone_is_free(state: State) -> None:
    leave(state, process=a_process_that_is_gone(), host=os.uname().nodename, until_s=FOREVER_S)
    assert not Leases(state).is_held("action:1")
    assert Leases(state).claim("action:1")


def test_the_lease_of_a_living_process_is_not_free(state: State) -> None:
    leave(state, process=os.getpid(), host=os.uname().nodename, until_s=FOREVER_S)
    assert not Leases(state).claim("action:1")


def test_the_lease_of_another_machine_lasts_until_its_end(state: State) -> None:
    leave(state, process=a_process_that_is_gone(), host="elsewhere", until_s=FOREVER_S)
    assert not Leases(state).claim("action:1")


def test_a_lease_that_was_not_renewed_is_free(state: State) -> None:
    leave(state, process=os.getpid(), host="elsewhere", until_s=1.0)
    assert Leases(state).claim("action:1")


def test_renewing_prolongs_what_one_holds(state: State) -> None:
    mine = Leases(state)
    mine.claim("action:1")
    state.write(lambda connection: connection.execute("UPDATE leases SET until_s = 1.0"))
    assert not mine.is_held("action:1")
    mine.renew()
    assert mine.is_held("action:1")
