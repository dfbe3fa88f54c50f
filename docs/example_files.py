"""The files that the examples of the catalogue of codes find in their project."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

_SIZE = (80, 60)
"""Columns and rows of the photos."""

_LARGE_BYTES = 16 * 1024 * 1024 + 1


def write_files(folder: Path) -> None:
    """Make the project.

    Two photos of 80 × 60 pixels with masks, a smaller and a black mask, and under ``broken/`` what cannot be read.
    """
    for name in ("photos", "masks", "broken"):
        (folder / name).mkdir(parents=True)
    (folder / "runner.toml").touch()
    for path, content in _contents().items():
        (folder / path).write_bytes(content)
    with (folder / "broken" / "large.yaml").open("wb") as large:
        large.truncate(_LARGE_BYTES)


def _contents() -> dict[str, bytes]:
    photo = _png(_noise(1))
    return {
        "photos/a.png": photo,
        "photos/b.png": _png(_noise(2)),
        "masks/a.png": _png(_box(_SIZE)),
        "masks/half.png": _png(_box((40, 30))),
        "masks/black.png": _png(Image.new("L", _SIZE, 0)),
        "masks/white.png": _png(Image.new("L", _SIZE, 255)),
        "broken/empty.png": b"",
        "broken/cut.png": photo[: len(photo) // 2],
        "broken/letter.png": b"Dear all, the photos are in the other folder.\n",
        "broken/phone.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "broken/latin-1.yaml": "version: 1\nname: caf\u00e9\n".encode("latin-1"),
        "../elsewhere.png": photo,
        "broken/zero.csv": b"id,path\nP-01,photos/a.png\0\n",
        "broken/wide.csv": ",".join(f"c{at}" for at in range(300)).encode(),
        "broken/long.csv": b'id,path\n"P-01' + b" " * 200_000,
        "broken/long.jsonl": b" " * 1_000_001,
    }


def _noise(seed: int) -> Image.Image:
    columns, rows = _SIZE
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), np.uint8))


def _box(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    mask.paste(255, (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    return mask


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
