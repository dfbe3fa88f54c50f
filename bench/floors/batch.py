"""The least for a batch of local work: each photo decoded, edited and encoded without loss, on all cores.

Nothing is planned, kept, checked, written or reported: this is the time of the engine over the cores.

Usage: python batch.py PHOTO…
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
    os.environ[_variable] = "1"  # a process for each core: more threads would only stand in each other's way

from runner.core.digest import ActionKey, digest_bytes  # noqa: E402
from runner.providers.base import Picture, Request  # noqa: E402
from runner.providers.worker import work  # noqa: E402


def edit(photo: Path) -> None:
    """Edit a photo, and let the result go."""
    content = photo.read_bytes()
    work(
        Request(
            key=ActionKey(digest_bytes(content)),
            model="runflow/eye-color",
            revision="",
            images={"image": Picture(photo.name, content)},
            masks={},
            params={"eye_color": "light blue", "rgb": [132, 176, 212], "rgb_given": False},
        )
    )


def main(photos: list[Path]) -> None:
    """Edit all."""
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for _ in pool.map(edit, photos):
            pass


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
