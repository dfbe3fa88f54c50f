"""Between a photo's own color space and sRGB, in which engines work."""

from dataclasses import replace

import numpy as np

from runner.images.icc import from_srgb_transform, is_srgb, srgb_profile, to_srgb_transform
from runner.images.photo import Photo, Rgb8


def to_srgb(photo: Photo) -> Rgb8:
    """Give the pixels in sRGB; the photo's own array where it is sRGB already, so never write into it.

    Relative colorimetric with black point compensation: colors outside sRGB are cut to its surface.
    """
    if photo.icc is None or is_srgb(photo.icc):
        return photo.pixels
    return to_srgb_transform(photo.icc)(photo.pixels)


def from_srgb(photo: Photo, edited: Rgb8) -> Photo:
    """Put edited sRGB pixels into a photo, in the photo's own color space.

    Only pixels that differ from ``to_srgb(photo)`` are converted: the others stay bit-identical, also colors
    that sRGB cannot hold. Pixels of another size are all converted, and the photo's alpha is then left out.
    """
    if edited.shape != photo.pixels.shape:
        return replace(photo, pixels=_from_srgb(edited, photo.icc), alpha=None)
    if photo.icc is None or is_srgb(photo.icc):
        return replace(photo, pixels=np.ascontiguousarray(edited))
    changed = (edited != to_srgb(photo)).any(axis=2)
    pixels = photo.pixels.copy()
    pixels[changed] = _from_srgb(edited[changed][None], photo.icc)[0]
    return replace(photo, pixels=pixels)


def _from_srgb(pixels: Rgb8, icc: bytes | None) -> Rgb8:
    if icc is None or is_srgb(icc) or not pixels.size:
        return np.ascontiguousarray(pixels)
    return from_srgb_transform(icc)(pixels)


def with_profile(photo: Photo, icc: bytes | None) -> Photo:
    """Convert a photo's pixels to another RGB profile, by way of sRGB; None is sRGB without a profile."""
    if photo.icc == icc:
        return photo
    return replace(photo, pixels=_from_srgb(to_srgb(photo), icc), icc=icc)


def with_srgb_profile(photo: Photo) -> Photo:
    """Convert a photo's pixels to sRGB and say so by a profile."""
    return replace(photo, pixels=to_srgb(photo), icc=srgb_profile())
