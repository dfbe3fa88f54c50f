"""The command line in this process, and small projects to use it on."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from runner.cli.main import run_command


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command line ended."""

    code: int
    out: str
    err: str


Runner = Callable[..., Ended]


@pytest.fixture
def runner(capsys: pytest.CaptureFixture[str]) -> Runner:
    """Run a command line; arguments are texts or paths."""

    def run(*arguments: str | Path) -> Ended:
        capsys.readouterr()
        code = run_command([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run


RECIPE = """\
version: 1
name: cards
inputs:
  photo: { glob: photos/*.png }
masks:
  middle: { shape: { ellipse: [25%, 25%, 50%, 50%] }, ops: [{ grow: 4 }] }
steps:
  - id: small
    uses: image/resize
    with: { image: "${{ item }}", width: 40 }
  - id: card
    uses: image/composite
    with: { image: "${{ steps.small.image }}", overlay: "${{ item }}", mask: "${{ masks.middle }}" }
outputs:
  - { from: card, path: "out/${{ item.key }}.png" }
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of three drawn photos, and the working directory in it."""
    make_project(tmp_path, monkeypatch)
    return tmp_path


def make_project(place: Path, patch: pytest.MonkeyPatch) -> None:
    """Make a project of three drawn photos, and go there."""
    (place / "runner.toml").write_text("")
    (place / "photos").mkdir()
    for number, name in enumerate("abc"):
        draw_photo(place / "photos" / f"{name}.png", seed=number)
    (place / "cards.yaml").write_text(RECIPE)
    patch.chdir(place)
    patch.setenv("NO_COLOR", "1")
    patch.delenv("RUNFLOW_API_KEY", raising=False)


def draw_photo(path: Path, seed: int, size: tuple[int, int] = (80, 60)) -> None:
    """Draw a picture that differs for each seed."""
    columns, rows = size
    pixels = np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), np.uint8)
    Image.fromarray(pixels).save(path)


def kill_run(what: str, *, at: str) -> None:
    """Run a recipe or plan, one action at a time, and kill it when its progress says so much, such as ``4/30``."""
    command = [sys.executable, "-m", "runner", "run", what, "--jobs", "1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        next(line for line in child.stderr if line.strip().startswith(at))
        child.kill()
