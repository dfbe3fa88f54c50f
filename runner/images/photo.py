"""A photo as arrays, with what has to travel along when it is saved."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from runner.core.artifact import Size

Rgb8: TypeAlias = NDArray[np.uint8]
"""An upright picture, shape (rows, columns, 3), 0 to 255."""

Mask8: TypeAlias = NDArray[np.uint8]
"""A mask or an alpha channel, shape (rows, columns), 0 to 255; 255 is edited or opaque."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Photo:
    """An upright picture in its own color space.

    Attributes:
        pixels: Shape (rows, columns, 3), in the space of ``icc``; not premultiplied.
        alpha: Shape (rows, columns), 255 is opaque; None for a picture without transparency.
        icc: A usable RGB profile, or None: sRGB.
        exif: EXIF as a TIFF structure without orientation, thumbnail and maker note; GPS still inside.
        xmp: A well-formed XMP packet in UTF-8.
        notes: Sentences for a person: what decoding changed or left out.
    """

    pixels: Rgb8
    alpha: Mask8 | None = None
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> Size:
        rows, columns = self.pixels.shape[:2]
        return Size(columns, rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What travels with a picture, without its pixels; attributes as of `Photo`."""

    size: Size
    icc: bytes | None
    exif: bytes | None
    xmp: bytes | None
