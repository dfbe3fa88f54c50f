"""The project of a campaign: ten tiny photos, two bought edits of each."""

import random
from pathlib import Path

import numpy as np
from PIL import Image

from tests.faults.variants import Variant

PHOTOS = 10
ACTIONS = 2 * PHOTOS
PRICE = "0.55"
MODEL = "runflow/reference-inpaint"

RECIPE = """\
version: 1
name: walls
inputs:
  photo: { glob: photos/*.png }
  second: { file: second.png }
masks:
  left: { shape: { rect: [2, 4, 4, 4] } }
  right: { shape: { rect: [14, 6, 4, 4] } }
steps:
  - id: first
    uses: runflow/reference-inpaint
    with: { image: "${{ item }}", mask: "${{ masks.left }}", reference: "${{ inputs.second }}" }
  - id: then
    uses: runflow/reference-inpaint
    with: { image: "${{ steps.first.image }}", mask: "${{ masks.right }}", reference: "${{ inputs.second }}" }
outputs:
  - { from: then, path: "out/${{ item.key }}.png" }
"""

SETTINGS = """\
provider = "runflow"
[providers.runflow]
base_url = "{url}"
requests_per_second = 200
concurrency = {concurrency}
connect_timeout_s = 1
answer_timeout_s = {answer_s}
transfer_timeout_s = 2
job_timeout_s = 60
{honors}
"""
CAP = '[policy]\nmax_month = "{cap} USD"\n'


def make_project(
    root: Path,
    variant: Variant,
    url: str,
    *,
    seed: str,
    cap: str | None,
    photos: int = PHOTOS,
    concurrency: int = 4,
    answer_s: int = 2,
) -> None:
    """Write a project that buys through a proxy.

    Args:
        root: Made here.
        variant: Says whether the runner may rely on the key.
        url: Of the proxy.
        seed: Of the photos.
        cap: In US dollars, of a month; None for none.
        photos: How many; two actions each.
        concurrency: Jobs at once.
        answer_s: How long the runner waits for an answer.
    """
    (root / "photos").mkdir(parents=True)
    honors = "honors_idempotency = true" if variant.honors_keys else ""
    settings = SETTINGS.format(url=url, honors=honors, concurrency=concurrency, answer_s=answer_s)
    (root / "runner.toml").write_text(settings + ("" if cap is None else CAP.format(cap=cap)))
    (root / "walls.yaml").write_text(RECIPE)
    dice = np.random.default_rng(random.Random(seed).getrandbits(64))
    for number in range(photos):
        _draw(root / "photos" / f"{number:02}.png", dice)
    _draw(root / "second.png", dice)


def _draw(path: Path, dice: np.random.Generator) -> None:
    pixels = dice.integers(60, 200, 3) + dice.integers(-8, 8, (16, 24, 3))
    Image.fromarray(pixels.astype(np.uint8)).save(path)
