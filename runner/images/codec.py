"""Read pictures from bytes; write them with `encode`, the one saving function."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from runner.images.encode import encode
from runner.images.exif import ReadExif, read_exif, read_orientation
from runner.images.header import TURNED, header_notes, read_header, upright_size
from runner.images.icc import is_usable
from runner.images.jpeg_damage import jpeg_damage
from runner.images.opening import OpenPicture, load, open_picture
from runner.images.photo import Described, Photo
from runner.images.samples import Samples, read_samples
from runner.images.xmp import read_xmp

__all__ = ["decode", "describe", "described", "encode", "photo_from", "photo_saved", "read_header", "upright"]

_CREDENTIALS = ("content credentials (C2PA) of the input are not carried over: they are for its own pixels only",)


def describe(content: bytes, name: str) -> Described:
    """Read what travels with an RGB picture, as `decode` does, without decoding its pixels.

    Raises:
        ImageError: as `read_header`.
    """
    return described(open_picture(content, name))


def described(picture: OpenPicture) -> Described:
    """Read what travels with an open picture; see `describe`."""
    icc = picture.image.info.get("icc_profile")
    return Described(
        size=upright_size(picture),
        icc=icc if icc and is_usable(icc) else None,
        exif=read_exif(picture.image).content,
        xmp=read_xmp(picture.image.info.get("xmp")),
    )


def decode(content: bytes, name: str) -> Photo:
    """Read a picture upright, in its own color space, with the metadata that can be saved again.

    The first frame of several; 16 bits rounded to 8; gray and CMYK converted to sRGB by their profiles, CMYK
    without one by an estimate; a profile that cannot be used is left out. Each of these is in the notes.

    Raises:
        ImageError: as `read_header`, and ``corrupt-image`` where pixels are missing or damaged.
    """
    picture = open_picture(content, name)
    photo = photo_from(picture)
    damage = jpeg_damage(content) if picture.media_type == "image/jpeg" else ()
    credentials = _CREDENTIALS if _has_credentials(content) else ()
    return replace(photo, notes=photo.notes + damage + credentials)


def photo_from(picture: OpenPicture) -> Photo:
    """Decode an open picture; see `decode`. The picture is used up: its own copy of the pixels is let go.

    Raises:
        ImageError: ``corrupt-image`` or ``unsupported-format``.
    """
    return _with_metadata(picture, read_samples(load(picture), picture.name))


def photo_saved(content: bytes, name: str, saved: Photo) -> Photo:
    """Give what `decode` makes of a photo that was saved as PNG, without decoding pixels that are known.

    Args:
        content: What `encode` gave, with all metadata kept.
        name: For messages.
        saved: What it was given; its arrays are used.
    """
    return _with_metadata(open_picture(content, name), Samples(rgb=saved.pixels, alpha=saved.alpha, icc=saved.icc))


def _with_metadata(picture: OpenPicture, samples: Samples) -> Photo:
    image = picture.image
    exif, orientation = read_exif(image), read_orientation(image)
    packet = image.info.get("xmp")
    xmp = read_xmp(packet)
    image.close()  # before the turning below makes a second array
    return Photo(
        pixels=upright(samples.rgb, orientation),
        alpha=None if samples.alpha is None else upright(samples.alpha, orientation),
        icc=samples.icc,
        exif=exif.content,
        xmp=xmp,
        notes=_notes(picture, samples, exif, lost_xmp=bool(packet) and xmp is None),
    )


def upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Turn and mirror as an EXIF orientation from 1 to 8 asks.

    References:
        CIPA DC-008, "Exchangeable image file format", 4.6.4, tag 274.
    """
    if orientation in TURNED:
        pixels = pixels.swapaxes(0, 1)
    if orientation in {3, 4, 7, 8}:
        pixels = pixels[::-1]
    if orientation in {2, 3, 6, 7}:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def _notes(picture: OpenPicture, samples: Samples, exif: ReadExif, *, lost_xmp: bool) -> tuple[str, ...]:
    notes = [note for note in header_notes(picture) if not note.startswith("CMYK")]
    notes += samples.notes
    if exif.damaged:
        notes.append("damaged EXIF: what could not be read is left out")
    if lost_xmp:
        notes.append("damaged XMP: left out")
    return tuple(notes)


def _has_credentials(content: bytes) -> bool:
    """Say whether a C2PA manifest store lies in the file: a JUMBF box (``jumb``) of the type ``c2pa``."""
    at = content.find(b"jumb")
    while at >= 0:
        if b"c2pa" in content[at : at + 64]:
            return True
        at = content.find(b"jumb", at + 4)
    return False
