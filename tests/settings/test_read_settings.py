"""The project root, its file, and keys from the environment."""

from pathlib import Path

import pytest

from runner.core.errors import Refused, UsageError
from runner.settings import ProviderSettings, Settings, find_key, find_root, read_settings

RUNFLOW = ProviderSettings()


def no_keyring(name: str) -> str | None:
    return None


def place(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    return path


def test_the_root_is_the_nearest_folder_with_a_runner_toml(tmp_path: Path) -> None:
    place(tmp_path / "runner.toml")
    place(tmp_path / "project" / "runner.toml")
    recipe = place(tmp_path / "project" / "recipes" / "eyes.yaml")
    assert find_root(recipe) == tmp_path / "project"


def test_the_root_can_be_a_git_worktree(tmp_path: Path) -> None:
    place(tmp_path / "project" / ".git")
    recipe = place(tmp_path / "project" / "recipes" / "eyes.yaml")
    assert find_root(recipe) == tmp_path / "project"


def test_without_either_the_root_is_the_recipe_s_folder(tmp_path: Path) -> None:
    recipe = place(tmp_path / "recipes" / "eyes.yaml")
    assert find_root(recipe) == tmp_path / "recipes"


def test_links_to_a_recipe_are_followed(tmp_path: Path) -> None:
    recipe = place(tmp_path / "project" / "eyes.yaml")
    (tmp_path / "link.yaml").symlink_to(recipe)
    assert find_root(tmp_path / "link.yaml") == tmp_path / "project"


def test_a_project_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    settings = read_settings(tmp_path)
    assert isinstance(settings, Settings)
    assert settings.provider == "local"


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "runner.toml").write_bytes(b"provider = 'local'\n# caf\xe9\n")
    found = read_settings(tmp_path)
    assert isinstance(found, list)
    assert [(problem.span.line, problem.code) for problem in found] == [(2, "not-utf-8")]


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "runner.toml").mkdir()
    with pytest.raises(UsageError, match=r"cannot read 'runner\.toml'"):
        read_settings(tmp_path)


def test_the_key_comes_from_the_variable_that_the_provider_names() -> None:
    provider = ProviderSettings(api_key_env="STUDIO_KEY", base_url="https://studio.example")
    environment = {"STUDIO_KEY": " rf_studio \n", "RUNFLOW_API_KEY": "rf_other"}
    assert find_key("studio", provider, environment, no_keyring).secret.get_secret_value() == "rf_studio"


def test_the_keyring_is_asked_when_there_is_no_variable() -> None:
    found = find_key("runflow", RUNFLOW, {}, {"runflow": "rf_ring"}.get)
    assert (found.secret.get_secret_value(), found.source) == ("rf_ring", "the keyring's entry 'runflow'")


def test_a_key_says_which_variable_it_came_from() -> None:
    assert find_key("runflow", RUNFLOW, {"RUNFLOW_API_KEY": "rf_a"}, no_keyring).source == "RUNFLOW_API_KEY"


def test_a_key_is_never_shown() -> None:
    assert "rf_secret" not in repr(find_key("runflow", RUNFLOW, {"RUNFLOW_API_KEY": "rf_secret"}, no_keyring))


def test_a_missing_key_says_which_variable_to_set() -> None:
    with pytest.raises(Refused) as caught:
        find_key("runflow", RUNFLOW, {}, no_keyring)
    assert (caught.value.code, caught.value.hint) == ("missing-key", "set the environment variable RUNFLOW_API_KEY")


def test_a_key_that_could_not_be_one_is_refused_without_showing_it() -> None:
    with pytest.raises(Refused) as caught:
        find_key("runflow", RUNFLOW, {"RUNFLOW_API_KEY": "rf_a\r\nX-Evil: 1"}, no_keyring)
    assert (caught.value.code, "rf_a" in caught.value.message) == ("bad-key", False)
