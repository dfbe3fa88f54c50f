"""Edit one photo by the engine alone, for programs that start a process for each: decode, engine, JPEG.

Usage: python one_photo.py PHOTO TARGET
"""

import os
import sys
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
    os.environ[_variable] = "1"  # as many of these run at once as there are cores

from runner.core.digest import Json  # noqa: E402
from runner.engines.eye_color.engine import recolor_irises  # noqa: E402
from runner.images.codec import decode, encode  # noqa: E402
from runner.images.color import from_srgb, to_srgb  # noqa: E402


def main(photo: Path, target: Path) -> None:
    """Edit a photo."""
    before = decode(photo.read_bytes(), photo.name)
    params: dict[str, Json] = {"eye_color": "light blue", "rgb": [132, 176, 212], "rgb_given": False}
    edited = recolor_irises({"image": to_srgb(before)}, params)
    target.write_bytes(encode(from_srgb(before, edited.pixels), "image/jpeg", quality=92))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
