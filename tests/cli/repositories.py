"""Scratch repositories with a paid recipe over drawn photos."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from PIL import Image

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey
from runner.store.results import Known
from runner.store.store import open_store
from tests.cli.conftest import Runner, draw_photo

RECIPE = """\
version: 1
name: sofas
inputs:
  photo: { glob: ../photos/*.png }
  cloth: { file: ../cloth.png }
masks:
  tag: { shape: { rect: [4, 4, 20, 10] } }
  fabric: { pair: "../masks/${{ item.stem }}.*" }
matrix: { finish: [oak, walnut] }
steps:
  - id: brand
    uses: runflow/reference-inpaint
    with: { image: "${{ item }}", mask: "${{ masks.tag }}", reference: "${{ inputs.cloth }}", prompt: a studio }
  - id: fabric
    uses: runflow/reference-inpaint
    with:
      image: ${{ steps.brand.image }}
      mask: ${{ masks.fabric }}
      reference: ${{ inputs.cloth }}
      prompt: ${{ matrix.finish }}
outputs: [{ from: fabric, path: "out/${{ item.key }}-${{ matrix.finish }}.png" }]
budget: { max: 10 USD }
"""
"""Three photos, two finishes: three actions of ``brand``, six of ``fabric``, $0.55 each."""

PLAN = ("plan", "recipes/sofas.yaml")


def git(folder: Path, *arguments: str | Path) -> str:
    """Run git in a folder, without what this machine configures."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "protocol.file.allow=always")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", *identity, "-C", str(folder), *map(str, arguments)]
    done = subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        env=environment | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )
    return done.stdout.strip()


def write_project(root: Path, recipe: str = RECIPE) -> Path:
    """Write a project of three photos with their masks."""
    for folder in ("photos", "masks", "recipes"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for number, name in enumerate("abc"):
        draw_photo(root / "photos" / f"{name}.png", seed=number)
        draw_mask(root / "masks" / f"{name}.png", right=40)
    draw_photo(root / "cloth.png", seed=9)
    (root / "runner.toml").write_text('provider = "runflow"\n')
    (root / "recipes" / "sofas.yaml").write_text(recipe)
    (root / ".gitignore").write_text(".runner/\nout/\n")
    return root


def draw_mask(path: Path, *, right: int, size: tuple[int, int] = (80, 60)) -> None:
    """Draw a white rectangle up to a column."""
    columns, rows = size
    pixels = np.zeros((rows, columns), np.uint8)
    pixels[rows // 4 : rows // 2, columns // 8 : right] = 255
    Image.fromarray(pixels).save(path)


def commit_all(root: Path, message: str = "change") -> str:
    """Commit everything, in a repository that is made where there is none; gives the commit."""
    if not (root / ".git").exists():
        git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message)
    return git(root, "rev-parse", "HEAD")


def keep_results(root: Path, runner: Runner, plan: Sequence[str] = PLAN) -> None:
    """Put a result of every action into the cache, as if the recipe had been run."""
    document = orjson.loads(runner(*plan, "--format", "json").out)
    with open_store(root) as store:
        digest = store.blobs.put(b"a picture")
        artifact = Artifact(digest=digest, media_type="image/png", size_bytes=9, width_px=80, height_px=60)
        for action in document["actions"]:
            known = Known(artifact=artifact, duration_ms=1, made_at="2026-11-21T00:00:00Z")
            store.results.keep(ActionKey(action["key"]), known)


def against(runner: Runner, ref: str, *more: str) -> dict[str, Any]:
    """Plan against a ref, and give what is different."""
    ended = runner(*PLAN, "--against", ref, "--format", "json", *more)
    assert ended.code == 0, ended.err
    found: dict[str, Any] = orjson.loads(ended.out)["against"]
    return found


def told(found: dict[str, Any]) -> list[str]:
    """What is different, in short: kind, step, cells, reason."""
    return [
        f"{kind} {change['step']} {' '.join(change['cells'])}: {change['reason']}"
        for kind in ("added", "changed", "removed")
        for change in found[kind]
    ]
