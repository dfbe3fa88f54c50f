"""The least for the thumbnails of a report: Pillow's draft decode, two sizes, two encodes, on all cores.

Usage: python report_thumbnails.py FOLDER PHOTO…
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

_LARGE_PX, _SMALL_PX = 960, 480


def draw(folder: Path, photo: Path) -> None:
    """Write both thumbnails of a photo."""
    with Image.open(photo) as picture:
        scale = 2 * _LARGE_PX / max(picture.size)
        picture.draft(None, (int(picture.width * scale), int(picture.height * scale)))
        picture.thumbnail((_LARGE_PX, _LARGE_PX), Image.Resampling.LANCZOS)
        picture.save(folder / f"{photo.stem}-2x.jpg", quality=80)
        picture.thumbnail((_SMALL_PX, _SMALL_PX), Image.Resampling.LANCZOS)
        picture.save(folder / f"{photo.stem}.jpg", quality=80)


def main(folder: Path, photos: list[Path]) -> None:
    """Draw all."""
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for _ in pool.map(lambda photo: draw(folder, photo), photos):
            pass


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
