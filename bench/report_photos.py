"""Photos, as the benchmarks of the report draw them."""

from pathlib import Path

import numpy as np
from PIL import Image

from runner.core.artifact import Size


def write_photos(folder: Path, photos: int, size: Size) -> list[Path]:
    """Write JPEGs of soft noise, which cost as much to decode as photos do."""
    folder.mkdir(parents=True)
    paths = []
    for number in range(photos):
        coarse = np.random.default_rng(number).integers(0, 256, (size.height_px // 8, size.width_px // 8, 3), np.uint8)
        path = folder / f"p{number:03}.jpg"
        picture = Image.fromarray(coarse).resize((size.width_px, size.height_px), Image.Resampling.BICUBIC)
        picture.save(path, quality=92)
        paths.append(path)
    return paths
