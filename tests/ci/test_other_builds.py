"""The hooks through pre-commit itself, and GitLab's job as its own shell would run it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.ci.conftest import ROOT, Checkout
from tests.cli.repositories import commit_all

GITLAB = ROOT / "packaging" / "gitlab" / "recipes.gitlab-ci.yml"


def tried(
    checkout: Checkout, environment: dict[str, str], hook: str, hooks: Path
) -> "subprocess.CompletedProcess[str]":
    """Run a hook over all files of a checkout."""
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(hooks), hook, "--all-files", "--color", "never"]
    environment = environment | {"PRE_COMMIT_HOME": str(hooks.parent / "cache")}
    return subprocess.run(
        command, cwd=checkout.folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """Our hooks, in a repository of their own, with the ``runner`` of the path instead of an installation."""
    folder = tmp_path / "hooks"
    folder.mkdir()
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    assert text.count("language: python") == 2
    (folder / ".pre-commit-hooks.yaml").write_text(text.replace("language: python", "language: system"))
    commit_all(folder)
    return folder


@pytest.mark.slow
def test_the_check_hook_passes_a_right_recipe_and_stops_a_wrong_one(
    checkout: Checkout, environment: dict[str, str], hooks: Path
) -> None:
    passed = tried(checkout, environment, "runner-check", hooks)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "runner check" in passed.stdout
    recipe = checkout.folder / "recipes" / "sofas.yaml"
    recipe.write_text(recipe.read_text().replace("id: brand", "idd: brand"))
    failed = tried(checkout, environment, "runner-check", hooks)
    assert failed.returncode == 1
    assert "recipes/sofas.yaml:11:5: error[unknown-key]: unknown key 'idd'" in failed.stdout


@pytest.mark.slow
def test_the_schema_hook_brings_the_schema_up_to_date(
    checkout: Checkout, environment: dict[str, str], hooks: Path
) -> None:
    schema = checkout.folder / "schemas" / "recipe.schema.json"
    schema.parent.mkdir()
    schema.write_text("{}")
    commit_all(checkout.folder)
    changed = tried(checkout, environment, "runner-schema", hooks)
    assert changed.returncode == 1
    assert "files were modified by this hook" in changed.stdout
    assert schema.read_bytes() == (ROOT / "schemas" / "recipe.schema.json").read_bytes()
    commit_all(checkout.folder)
    assert tried(checkout, environment, "runner-schema", hooks).returncode == 0


def test_the_hooks_are_what_pre_commit_takes() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_job_is_what_gitlab_takes() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(GITLAB)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "code"), [("", "", 0), ("id: brand", "idd: brand", 1)])
def test_the_job_of_gitlab_writes_the_review(
    checkout: Checkout, environment: dict[str, str], old: str, new: str, code: int
) -> None:
    recipe = checkout.folder / "recipes" / "sofas.yaml"
    recipe.write_text(recipe.read_text().replace(old, new) if old else recipe.read_text())
    subprocess.run(["git", "fetch", "-q", "--unshallow"], cwd=checkout.folder, env=environment, check=True)
    job = yaml.safe_load(GITLAB.read_text())["review recipes"]
    variables = {"RECIPES": job["variables"]["RECIPES"], "CI_MERGE_REQUEST_DIFF_BASE_SHA": checkout.base}
    shell = shutil.which("bash")
    assert shell is not None
    ended = subprocess.run(
        [shell, "-eo", "pipefail", "-c", "\n".join(job["script"])],
        cwd=checkout.folder,
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == code, ended.stderr
    review = (checkout.folder / "review.md").read_text()
    assert ("**Cannot be planned**" if code else "| changed | `b` | photo changed |") in review
