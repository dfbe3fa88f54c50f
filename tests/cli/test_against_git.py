"""``plan --against`` in every shape of repository, which it only reads."""

import os
import time
from pathlib import Path

import pytest

from runner.core.digest import digest_bytes
from tests.cli.conftest import Runner, draw_photo
from tests.cli.repositories import PLAN, RECIPE, against, commit_all, draw_mask, git, told, write_project

PHOTO_B = ["changed brand b/oak b/walnut", "changed fabric b/oak", "changed fabric b/walnut"]


@pytest.fixture
def sofas(project: Path) -> Path:
    """A project in git with two commits: the second has another photo ``b``."""
    (project / "cards.yaml").unlink()
    write_project(project)
    commit_all(project)
    draw_photo(project / "photos" / "b.png", seed=70)
    commit_all(project)
    return project


def short(found: dict[str, object]) -> list[str]:
    return [line.split(":")[0] for line in told(found)]


@pytest.mark.parametrize("ref", ["HEAD~1", "main~1", "HEAD^", "@{1}"])
def test_any_name_of_a_commit_is_a_ref(runner: Runner, sofas: Path, ref: str) -> None:
    assert short(against(runner, ref)) == PHOTO_B


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("nowhere", "git has no commit 'nowhere'"),
        ("--exec=touch x", "is no git ref"),
        ("", "is no git ref"),
        ("HEAD\n", "is no git ref"),
        ("HEAD:recipes", "git has no commit 'HEAD:recipes'"),
        ("gone.json", "git has no commit 'gone.json'"),
    ],
)
def test_what_is_no_ref_is_refused(runner: Runner, sofas: Path, ref: str, said: str) -> None:
    ended = runner(*PLAN, "--against", ref)
    assert ended.code == 2
    assert said in ended.err


def test_a_branch_that_only_the_server_has_is_proposed(
    runner: Runner, sofas: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(sofas, "branch", "autumn", "HEAD~1")
    clone = tmp_path_factory.mktemp("clones") / "clone"
    git(sofas, "clone", "-q", sofas, clone)
    monkeypatch.chdir(clone)
    assert "did you mean 'origin/autumn'?" in runner(*PLAN, "--against", "autumn").err
    assert short(against(runner, "origin/autumn")) == PHOTO_B


def test_a_worktree_is_compared_with_any_branch(
    runner: Runner, sofas: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path_factory.mktemp("trees") / "old"
    git(sofas, "worktree", "add", "-q", "-b", "old", other, "HEAD~1")
    monkeypatch.chdir(other)
    assert short(against(runner, "main")) == PHOTO_B
    assert short(against(runner, "old")) == []


def test_a_shallow_clone_says_that_its_history_is_missing(
    runner: Runner, sofas: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = tmp_path_factory.mktemp("clones") / "shallow"
    before = git(sofas, "rev-parse", "HEAD~1")
    git(sofas, "clone", "-q", "--depth", "1", f"file://{sofas}", clone)
    monkeypatch.chdir(clone)
    ended = runner(*PLAN, "--against", before)
    assert ended.code == 2
    assert ended.err.startswith(f"error[no-history]: '{before}' is not in this clone, which has only a part of the")
    assert "fetch-depth: 0" in ended.err
    git(clone, "fetch", "-q", "--depth", "1", "origin", before)
    assert short(against(runner, before)) == PHOTO_B


def test_a_project_below_the_top_of_its_repository_is_compared(
    runner: Runner, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "runner.toml").unlink()
    root = write_project(project / "shop" / "sofas")
    commit_all(project)
    draw_photo(root / "photos" / "b.png", seed=70)
    monkeypatch.chdir(root)
    assert short(against(runner, "HEAD")) == PHOTO_B


@pytest.fixture
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of three photos."""
    root = tmp_path_factory.mktemp("photos")
    for number, name in enumerate("abc"):
        draw_photo(root / f"{name}.png", seed=number)
    commit_all(root)
    return root


def with_submodule(project: Path, photos: Path) -> Path:
    """A project in git whose photos are a submodule."""
    write_project(project)
    for photo in (project / "photos").iterdir():
        photo.unlink()
    (project / "photos").rmdir()
    (project / "cards.yaml").unlink()
    git(project, "init", "-q", "-b", "main")
    git(project, "submodule", "add", "-q", photos, "photos")
    commit_all(project)
    return project


def test_photos_in_a_submodule_are_those_of_its_commit(runner: Runner, project: Path, photos: Path) -> None:
    root = with_submodule(project, photos)
    draw_photo(root / "photos" / "b.png", seed=70)
    assert short(against(runner, "HEAD")) == PHOTO_B
    commit_all(root / "photos")
    commit_all(root)
    assert short(against(runner, "HEAD~1")) == PHOTO_B
    assert short(against(runner, "HEAD")) == []


def test_a_project_in_a_submodule_is_compared(
    runner: Runner, sofas: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer = tmp_path_factory.mktemp("outer")
    git(outer, "init", "-q", "-b", "main")
    git(outer, "submodule", "add", "-q", sofas, "sofas")
    monkeypatch.chdir(outer / "sofas")
    assert short(against(runner, "HEAD~1")) == PHOTO_B


def test_a_submodule_that_is_not_here_as_it_was_is_told(
    runner: Runner, project: Path, photos: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = with_submodule(project, photos)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    git(elsewhere, "clone", "-q", photos, "photos")
    draw_photo(elsewhere / "photos" / "a.png", seed=80)
    unknown = commit_all(elsewhere / "photos")
    git(root, "update-index", "--cacheinfo", f"160000,{unknown},photos")
    git(root, "commit", "-q", "-m", "elsewhere")
    found = against(runner, "HEAD")
    assert found["notes"] == ["The submodule 'photos' is not here as it was at HEAD: its files count as now."]
    assert told(found) == []


def test_photos_outside_git_count_as_now_and_that_is_said(runner: Runner, sofas: Path) -> None:
    (sofas / ".gitignore").write_text(".runner/\nphotos/\n")
    git(sofas, "rm", "-q", "-r", "--cached", "photos")
    commit_all(sofas)
    draw_photo(sofas / "photos" / "a.png", seed=90)
    found = against(runner, "HEAD")
    assert told(found) == []
    assert found["notes"] == ["'photos/a.png', 'photos/b.png', 'photos/c.png' are outside git: they count as now."]


def test_a_photo_that_was_only_added_to_the_index_is_new(runner: Runner, sofas: Path) -> None:
    draw_photo(sofas / "photos" / "d.png", seed=91)
    draw_mask(sofas / "masks" / "d.png", right=40)
    assert told(against(runner, "HEAD")) == []
    git(sofas, "add", "-A")
    assert [line.split(":")[1] for line in told(against(runner, "HEAD"))] == [" new item"] * 3


def pointer(content: bytes) -> str:
    digest = digest_bytes(content)
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n"


def with_pointers(root: Path, folder: str) -> dict[str, bytes]:
    """Commit pointers in place of the pictures of a folder, and put the pictures back into the work tree."""
    pictures = {path.name: path.read_bytes() for path in sorted((root / folder).iterdir())}
    for name, content in pictures.items():
        (root / folder / name).write_text(pointer(content))
    commit_all(root)
    for name, content in pictures.items():
        (root / folder / name).write_bytes(content)
    return pictures


def test_a_pointer_of_git_lfs_is_known_by_the_digest_in_it(runner: Runner, sofas: Path) -> None:
    with_pointers(sofas, "photos")
    draw_photo(sofas / "photos" / "b.png", seed=92)
    found = against(runner, "HEAD")
    assert short(found) == PHOTO_B
    names = "'photos/a.png', 'photos/b.png', 'photos/c.png'"
    fetch = f"git lfs fetch origin {found['commit'][:12]}"
    note = f"{names} are at HEAD in Git LFS, and not fetched: known by digest, measured as today ({fetch})."
    assert found["notes"] == [note]


def test_a_pointer_whose_bytes_were_fetched_is_an_ordinary_picture(runner: Runner, sofas: Path) -> None:
    for name, content in with_pointers(sofas, "masks").items():
        digest = digest_bytes(content)
        place = sofas / ".git" / "lfs" / "objects" / digest[:2] / digest[2:4] / digest
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        assert name
    draw_mask(sofas / "masks" / "c.png", right=50)
    found = against(runner, "HEAD")
    assert [line.split(": ")[1] for line in told(found)] == ["mask 'fabric' changed"] * 2
    assert found["notes"] == []


def test_a_mask_whose_bytes_are_not_here_counts_as_changed(runner: Runner, sofas: Path) -> None:
    with_pointers(sofas, "masks")
    draw_mask(sofas / "masks" / "c.png", right=50)
    found = against(runner, "HEAD")
    assert [line for line in told(found) if "c/" in line] == [
        "changed fabric c/oak: mask 'fabric' changed",
        "changed fabric c/walnut: mask 'fabric' changed",
    ]


def test_links_lead_where_they_led(runner: Runner, sofas: Path) -> None:
    cloth = sofas / "cloth.png"
    for target in ("photos/a.png", "photos/b.png"):
        cloth.unlink()
        cloth.symlink_to(target)
        commit_all(sofas)
    assert told(against(runner, "HEAD")) == []
    found = {line.split(": ")[1] for line in told(against(runner, "HEAD~1"))}
    assert found == {"'reference' changed", "'reference' changed in step 'brand', 'reference' changed"}


def test_what_did_not_change_is_not_read_from_git(runner: Runner, sofas: Path) -> None:
    for name in ("photos/a.png", "photos/b.png", "cloth.png", "masks/a.png"):
        oid = git(sofas, "rev-parse", f"HEAD:{name}")
        (sofas / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    draw_photo(sofas / "photos" / "c.png", seed=93)
    assert {line.split(" ")[2].rstrip(":") for line in told(against(runner, "HEAD"))} == {"c/oak", "c/walnut"}


def test_the_repository_stays_as_it_is_and_none_of_its_programs_run(
    runner: Runner, sofas: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = sofas / ".git" / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{sofas}/sprung'\ncat\n")
    trap.chmod(0o755)
    (sofas / ".gitattributes").write_text("*.png filter=trap diff=trap\n")
    soon = time.time() + 3600  # git does not trust such a time, and looks into the file
    for photo in (sofas / "photos").iterdir():
        os.utime(photo, (soon, soon))
    commit_all(sofas)
    for key in ("clean", "smudge", "process", "required"):
        git(sofas, "config", f"filter.trap.{key}", "true" if key == "required" else str(trap))
    for key in ("core.fsmonitor", "diff.trap.command", "diff.trap.textconv"):
        git(sofas, "config", key, str(trap))
    for hook in ("post-checkout", "post-index-change", "pre-commit"):
        (sofas / ".git" / "hooks" / hook).write_bytes(trap.read_bytes())
        (sofas / ".git" / "hooks" / hook).chmod(0o755)
    (sofas / "sprung").unlink(missing_ok=True)
    monkeypatch.setenv("GIT_DIR", "/nowhere")  # as a hook of another repository would have set it
    before = {path: path.read_bytes() for path in (sofas / ".git").rglob("*") if path.is_file()}
    assert short(against(runner, "HEAD~2")) == PHOTO_B
    assert {path: path.read_bytes() for path in (sofas / ".git").rglob("*") if path.is_file()} == before
    assert not (sofas / "sprung").exists()


@pytest.mark.parametrize(
    "pattern",
    [
        "../photos/*.png",
        "../**/*.png",
        "../p*/[ab].png",
        "../photos/?.png",
        "../**/b.*",
        "../*/*",
        "../photos/**",
        "*.yaml",
    ],
)
def test_patterns_find_at_a_commit_what_they_find_on_the_disk(runner: Runner, sofas: Path, pattern: str) -> None:
    from runner.app.base import open_base
    from runner.app.trees.tree import DISK

    (sofas / "photos" / ".hidden.png").write_bytes(b"")
    (sofas / "photos" / "deep" / "er").mkdir(parents=True)
    draw_photo(sofas / "photos" / "deep" / "er" / "b.png", seed=94)
    commit_all(sofas)
    folder = sofas / "recipes"
    with open_base("HEAD", sofas) as base:
        assert sorted(set(base.tree.matching(folder, pattern))) == sorted(set(DISK.matching(folder, pattern)))


def test_git_that_is_not_installed_is_told(runner: Runner, sofas: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(sofas))
    ended = runner(*PLAN, "--against", "HEAD")
    assert (ended.code, ended.err.splitlines()[0]) == (2, "error[no-git]: git is not installed")


def test_a_name_that_a_terminal_would_obey_is_a_file_like_others(runner: Runner, sofas: Path) -> None:
    name = "ö\x1b[31m 'x' | `y` @z.png"
    draw_photo(sofas / "photos" / name, seed=95)
    draw_mask(sofas / "masks" / name, right=40)
    recipe = RECIPE.replace("../photos/*.png }", '../photos/*.png, key: "${{ item.stem | slug }}" }')
    (sofas / "recipes" / "sofas.yaml").write_text(recipe)
    commit_all(sofas)
    assert told(against(runner, "HEAD")) == []
