"""Killed at every instant of a push or a pull: nothing half is ever taken, and the next one finishes the work."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.cli.main import run_command
from runner.core.digest import ActionKey
from runner.store.remote import Remote, open_remote
from runner.store.results import Known
from runner.store.store import open_store
from tests.cli.exchange_crash import settings_for
from tests.cli.sharing import make_projects

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="kills forked processes")]

RESULTS = 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every state that a killed exchange left behind, below a folder."""
    place = tmp_path_factory.mktemp("exchange")
    make_projects(place, "a")
    (place / "ann").rename(place / "full")
    (place / "bob").rename(place / "empty")
    (place / "full" / "runner.toml").write_text(settings_for(place / "share"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(place / "full")
        assert run_command(["run", "cards.yaml", "-q"]) == 0
    for command in ("push", "pull"):
        words = [sys.executable, "-m", "tests.cli.exchange_crash", str(place), command]
        ended = subprocess.run(words, capture_output=True, text=True, timeout=300, check=True)
        assert int(ended.stdout) > 10
    return place


def wrecks(folder: Path, command: str) -> list[Path]:
    return sorted(folder.glob(f"[0-9]*-{command}"))


def shared(wreck: Path) -> Iterator[tuple[Remote, ActionKey]]:
    """What a remote says that it has."""
    remote = open_remote(f"file://{wreck / 'share'}")
    if remote.is_begun():
        yield from ((remote, key) for folder in remote.folders() for key in remote.keys_in(folder))


def test_no_instant_of_a_push_leaves_a_result_that_is_not_whole(folder: Path) -> None:
    assert len(wrecks(folder, "push")) > 10
    for wreck in wrecks(folder, "push"):
        for remote, key in shared(wreck):
            known = remote.result(key)
            assert isinstance(known, Known), wreck.name
            assert isinstance(remote.blob(known.artifact), bytes), wreck.name


def test_no_instant_of_a_pull_leaves_a_result_that_is_not_whole(folder: Path) -> None:
    assert len(wrecks(folder, "pull")) > 10
    for wreck in wrecks(folder, "pull"):
        with open_store(wreck / "project") as store:
            assert list(store.blobs.verify()) == [], wreck.name
            assert all(store.blobs.contains(digest) for digest in store.results.references()), wreck.name


@pytest.mark.parametrize("command", ["push", "pull"])
def test_the_next_one_finishes_the_work(folder: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for wreck in wrecks(folder, command)[::3]:
        again = Path(shutil.copytree(wreck, wreck.with_name(f"again-{wreck.name}")))
        (again / "project" / "runner.toml").write_text(settings_for(again / "share"))
        monkeypatch.chdir(again / "project")
        assert run_command(["cache", command, "-q"]) == 0
        assert len(list(shared(again))) == RESULTS, wreck.name
        with open_store(again / "project") as store:
            assert len(store.lookup(key for _, key in shared(again))) == RESULTS, wreck.name
