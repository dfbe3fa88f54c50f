"""Color profiles, by littlecms: what a profile is for, and transforms to and from sRGB."""

import io
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from runner.images.photo import Rgb8

MAX_PROFILE_BYTES = 8 * 2**20
_BROKEN = (ImageCms.PyCMSError, OSError, ValueError, TypeError)
_INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION
_STRIP_PX = 1_000_000
_SPACES = {b"RGB ": "RGB", b"GRAY": "L", b"CMYK": "CMYK"}

Transform = Callable[[Rgb8], Rgb8]
"""From shape (rows, columns, 3) to the same shape; integers 0 to 255 in the two spaces' own encodings."""


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """Give an sRGB profile, the same bytes every time: the date inside is fixed."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # ICC.1:2010, 7.2.8: six big-endian 16-bit numbers, year first, at byte 24.
    content[24:36] = bytes([0x07, 0xE8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
    return bytes(content)


def profile_space(icc: bytes) -> str:
    """Name the Pillow mode that a profile's header says it is for; empty for any other."""
    return _SPACES.get(icc[16:20], "")


def is_usable(icc: bytes) -> bool:
    """Say whether littlecms can go from this RGB profile to sRGB and back."""
    return _rgb_transforms(icc) is not None


def is_srgb(icc: bytes | None) -> bool:
    """Say whether a profile is sRGB for practical purposes: no color of a grid moves by more than 1 of 255."""
    return icc is None or _is_srgb(icc)


@lru_cache(maxsize=16)
def _is_srgb(icc: bytes) -> bool:
    levels = np.linspace(0, 255, 9).round().astype(np.uint8)
    grid = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(27, 27, 3)
    return int(np.abs(to_srgb_transform(icc)(grid).astype(int) - grid).max()) <= 1


def to_srgb_transform(icc: bytes) -> Transform:
    """Make the transform from a usable profile to sRGB.

    Relative colorimetric with black point compensation.

    Raises:
        ValueError: the profile is not usable.
    """
    return _transforms(icc)[0]


def from_srgb_transform(icc: bytes) -> Transform:
    """Make the transform from sRGB to a usable profile; see `to_srgb_transform`."""
    return _transforms(icc)[1]


def _transforms(icc: bytes) -> tuple[Transform, Transform]:
    transforms = _rgb_transforms(icc)
    if transforms is None:
        raise ValueError("not a usable RGB profile")
    return transforms


@lru_cache(maxsize=16)
def _rgb_transforms(icc: bytes) -> tuple[Transform, Transform] | None:
    profile = _open(icc)
    if profile is None or profile_space(icc) != "RGB":
        return None
    srgb = ImageCms.createProfile("sRGB")
    try:
        forth = ImageCms.buildTransform(profile, srgb, "RGB", "RGB", _INTENT, _FLAGS)
        back = ImageCms.buildTransform(srgb, profile, "RGB", "RGB", _INTENT, _FLAGS)
    except _BROKEN:
        return None
    return _by_strips(forth), _by_strips(back)


def _open(icc: bytes) -> ImageCms.ImageCmsProfile | None:
    if len(icc) > MAX_PROFILE_BYTES:
        return None
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(icc))
    except _BROKEN:
        return None


def _by_strips(transform: ImageCms.ImageCmsTransform) -> Transform:
    """Apply a transform a few rows at a time: Pillow needs four bytes for each pixel of three."""

    def apply(pixels: Rgb8) -> Rgb8:
        converted = np.empty_like(pixels, order="C")
        step = max(1, _STRIP_PX // max(1, pixels.shape[1]))
        for top in range(0, len(pixels), step):
            strip = Image.fromarray(np.ascontiguousarray(pixels[top : top + step]))
            converted[top : top + step] = np.asarray(transform.apply(strip))
        return converted

    return apply


def gray_to_srgb(icc: bytes) -> NDArray[np.uint8] | None:
    """Tabulate a gray profile: shape (256, 3), the sRGB color of each level; None where it is not usable."""
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None, :])
    convert = _to_srgb_image(icc, "L")
    return np.asarray(convert(ramp))[0] if convert else None


def cmyk_to_srgb(icc: bytes) -> Callable[[Image.Image], Image.Image] | None:
    """Make the transform of CMYK pictures to sRGB ones; None where the profile is not usable."""
    return _to_srgb_image(icc, "CMYK")


def _to_srgb_image(icc: bytes, mode: str) -> Callable[[Image.Image], Image.Image] | None:
    profile = _open(icc)
    if profile is None or profile_space(icc) != mode:
        return None
    try:
        transform = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), mode, "RGB", _INTENT, _FLAGS)
    except _BROKEN:
        return None
    return transform.apply
