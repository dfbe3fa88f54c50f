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


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What can be said of a picture before its pixels are decoded.

    Attributes:
        size: After orientation.
        depth_bits: Bits of a sample in the file; more than 8 are reduced on decoding.
        frames: Pictures in the file, counted up to a limit; only the first is used.
        notes: Sentences for a person about what decoding will change.
    """

    media_type: str
    size: Size
    depth_bits: int
    frames: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a file says about its picture; see `Photo`."""

    exif: bytes | None
    xmp: bytes | None


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


def shown(name: str) -> str:
    """Make a file's name fit for a message: control characters and undecodable bytes become escapes."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)
