"""Dense correspondence between a warped reference and the photo around the hole."""

from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Rgb
from runner.engines.reference_inpaint.warps import Flow


def follow(start: Rgb, end: Rgb) -> Flow:
    """Find for each pixel of ``start`` how far its content moved in ``end``.

    References:
        Kroeger et al., "Fast Optical Flow using Dense Inverse Search", ECCV 2016.
    """
    solver = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    solver.setFinestScale(1)
    with _one_thread():
        return np.asarray(
            solver.calc(_gray(start), _gray(end), np.zeros((*start.shape[:2], 2), np.float32)), np.float32
        )


def _gray(image: Rgb) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(np.clip(image + 0.5, 0, 255).astype(np.uint8), cv2.COLOR_RGB2GRAY), np.uint8)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Work on one thread: OpenCV cuts the picture into as many stripes as threads, and stripes change the result."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)
