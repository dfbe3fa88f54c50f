"""The one main subject of a reference, where it has one."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import Rgb8
from runner.engines.reference_inpaint.cut import Cut
from runner.engines.reference_inpaint.frame import Bits, Rgb
from runner.engines.reference_inpaint.harmony import light_of
from runner.engines.reference_inpaint.matte import soft_outline
from runner.engines.reference_inpaint.smooth import pull_push

_STEP = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A subject cut out.

    Attributes:
        pixels: Its colors, carried past its outline so that a soft edge shows nothing of the old background.
        matte: Its opacity, 0 to 1, shape (rows, columns).
        light: The light of its picture, as `light_of` gives it.
        confidence: 0 to 1.
    """

    pixels: Rgb
    matte: NDArray[np.float32]
    light: NDArray[np.float64]
    confidence: float


def find_subject(reference: Rgb8, cut: Cut, least_contrast: float) -> Subject | None:
    """Lift the subject out of a reference; None where it does not stand out clearly.

    Args:
        reference: The whole picture.
        cut: Of it.
        least_contrast: How much the subject has to differ from the background, as `Cut.contrast`; above 0.
    """
    if cut.contrast < least_contrast:
        return None
    return _at_full_size(reference, cut.shape, min(0.9, 0.3 + 0.15 * (cut.contrast - least_contrast)))


def _at_full_size(reference: Rgb8, shape: Bits, confidence: float) -> Subject:
    """Soften the outline and pull the subject's own colors over its edge."""
    matte = soft_outline(reference, shape)
    ratio = reference.shape[1] / shape.shape[1]
    reach = 2 * max(1, round(ratio)) + 1
    core = cv2.erode((matte > 0.97).astype(np.uint8), np.ones((reach, reach), np.uint8)).astype(np.float32)
    top, bottom, left, right = _box(matte > 0.02)
    pixels = pull_push(reference[top:bottom, left:right].astype(np.float32), core[top:bottom, left:right])
    light = light_of(reference.reshape(-1, 3)[::_STEP].astype(np.float32))
    return Subject(pixels=pixels, matte=matte[top:bottom, left:right], light=light, confidence=confidence)


def _box(shape: Bits) -> tuple[int, int, int, int]:
    x, y, width, height = cv2.boundingRect(shape.astype(np.uint8))
    return y, y + height, x, x + width
