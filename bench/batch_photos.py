"""A project of portraits of 12 MP whose eyes are recolored; a corner tells them apart, so no result serves twice."""

from pathlib import Path

from PIL import Image

from bench.engines.cost.pictures import write_portrait

MEGAPIXELS = 12
_RECIPE = """version: 1
name: batch
inputs:
  photo: { glob: ../photos/*.jpg }
steps:
  - id: eyes
    uses: runflow/eye-color
    with: { image: "${{ item }}", eye_color: light blue }
outputs:
  - { from: eyes, path: "out/${{ item.key }}.jpg", quality: 92 }
"""


def write_batch(root: Path, photos: int) -> list[Path]:
    """Write the project, and give its photos."""
    (root / "photos").mkdir(parents=True)
    (root / "recipes").mkdir()
    (root / "runner.toml").write_text("")
    (root / "recipes" / "batch.yaml").write_text(_RECIPE)
    write_portrait(root, MEGAPIXELS)
    paths = [root / "photos" / f"p{number:03}.jpg" for number in range(photos)]
    with Image.open(root / "photo.jpg") as portrait:
        for number, path in enumerate(paths):
            for bit in range(8):
                portrait.paste("white" if number >> bit & 1 else "black", (16 * bit, 0, 16 * bit + 16, 16))
            portrait.save(path, quality=92)
    return paths
