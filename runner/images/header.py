"""What a picture is by its header alone: neither its pixels nor what computes with pixels is loaded."""

from dataclasses import dataclass

from PIL.TiffImagePlugin import TiffImageFile

from runner.core.artifact import Size
from runner.images.exif import read_orientation
from runner.images.opening import OpenPicture, open_picture

TURNED = frozenset({5, 6, 7, 8})
"""EXIF orientations that exchange rows and columns."""

_ORIENTATION_TAG = 274


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


def read_header(content: bytes, name: str) -> Header:
    """Say what a picture is without decoding it.

    The name is for messages only; neither it nor its extension decides anything.

    Raises:
        ImageError: ``empty-file``, ``not-an-image``, ``unsupported-format``, ``corrupt-image`` or ``too-large``.
    """
    picture = open_picture(content, name)
    return Header(
        media_type=picture.media_type,
        size=upright_size(picture),
        depth_bits=picture.depth_bits,
        frames=picture.frames,
        notes=header_notes(picture),
    )


def upright_size(picture: OpenPicture) -> Size:
    """Say how large a picture is once it is turned as its orientation asks."""
    columns, rows = picture.image.size
    turned = read_orientation(picture.image) in TURNED
    # Pillow gives the size of a TIFF after the orientation of its own tag, but before that of an XMP packet.
    if isinstance(picture.image, TiffImageFile):
        turned = turned and picture.image.tag_v2.get(_ORIENTATION_TAG) not in TURNED
    return Size(rows, columns) if turned else Size(columns, rows)


def header_notes(picture: OpenPicture) -> tuple[str, ...]:
    """Say what decoding will change, in sentences for a person."""
    notes = [*picture.notes]
    if picture.depth_bits > 8:
        notes.append(f"{picture.depth_bits} bits per sample: reduced to 8")
    if picture.frames > 1:
        notes.append(f"first of {picture.frames} pictures in the file")
    if picture.image.mode == "CMYK" and not picture.image.info.get("icc_profile"):
        notes.append("CMYK without a profile: colors will be an estimate")
    return tuple(notes)
