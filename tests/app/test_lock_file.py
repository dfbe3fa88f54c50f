"""A lock file on disk: made where there is something to write, left alone where nothing is new, never half."""

from pathlib import Path

import pytest

from runner.app.lock_file import LockUpdate, read_lock_file, write_lock_file, write_results
from runner.app.project import Problems
from runner.catalog.lock import EMPTY_LOCK, with_urls
from runner.catalog.lock_lines import UrlPin
from runner.core.digest import Digest
from runner.core.errors import StoreError
from runner.plan.locking import Scope
from runner.store.store import open_store
from tests.plan.plans import catalog, make_plan, photo

PIN = UrlPin(url="https://a.example/a.png", digest=Digest("a" * 64), media_type="image/png", size_bytes=1)
RECIPE = """\
version: 1
name: small
inputs: { p: { file: a.png } }
steps: [{ id: small, uses: image/resize, with: { image: "${{ inputs.p }}", width: 40 } }]
"""


def test_an_empty_lock_makes_no_file(tmp_path: Path) -> None:
    write_lock_file(tmp_path / "r.lock", EMPTY_LOCK)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_is_written_whole_and_left_alone_when_it_is_the_same(tmp_path: Path) -> None:
    path, lock = tmp_path / "r.lock", with_urls(EMPTY_LOCK, [PIN])
    write_lock_file(path, lock)
    before = path.stat().st_ino
    write_lock_file(path, lock)
    assert (path.stat().st_ino, list(tmp_path.iterdir())) == (before, [path])
    assert read_lock_file(path) == lock
    write_lock_file(path, EMPTY_LOCK)
    assert path.read_text() == "# runner-lock/1\n"


def test_no_lock_is_none_and_a_damaged_one_problems(tmp_path: Path) -> None:
    assert read_lock_file(tmp_path / "r.lock") is None
    (tmp_path / "r.lock").write_text("<<<<<<< ours\n")
    assert isinstance(read_lock_file(tmp_path / "r.lock"), Problems)


@pytest.mark.parametrize("damage", ["<<<<<<< ours\n", "# runner-lock/9\n"])
def test_a_lock_that_was_damaged_during_a_run_is_not_written_over(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "r.lock"
    path.write_text(damage)
    update = LockUpdate(path=path, scope=Scope(is_selection=False, is_one_of_providers=False), pins=None)
    plan = make_plan(RECIPE, {"p": photo("a.png")})
    with open_store(tmp_path) as store, pytest.raises(StoreError, match="was damaged meanwhile") as told:
        write_results(update, plan, catalog().cards, store)
    assert told.value.code == "lock-not-written"
    assert path.read_text() == damage
