"""Fill a hole with the library PyPatchMatch: python fill.py PHOTO MASK FILLED.

Runs in the environment of the peers, which has NumPy and Pillow and nothing of ours. Prints the wall-clock and the
processor time of the filling in seconds.
"""

import sys
import time

import numpy as np
from PIL import Image

_PATCH_RADIUS_PX = 3  # as in the library's own examples


def main() -> None:
    """Read, fill, write."""
    from patchmatch import patch_match  # type: ignore[import-not-found] # it is in the environment of the peers alone

    photo_path, mask_path, filled_path = sys.argv[1:]
    photo = np.array(Image.open(photo_path).convert("RGB"))
    mask = np.where(np.array(Image.open(mask_path).convert("L")) > 0, np.uint8(255), np.uint8(0))
    patch_match.set_random_seed(0)
    started_s, worked_s = time.perf_counter(), time.process_time()
    filled = patch_match.inpaint(photo, mask, patch_size=_PATCH_RADIUS_PX)
    print(time.perf_counter() - started_s, time.process_time() - worked_s)
    Image.fromarray(np.asarray(filled, np.uint8)).save(filled_path)


if __name__ == "__main__":
    main()
