"""The GitHub Action: its script run with GitHub's variables, against a server that plays the comments."""

import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.ci.conftest import AUTHOR, ROOT, Checkout, Forge

SCRIPT = ROOT / "packaging" / "github" / "review.py"
TOKEN = "ghs_0123456789abcdef0123456789abcdef0123"
MARKER = "<!-- edit-runner plan -->"


class Action:
    """The step of the action in one checkout."""

    def __init__(self, checkout: Checkout, environment: dict[str, str], forge: Forge, folder: Path) -> None:
        self.folder = checkout.folder
        self.summary, self.outputs = folder / "summary.md", folder / "outputs"
        event = folder / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": 7, "base": {"sha": checkout.base}}}))
        self.environment = environment | {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": forge.url,
            "GITHUB_REPOSITORY": "shop/sofas",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_WORKSPACE": str(checkout.folder),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_OUTPUT": str(self.outputs),
            "REVIEW_RECIPES": "recipes/*.yaml",
            "REVIEW_TOKEN": TOKEN,
        }

    def run(self, **inputs: str) -> "subprocess.CompletedProcess[str]":
        environment = self.environment | {f"REVIEW_{name.upper()}": value for name, value in inputs.items()}
        command = [sys.executable, str(SCRIPT)]
        ended = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert TOKEN not in ended.stdout + ended.stderr + self.summary.read_text()
        assert "Traceback" not in ended.stderr
        return ended

    def edit(self, old: str, new: str) -> None:
        recipe = self.folder / "recipes" / "sofas.yaml"
        recipe.write_text(recipe.read_text().replace(old, new))


@pytest.fixture
def action(checkout: Checkout, environment: dict[str, str], forge: Forge, tmp_path: Path) -> Action:
    return Action(checkout, environment, forge, tmp_path)


@pytest.mark.slow
def test_one_comment_is_created_and_then_updated(action: Action, forge: Forge) -> None:
    for number in range(120):
        forge.write(f"comment {number}", "ada")
    forge.write(f"{MARKER} of somebody else", "mallory")
    assert action.run().returncode == 0
    [first] = forge.bodies()
    assert first.startswith(f"{MARKER}\n\n### sofas: $4.95 to pay\n\n**Within the budget**")
    assert "| changed | `b` | photo changed | brand ×1, fabric ×2 | $0.00 | $0.00 |" in first
    assert action.summary.read_text().startswith(first)
    assert action.outputs.read_text() == "payable=4.95\nok=true\n"
    action.edit("[oak, walnut]", "[oak, walnut, teal]")
    assert action.run().returncode == 0
    [second] = forge.bodies()
    assert "### sofas: $6.60 to pay (+$1.65 against " in second
    assert forge.bodies("mallory") == [f"{MARKER} of somebody else"]
    assert [line.split(" ")[0] for line in forge.asked] == ["GET", "GET", "POST", "GET", "GET", "PATCH"]
    assert forge.tokens == {f"Bearer {TOKEN}"}


@pytest.mark.slow
@pytest.mark.parametrize("refusal", [403, 404])
def test_without_permission_the_summary_has_the_review(action: Action, forge: Forge, refusal: int) -> None:
    forge.refusal = refusal
    ended = action.run()
    assert ended.returncode == 0
    assert forge.comments == {}
    assert f"::notice::no comment was written (POST was answered with {refusal})" in ended.stdout
    assert "### sofas: $4.95 to pay" in action.summary.read_text()


@pytest.mark.slow
def test_a_wrong_recipe_is_marked_in_its_file_and_fails(action: Action, forge: Forge) -> None:
    action.edit("id: brand", "idd: brand")
    ended = action.run()
    assert ended.returncode == 1
    place = "file=recipes/sofas.yaml,line=11,col=5,endColumn=8"
    assert f"::error {place},title=unknown-key::unknown key 'idd'" in ended.stdout
    assert "**Cannot be planned**" in forge.bodies()[0]
    assert action.outputs.read_text() == "payable=0\nok=false\n"


@pytest.mark.slow
def test_what_a_run_would_refuse_fails_unless_it_is_left_to_the_reader(action: Action, forge: Forge) -> None:
    action.edit("max: 10 USD", "max: 1 USD")
    assert action.run().returncode == 3
    assert "**Over budget**: the worst case is" in forge.bodies()[0]
    assert action.run(fail_when_refused="false").returncode == 0
    assert len(forge.bodies()) == 1


@pytest.mark.slow
def test_a_base_that_cannot_be_fetched_is_told_and_nothing_compared(action: Action, forge: Forge) -> None:
    ended = action.run(base="f" * 40)
    assert ended.returncode == 0
    assert "::warning::the base ffffffffffff could not be fetched%3A nothing is compared" in ended.stdout
    assert "Since" not in forge.bodies()[0]


@pytest.mark.slow
def test_the_token_follows_no_redirection(action: Action, forge: Forge) -> None:
    forge.elsewhere = f"{forge.url}/elsewhere"
    ended = action.run()
    assert ended.returncode == 0
    assert "no comment was written (GET was answered with 302)" in ended.stdout
    assert [line for line in forge.asked if "elsewhere" in line] == []


@pytest.mark.slow
def test_no_comment_is_written_where_none_is_wanted(action: Action, forge: Forge) -> None:
    assert action.run(comment="false").returncode == 0
    assert action.run(recipes="nowhere/*.yaml").returncode == 0
    assert forge.asked == []


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = spec_from_file_location("review", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["review"] = module  # where dataclasses look for its names
    spec.loader.exec_module(module)
    return module


def test_many_recipes_fit_into_one_comment(script: ModuleType) -> None:
    one = script.Reviewed(
        recipe="recipes/r.yaml",
        markdown=f"{MARKER}\n\n### {'x' * 30_000}",
        payable=Decimal("0.55"),
        works=True,
        allowed=True,
    )
    many = [replace(one, recipe=f"recipes/{number}.yaml") for number in range(50)]
    text = script.joined(many, script.MOST_CHARACTERS)
    assert len(text) < script.MOST_CHARACTERS
    assert text.count(MARKER) == 1
    assert "And 49 more recipes, in the job's summary: `recipes/1.yaml` ($0.55)" in text


def test_text_cannot_become_a_workflow_command(script: ModuleType) -> None:
    assert script.escaped("100%\n::error file=x,y::z") == "100%25%0A%3A%3Aerror file=x%2Cy%3A%3Az"


@pytest.mark.parametrize(
    ("event", "base"),
    [
        ({"pull_request": {"base": {"sha": "abc"}}}, "abc"),
        ({"before": "def"}, "def"),
        ({"before": "0" * 40}, ""),
        ({}, ""),
    ],
)
def test_the_base_is_that_of_the_event(script: ModuleType, event: dict[str, object], base: str) -> None:
    assert script.base_of(event) == base


def test_action_is_what_github_takes_and_puts_no_input_into_a_program() -> None:
    schema = ("--builtin-schema", "vendor.github-actions")
    command = [sys.executable, "-m", "check_jsonschema", *schema, str(ROOT / "action.yml")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    document = yaml.safe_load((ROOT / "action.yml").read_text())
    assert all("${{" not in step.get("run", "") for step in document["runs"]["steps"])
    used = {f"REVIEW_{name.upper().replace('-', '_')}" for name in document["inputs"]}
    known = used - {"REVIEW_PYTHON_VERSION", "REVIEW_PACKAGE", "REVIEW_COMMENT_AUTHOR"} | {"REVIEW_AUTHOR"}
    assert set(document["runs"]["steps"][-1]["env"]) == known
    assert document["inputs"]["comment-author"]["default"] == AUTHOR
