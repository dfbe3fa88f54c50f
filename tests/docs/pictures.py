"""Pictures for recipes of the documents: drawn, or photos of the installed scikit-image."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""

SIZE = (160, 120)


def draw_photo(path: Path, seed: int = 1, size: tuple[int, int] = SIZE) -> None:
    """Draw a scene that differs for each seed: a smooth wall with a few things before it."""
    columns, rows = size
    rng = np.random.default_rng(seed)
    corners = rng.integers(60, 200, (2, 2, 3), np.uint8)
    scene = Image.fromarray(corners).resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(scene)
    for _ in range(12):
        x, y = int(rng.integers(0, columns)), int(rng.integers(0, rows))
        red, green, blue = (int(value) for value in rng.integers(0, 256, 3))
        pen.ellipse((x, y, x + columns // 8, y + rows // 8), fill=(red, green, blue))
    _save(scene, path)


def draw_mask(path: Path, box: Box, size: tuple[int, int] = SIZE) -> None:
    """Draw a mask: a white box on black."""
    mask = Image.new("L", size, 0)
    x, y, width, height = box
    mask.paste(255, (x, y, x + width, y + height))
    _save(mask, path)


def draw_logo(path: Path) -> None:
    """Draw a red disc of 240 × 120 pixels on nothing."""
    logo = Image.new("RGBA", (240, 120), (0, 0, 0, 0))
    ImageDraw.Draw(logo).ellipse((20, 10, 220, 110), fill=(200, 30, 30, 255))
    _save(logo, path)


def draw_green_screen(path: Path) -> None:
    """Draw a gray box before a green screen."""
    scene = Image.new("RGB", SIZE, (0, 177, 64))
    scene.paste((120, 120, 120), (60, 40, 100, 80))
    _save(scene, path)


def copy_photo(name: str, path: Path, box: Box | None = None, width: int | None = None) -> None:
    """Copy a photo of scikit-image, cut out and resized; skips where it is not installed."""
    spec = find_spec("skimage")
    if spec is None or spec.origin is None:
        pytest.skip("the photos come with scikit-image, which is not installed")
    with Image.open(Path(spec.origin).parent / "data" / name) as opened:
        photo = opened.convert("RGB")
    if box is not None:
        x, y, columns, rows = box
        photo = photo.crop((x, y, x + columns, y + rows))
    if width is not None:
        photo = photo.resize((width, width * photo.height // photo.width), Image.Resampling.LANCZOS)
    _save(photo, path)


def copy_portrait(path: Path) -> None:
    """Copy the astronaut's head, so large that her irises have some 30 pixels."""
    copy_photo("astronaut.png", path, (150, 10, 160, 190), 640)


def _save(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".jpg":
        picture.save(path, quality=95)
    else:
        picture.save(path)
