"""A project of portraits of 12 MP whose eyes are recolored, all alike but for a comment, so that none serves twice."""

from pathlib import Path

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
    portrait = (root / "photo.jpg").read_bytes()
    paths = [root / "photos" / f"p{number:03}.jpg" for number in range(photos)]
    for number, path in enumerate(paths):
        path.write_bytes(_with_comment(portrait, f"{number:06}".encode()))
    return paths


def _with_comment(jpeg: bytes, text: bytes) -> bytes:
    """Put a COM segment behind the start of the image."""
    return jpeg[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + jpeg[2:]
