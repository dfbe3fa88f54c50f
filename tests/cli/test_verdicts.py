"""What `check-jsonschema` says of files with our schemas, and that a wrong recipe is wrong to both, schema and code."""

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from docs.examples import read_examples
from runner.recipe.parse import parse_recipe
from runner.source.load import read_source
from runner.source.source import Source
from tests.cli.conftest import Runner
from tests.settings.test_parse_settings import FULL

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[2]
_CARDS = resources.files("runner.catalog") / "cards"

GOOD = """\
version: 1
name: good
inputs: { photo: { glob: "*.png" }, logo: { file: logo.png } }
masks: { top: { shape: { rect: [0%, 0%, 50%, 50%] }, ops: [{ grow: 2 }], require: { area: [1%, 90%] } } }
matrix: { finish: [oak, walnut] }
steps:
  - id: small
    uses: image/resize
    with: { image: "${{ item }}", width: 40 }
outputs: [{ from: small, path: "out/${{ item.key }}.png" }]
gate: { canary: 2, min_pass_rate: 90% }
budget: { max: 5 USD }
"""

WRONG = {
    "unknown key": ("name: good", "name: good\nstep: []"),
    "unknown key inside": ("width: 40 }", 'width: 40 }\n    whit: { image: "${{ item }}" }'),
    "missing key": ("name: good\n", ""),
    "missing key inside": ("    uses: image/resize\n", ""),
    "no value": ("name: good", "name: good\ndescription:"),
    "no value inside": ("gate: { canary: 2,", "gate: { canary: ,"),
    "another version": ("version: 1", "version: 2"),
    "text for a list": ("ops: [{ grow: 2 }]", "ops: grow"),
    "list for a text": ("name: good", "name: [good]"),
    "two kinds of input": ("file: logo.png", "file: logo.png, glob: '*.jpg'"),
    "no kind of mask": ("shape: { rect: [0%, 0%, 50%, 50%] }, ", ""),
    "no steps": ('  - id: small\n    uses: image/resize\n    with: { image: "${{ item }}", width: 40 }', "  []"),
    "another currency": ("5 USD", "5 EUR"),
    "no share": ("90% }\nbudget", "much }\nbudget"),
    "out of range": ("canary: 2", "canary: -1"),
    "quality out of range": ('.png" }]', '.jpg", quality: 101 }]'),
    "repeated key": ("name: good", "name: good\nname: better"),
}


def complaints(schema: str, *files: Path) -> set[str]:
    """The names of the files that `check-jsonschema` does not take."""
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", f"{_ROOT}/schemas/{schema}.schema.json"]
    done = subprocess.run([*command, "-o", "json", *map(str, files)], capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)
    assert done.returncode == (0 if said["status"] == "ok" else 1), done.stderr
    return {Path(each["filename"]).name for each in (*said.get("errors", ()), *said.get("parse_errors", ()))}


def is_wrong(text: str) -> bool:
    source = read_source(text, "r.yaml")
    return not isinstance(source, Source) or isinstance(parse_recipe(source), list)


def test_our_own_files_fit_their_schemas(runner: Runner, project: Path) -> None:
    recipes = [*(_ROOT / "recipes").glob("*.yaml"), project / "cards.yaml"]
    assert complaints("recipe", *recipes) == set()
    assert complaints("model-card", *(Path(str(card)) for card in _CARDS.iterdir())) == set()
    (project / "full.toml").write_text(FULL)
    assert complaints("config", project / "full.toml") == set()


def test_the_documents_of_a_plan_and_a_run_fit_their_schemas(runner: Runner, project: Path) -> None:
    runner("plan", "cards.yaml", "-o", "plan.json")
    assert runner("run", "plan.json", "-q").code == 0
    assert complaints("plan", project / "plan.json") == set()
    assert complaints("run", project / "reports" / "cards" / "run.json") == set()


def test_a_wrong_recipe_is_wrong_to_both(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    texts = {}
    for name, (before, after) in WRONG.items():
        assert before in GOOD, name
        texts[f"{name}.yaml"] = GOOD.replace(before, after, 1)
        (tmp_path / f"{name}.yaml").write_text(texts[f"{name}.yaml"])
    assert not is_wrong(GOOD)
    assert {name for name, text in texts.items() if is_wrong(text)} == texts.keys()
    assert complaints("recipe", *tmp_path.iterdir()) == texts.keys()


_OF_SHAPE = {"conflicting-keys", "no-value", "out-of-range", "repeated-key", "too-few", "too-many", "unknown-key"}


def test_mistakes_of_shape_in_the_catalogue_are_seen_by_the_schema(tmp_path: Path) -> None:
    text = (_ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8")
    wrong = {}
    for at, example in enumerate(read_examples(text)):
        if example.code in _OF_SHAPE and example.told.startswith("recipe.yaml"):
            wrong[f"{at}.yaml"] = example.files["recipe.yaml"]
            (tmp_path / f"{at}.yaml").write_text(wrong[f"{at}.yaml"])
    assert len(wrong) >= len(_OF_SHAPE)
    assert complaints("recipe", *tmp_path.iterdir()) == wrong.keys()
