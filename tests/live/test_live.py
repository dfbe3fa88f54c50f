"""One edit of each hosted model for real: only with `--live` and a key, after saying what it costs.

`EDIT_RUNNER_LIVE_URL` names another server that speaks Runflow's API, such as a `runner serve` on this machine.
"""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from PIL import Image
from skimage import data

pytestmark = pytest.mark.live

KEY = "RUNFLOW_API_KEY"
MOST = "1.00 USD"

EYES = """\
version: 1
name: live-eyes
budget: { max: 1.00 USD }
inputs:
  portrait: { file: portrait.png }
steps:
  - id: eyes
    uses: runflow/eye-color
    with: { image: "${{ inputs.portrait }}", eye_color: emerald green }
outputs:
  - { from: eyes, path: out/eyes.png }
"""

WALL = """\
version: 1
name: live-wall
budget: { max: 1.00 USD }
inputs:
  photo: { file: portrait.png }
  second: { file: portrait.png }
masks:
  patch: { shape: { rect: [20, 20, 60, 60] } }
steps:
  - id: patch
    uses: runflow/reference-inpaint
    with: { image: "${{ inputs.photo }}", mask: "${{ masks.patch }}", reference: "${{ inputs.second }}" }
outputs:
  - { from: patch, path: out/patch.png }
"""


@pytest.fixture(autouse=True)
def key() -> None:
    if not os.environ.get(KEY):
        pytest.skip(f"no key: set {KEY}")


def runner(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "runner", *arguments]
    return subprocess.run(command, cwd=place, text=True, capture_output=True, timeout=1200, check=False)


def open_project(place: Path, recipe: str) -> Path:
    url = os.environ.get("EDIT_RUNNER_LIVE_URL", "https://api.runflow.io")
    (place / "runner.toml").write_text(f'provider = "runflow"\n[providers.runflow]\nbase_url = "{url}"\n')
    (place / "recipe.yaml").write_text(recipe)
    Image.fromarray(data.astronaut()).save(place / "portrait.png")  # type: ignore[no-untyped-call]  # it has no types
    return place


@pytest.mark.parametrize(("recipe", "out"), [(EYES, "out/eyes.png"), (WALL, "out/patch.png")], ids=["eyes", "inpaint"])
def test_an_edit_is_bought_once_for_what_the_card_says(
    recipe: str, out: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = open_project(tmp_path, recipe)
    planned = orjson.loads(runner(place, "plan", "recipe.yaml", "--format", "json").stdout)
    cost = planned["totals"]["worst_case"]
    with capsys.disabled():
        sys.stdout.write(f"\n{planned['recipe']['name']} will cost ${cost} at most\n")
    assert planned["totals"]["cached"] == 0
    ended = runner(place, "run", "recipe.yaml", "--yes", "--budget", MOST, "--format", "json")
    assert ended.returncode == 0, ended.stderr
    totals = orjson.loads(ended.stdout)["totals"]
    assert Decimal(totals["charged"]) <= Decimal(cost)
    with Image.open(place / out) as edited, Image.open(place / "portrait.png") as photo:
        assert edited.size == photo.size
    again = orjson.loads(runner(place, "run", "recipe.yaml", "--yes", "--format", "json").stdout)["totals"]
    assert again["reused"] == 1
    assert Decimal(again["charged"]) == 0
