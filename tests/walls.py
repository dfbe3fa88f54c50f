"""A recipe that buys two edits of each photo, and the small photos for it."""

from pathlib import Path

import numpy as np
from PIL import Image

RECIPE = """\
version: 1
name: walls
inputs:
  photo: { glob: photos/*.png }
  second: { file: second.png }
masks:
  left: { shape: { rect: [10%, 25%, 20%, 30%] } }
  right: { shape: { rect: [60%, 40%, 20%, 30%] } }
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


def write_walls(root: Path, photos: int, seed: int, size_px: tuple[int, int]) -> None:
    """Write ``walls.yaml``, ``second.png`` and photos of noise around a color, ``photos/0.png`` and on.

    Args:
        root: The folder of the project.
        photos: How many.
        seed: The same one draws the same photos.
        size_px: Height and width of each.
    """
    (root / "photos").mkdir(parents=True, exist_ok=True)
    (root / "walls.yaml").write_text(RECIPE)
    dice = np.random.default_rng(seed)
    for path in (*(root / "photos" / f"{number}.png" for number in range(photos)), root / "second.png"):
        pixels = dice.integers(60, 200, 3) + dice.integers(-8, 8, (*size_px, 3))
        Image.fromarray(pixels.astype(np.uint8)).save(path)
