"""An editor on a recipe: yaml-language-server completes its keys and marks its mistakes, by the recipe's first line."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Runner
from tests.cli.language_server import LanguageServer

pytestmark = pytest.mark.slow

_COMMAND = os.environ.get("YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")


@pytest.fixture
def server() -> Iterator[LanguageServer]:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not _COMMAND or not Path(_COMMAND).is_file():
        pytest.skip("no yaml-language-server: npm install yaml-language-server, then name it in YAML_LANGUAGE_SERVER")
    with LanguageServer([_COMMAND]) as started:
        yield started


@pytest.fixture
def recipe(runner: Runner, tmp_path: Path) -> Path:
    """The recipe of a new project, which points to the schema beside it."""
    assert runner("init", tmp_path / "shop", "--template", "eyes").code == 0
    return tmp_path / "shop" / "recipes" / "eyes.yaml"


def test_a_recipe_of_ours_has_no_mistake(server: LanguageServer, recipe: Path) -> None:
    assert server.open(recipe) == []


def test_a_mistake_is_marked_where_it_is(server: LanguageServer, recipe: Path) -> None:
    lines = recipe.read_text().splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip().startswith("uses:"))
    lines[at] = lines[at].replace("uses:", "use:")
    recipe.write_text("\n".join(lines))
    marks = server.open(recipe)
    assert (at, "Property use is not allowed.") in {(mark["range"]["start"]["line"], mark["message"]) for mark in marks}


def test_keys_are_completed(server: LanguageServer, recipe: Path) -> None:
    recipe.write_text(recipe.read_text() + "\n")
    server.open(recipe)
    assert {"matrix", "gate", "checks"} <= server.complete(recipe, recipe.read_text().count("\n"), 0)
