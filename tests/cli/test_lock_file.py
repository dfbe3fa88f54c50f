"""The lock file beside a recipe: what runs write into it, what git merges, and what ``--frozen`` demands of it."""

import subprocess
from pathlib import Path

import pytest

from runner.samples.project import SAMPLES, project_files
from tests.cli.conftest import RECIPE, Ended, Runner, draw_photo

pytestmark = pytest.mark.slow

ATTRIBUTES = "*.lock text eol=lf merge=union\n"


@pytest.fixture
def locked(runner: Runner, project: Path) -> Path:
    """A project whose recipe was run."""
    done = runner("run", "cards.yaml", "-q")
    assert done.code == 0, done.err
    return project


def lock_of(project: Path) -> list[str]:
    """The step and cell of each line; the lines are sorted."""
    header, *lines = (project / "cards.lock").read_text().splitlines()
    assert (header, lines) == ("# runner-lock/1", sorted(set(lines)))
    return sorted(" ".join(line.split(" ")[2:4]) for line in lines)


EACH = ["card a", "card b", "card c", "small a", "small b", "small c"]


def test_a_run_writes_one_sorted_line_for_each_action(runner: Runner, locked: Path) -> None:
    assert lock_of(locked) == EACH
    (line,) = [line for line in (locked / "cards.lock").read_text().splitlines() if " card b " in line]
    names = [word.partition("=")[0] for word in line.split(" ")[4:]]
    assert names == ["local", "image/composite@1", "0.00/request", "input.overlay", "mask.mask", "result"]


def test_a_lock_is_written_again_only_where_something_changed(runner: Runner, locked: Path) -> None:
    written = (locked / "cards.lock").stat()
    assert runner("run", "cards.yaml", "-q").code == 0
    (locked / "photos" / "a.png").rename(locked / "photos" / "a_.png")
    (locked / "photos" / "a_.png").rename(locked / "photos" / "a.png")
    assert runner("run", "cards.yaml", "--select", "b", "-q").code == 0
    now = (locked / "cards.lock").stat()
    assert (now.st_mtime_ns, now.st_ino) == (written.st_mtime_ns, written.st_ino)
    draw_photo(locked / "photos" / "a.png", seed=9)
    assert runner("run", "cards.yaml", "-q").code == 0
    assert lock_of(locked) == EACH
    assert (locked / "cards.lock").stat().st_mtime_ns != written.st_mtime_ns


def test_lines_of_what_is_gone_are_dropped_and_a_selection_keeps_the_others(runner: Runner, locked: Path) -> None:
    draw_photo(locked / "photos" / "d.png", seed=9)
    assert runner("run", "cards.yaml", "--select", "d", "-q").code == 0
    assert lock_of(locked) == sorted([*EACH, "card d", "small d"])
    (locked / "photos" / "b.png").unlink()
    assert runner("run", "cards.yaml", "--select", "d", "-q").code == 0
    assert "card b" in lock_of(locked)
    assert runner("run", "cards.yaml", "-q").code == 0
    assert lock_of(locked) == ["card a", "card c", "card d", "small a", "small c", "small d"]


def test_a_plan_writes_no_lock(runner: Runner, project: Path) -> None:
    runner("plan", "cards.yaml", "-o", "plan.json")
    assert not (project / "cards.lock").exists()


def test_frozen_does_what_is_locked_and_there(runner: Runner, locked: Path) -> None:
    (locked / "out" / "a.png").unlink()
    before = (locked / "cards.lock").stat().st_mtime_ns
    assert runner("plan", "cards.yaml", "--frozen").code == 0
    assert runner("run", "cards.yaml", "--frozen", "-q").code == 0
    assert (locked / "out" / "a.png").is_file()
    assert (locked / "cards.lock").stat().st_mtime_ns == before


def both(runner: Runner) -> Ended:
    """What ``plan`` and ``run`` say when they are frozen, which is the same."""
    planned, ran = runner("plan", "cards.yaml", "--frozen"), runner("run", "cards.yaml", "--frozen", "--yes")
    assert (planned.code, planned.out) == (ran.code, ran.out) == (3, "")
    assert planned.err == ran.err
    return ran


def test_frozen_without_a_lock_is_refused(runner: Runner, project: Path) -> None:
    assert "cards.lock:1:1: error[frozen-miss]: there is no lock file 'cards.lock'" in both(runner).err


def test_frozen_asks_no_network_for_a_picture_that_is_not_pinned(runner: Runner, project: Path) -> None:
    (project / "cards.yaml").write_text(RECIPE.replace("inputs:", "inputs:\n  logo: { url: https://a.example/a.png }"))
    (project / "cards.lock").write_text("# runner-lock/1\n")
    told = both(runner).err
    assert told.startswith("cards.yaml:4:16: error[frozen-miss]: 'https://a.example/a.png' is not pinned")


def test_frozen_lists_what_is_not_locked(runner: Runner, locked: Path) -> None:
    draw_photo(locked / "photos" / "d.png", seed=9)
    draw_photo(locked / "photos" / "e.png", seed=10)
    told = both(runner).err
    assert "cards.yaml:8:9: error[frozen-miss]: 2 results of step 'small' are not in 'cards.lock'" in told
    assert "cards.yaml:11:9: error[frozen-miss]: 2 results of step 'card' are not in 'cards.lock'" in told
    assert "hint: for d, e" in told


def test_frozen_lists_what_is_not_in_the_store(runner: Runner, locked: Path) -> None:
    for blob in (locked / ".runner" / "blobs").rglob("*"):
        if blob.is_file():
            blob.unlink()
    assert "error[frozen-miss]: 3 results of step 'card' are not in the store" in both(runner).err


def test_a_result_that_is_not_the_locked_one_is_told_and_when_frozen_refused(runner: Runner, locked: Path) -> None:
    lock = locked / "cards.lock"
    right = lock.read_text()
    (line,) = [line for line in right.splitlines() if " card b " in line]
    other = line[: line.index(" result=")] + f" result=sha256:{'0' * 64}"
    lock.write_text(right.replace(line, other))
    assert "error[drift]: a result of step 'card' is not what 'cards.lock' holds" in both(runner).err
    assert "cards.yaml:11:9: warning[drift]: " in runner("plan", "cards.yaml").err
    ran = runner("run", "cards.yaml")
    assert ran.code == 0
    assert "drift     1 result is not the one in the lock file: card of b" in ran.out
    page = (locked / "reports" / "cards" / "index.html").read_text()
    assert "1 result is not the one in the lock file: card of b" in page
    assert lock.read_text() == right  # a run that is not frozen writes down what it found


@pytest.mark.parametrize("command", [("check",), ("plan",), ("run", "--yes"), ("plan", "--frozen")])
def test_a_conflict_is_one_diagnostic_at_its_place(runner: Runner, locked: Path, command: tuple[str, ...]) -> None:
    lines = (locked / "cards.lock").read_text().splitlines()
    conflict = [*lines[:2], "<<<<<<< HEAD", lines[2], "=======", lines[3], ">>>>>>> other", *lines[4:], ""]
    (locked / "cards.lock").write_text("\n".join(conflict))
    told = runner(*command, "cards.yaml")
    assert told.code == 1
    assert told.err.startswith("cards.lock:3:1: error[merge-conflict]: a merge conflict was left here\n")
    assert told.err.count("error[") == 1


def git(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(command, cwd=project, check=False, capture_output=True, text=True)


def two_branches(runner: Runner, project: Path) -> subprocess.CompletedProcess[str]:
    """Add a photo on each of two branches, run and commit there, and merge them."""
    (project / ".gitignore").write_text(".runner/\nout/\nreports/\n")
    for words in (("init",), ("add", "-A"), ("commit", "-m", "base")):
        assert git(project, *words).returncode == 0
    for branch, name, seed in (("left", "d", 20), ("right", "e", 21)):
        git(project, "checkout", "-b", branch, "main")
        draw_photo(project / "photos" / f"{name}.png", seed=seed)
        assert runner("run", "cards.yaml", "-q").code == 0
        git(project, "add", "-A")
        assert git(project, "commit", "-m", name).returncode == 0
    return git(project, "merge", "left")


def test_branches_that_add_different_photos_merge_without_conflict(runner: Runner, locked: Path) -> None:
    (locked / ".gitattributes").write_text(ATTRIBUTES)
    merged = two_branches(runner, locked)
    assert merged.returncode == 0, merged.stdout
    assert runner("plan", "cards.yaml", "--frozen").code == 0  # as git left it
    assert runner("run", "cards.yaml", "-q").code == 0
    assert lock_of(locked) == sorted([*EACH, "card d", "card e", "small d", "small e"])


def test_a_conflict_is_resolved_by_keeping_both_sides(runner: Runner, locked: Path) -> None:
    (locked / "photos" / "b.png").unlink()
    (locked / "photos" / "c.png").unlink()
    assert runner("run", "cards.yaml", "-q").code == 0  # so few lines that what is added stands side by side
    merged = two_branches(runner, locked)
    assert "CONFLICT (content): Merge conflict in cards.lock" in merged.stdout
    assert "error[merge-conflict]" in runner("plan", "cards.yaml").err
    lock = locked / "cards.lock"
    kept = [line for line in lock.read_text().splitlines() if line[0] not in "<=>"]
    lock.write_text("\n".join([*kept, ""]))
    assert runner("plan", "cards.yaml", "--frozen").code == 0
    assert runner("run", "cards.yaml", "-q").code == 0
    assert lock_of(locked) == ["card a", "card d", "card e", "small a", "small d", "small e"]


def test_a_photo_changed_on_both_branches_leaves_no_line_of_either(runner: Runner, locked: Path) -> None:
    (locked / ".gitattributes").write_text(ATTRIBUTES)
    git(locked, "init")
    lock, lines = locked / "cards.lock", (locked / "cards.lock").read_text().splitlines()
    draw_photo(locked / "photos" / "a.png", seed=30)
    assert runner("run", "cards.yaml", "-q").code == 0
    ours = lock.read_text().splitlines()
    lock.write_text("\n".join([*ours, *reversed(lines), ""]))  # what a union of both sides looks like
    assert runner("plan", "cards.yaml", "--frozen").code == 0
    assert runner("run", "cards.yaml", "-q").code == 0
    assert lock.read_text().splitlines() == ours


def test_a_new_project_tells_git_how_to_merge_locks() -> None:
    attributes = project_files(next(iter(SAMPLES.values())))[".gitattributes"].decode()
    assert "recipes/*.lock text eol=lf merge=union\n" in attributes


def test_a_lock_that_cannot_be_read_is_told_before_anything_is_done(runner: Runner, locked: Path) -> None:
    (locked / "cards.yaml").write_text(RECIPE.replace("width: 40", "width: 41"))
    (locked / "cards.lock").unlink()
    (locked / "cards.lock").mkdir()
    told = runner("run", "cards.yaml", "-q")
    assert told.code == 2
    assert "error[unreadable-file]: cannot read 'cards.lock'" in told.err
