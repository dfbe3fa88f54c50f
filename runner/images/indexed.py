"""Drawings of a few colors over nothing, to lay over a picture."""

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_LEVEL = 3  # a seventh larger than by 6, in a quarter of the time


def encode_indexed(levels: NDArray[np.uint8], colors: Sequence[str]) -> bytes:
    """Save levels, shape (rows, columns), as a PNG with a palette: 0 is transparent, 1 the first color, ``#rrggbb``."""
    image = Image.fromarray(levels)
    image.putpalette(bytes.fromhex("000000" + "".join(color.removeprefix("#") for color in colors)))
    written = io.BytesIO()
    image.save(written, "PNG", transparency=0, compress_level=_LEVEL)
    return written.getvalue()
