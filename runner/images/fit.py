"""Masks brought to the size of their picture."""

import numpy as np
from PIL import Image

from runner.core.artifact import Size
from runner.images.photo import Mask8


def full_mask(size: Size) -> Mask8:
    """A mask that covers everything: shape (rows, columns), all 255."""
    return np.full((size.height_px, size.width_px), 255, np.uint8)


def fit_mask(mask: Mask8, size: Size) -> Mask8:
    """Scale a mask to a picture's size; unchanged where it has that size.

    Levels are averaged when it shrinks and interpolated when it grows (Pillow's box and bilinear filters), so that
    a hard border stays where it was, soft by less than one pixel of the coarser grid.
    """
    rows, columns = mask.shape
    if (columns, rows) == (size.width_px, size.height_px):
        return mask
    shrinks = size.width_px <= columns and size.height_px <= rows
    method = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(mask).resize((size.width_px, size.height_px), method))
