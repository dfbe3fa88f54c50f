"""From Pillow's modes to 8-bit RGB and alpha: depth, palettes, gray and CMYK."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from runner.core.errors import ImageError
from runner.images.icc import cmyk_to_srgb, gray_to_srgb, is_usable, profile_space
from runner.images.opening import shown
from runner.images.photo import Mask8, Rgb8

_STRIP_PX = 2_000_000
_SIXTEEN_BIT = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
_GRAY = frozenset({"1", "L"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """The samples of a picture as it lies in the file, not turned upright.

    Attributes:
        rgb: In the space of ``icc``, sRGB where that is None.
    """

    rgb: Rgb8
    alpha: Mask8 | None
    icc: bytes | None
    notes: tuple[str, ...] = ()


def read_samples(image: Image.Image, name: str) -> Samples:
    """Bring a loaded picture to 8-bit RGB; 16 bits are rounded, gray and CMYK profiles applied.

    Raises:
        ImageError: ``unsupported-format``, for samples without a defined range or color space.
    """
    icc = image.info.get("icc_profile") or None
    if image.mode == "CMYK":
        return _from_cmyk(image, icc)
    if image.mode in _SIXTEEN_BIT or image.mode == "F" or (image.mode in _GRAY and not image.has_transparency_data):
        return _from_gray(read_gray(image, name), _sixteen_bit_alpha(image), icc)
    if image.mode == "LA":
        return _from_gray(channel(image, "L"), channel(image, "A"), icc)
    return _from_color(image, icc, name)


def read_gray(image: Image.Image, name: str) -> Mask8:
    """Read a gray picture of any depth as 8 bits, without any color management.

    Raises:
        ImageError: ``unsupported-format``, for samples without a defined range.
    """
    _check_kind(image, name)
    if image.mode in _SIXTEEN_BIT:
        return by_strips(image, lambda strip: _rounded_16(np.asarray(strip)))
    if image.mode == "F":
        return by_strips(image, lambda strip: _rounded_float(np.asarray(strip), name))
    return by_strips(image, lambda strip: np.asarray(strip.convert("L")))


def _check_kind(image: Image.Image, name: str) -> None:
    if image.mode in {"I", "LAB"}:
        message = f"'{shown(name)}' has samples of a kind that is not read ('{image.mode}')"
        raise ImageError("unsupported-format", message, hint="save it as 8-bit or 16-bit RGB first")


def channel(image: Image.Image, band: str) -> Mask8:
    """Take one band of a picture as an array."""
    return by_strips(image, lambda strip: np.asarray(strip.getchannel(band)))


def by_strips(image: Image.Image, read: Callable[[Image.Image], NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Turn a picture into an array a few rows at a time: one whole copy less in memory."""
    columns, rows = image.size
    step = max(1, _STRIP_PX // columns)
    tops = range(0, rows, step)
    first = read(image.crop((0, 0, columns, min(step, rows))))
    pixels = np.empty((rows, *first.shape[1:]), np.uint8)
    pixels[: len(first)] = first
    for top in tops[1:]:
        pixels[top : top + step] = read(image.crop((0, top, columns, min(top + step, rows))))
    return pixels


def _rounded_16(samples: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Divide by 257 and round: 65535 becomes 255 and 0 stays 0."""
    return ((samples.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _rounded_float(samples: NDArray[np.float32], name: str) -> NDArray[np.uint8]:
    if not (np.isfinite(samples).all() and samples.min() >= 0 and samples.max() <= 1):
        message = f"'{shown(name)}' has floating-point samples outside 0 to 1"
        raise ImageError("unsupported-format", message, hint="save it as 8-bit or 16-bit TIFF first")
    return np.rint(samples * 255).astype(np.uint8)


def _sixteen_bit_alpha(image: Image.Image) -> Mask8 | None:
    """A 16-bit gray PNG may name one level that is transparent."""
    level = image.info.get("transparency")
    if image.mode not in _SIXTEEN_BIT or not isinstance(level, int):
        return None
    return by_strips(image, lambda strip: np.where(np.asarray(strip) == level, 0, 255).astype(np.uint8))


def _from_gray(gray: Mask8, alpha: Mask8 | None, icc: bytes | None) -> Samples:
    if icc is None:
        return Samples(rgb=_three(gray), alpha=alpha, icc=None)
    if profile_space(icc) == "RGB":
        usable = is_usable(icc)
        return Samples(rgb=_three(gray), alpha=alpha, icc=icc if usable else None, notes=() if usable else _BAD_PROFILE)
    levels = gray_to_srgb(icc)
    if levels is None:
        return Samples(rgb=_three(gray), alpha=alpha, icc=None, notes=_BAD_PROFILE)
    return Samples(rgb=levels[gray], alpha=alpha, icc=None, notes=("gray profile: converted to sRGB",))


def _three(gray: Mask8) -> Rgb8:
    return np.repeat(gray[:, :, None], 3, axis=2)


def _from_cmyk(image: Image.Image, icc: bytes | None) -> Samples:
    convert = cmyk_to_srgb(icc) if icc else None
    if convert:
        rgb = by_strips(image, lambda strip: np.asarray(convert(strip)))
        return Samples(rgb=rgb, alpha=None, icc=None, notes=("CMYK: converted to sRGB by its profile",))
    rgb = by_strips(image, lambda strip: np.asarray(strip.convert("RGB")))
    notes = ("CMYK without a usable profile: colors are an estimate",)
    return Samples(rgb=rgb, alpha=None, icc=None, notes=notes)


def _from_color(image: Image.Image, icc: bytes | None, name: str) -> Samples:
    _check_kind(image, name)
    if not image.has_transparency_data:
        rgb, alpha = by_strips(image, lambda strip: np.asarray(strip.convert("RGB"))), None
    else:
        rgb = by_strips(image, lambda strip: np.asarray(strip.convert("RGBA").convert("RGB")))
        alpha = by_strips(image, lambda strip: np.asarray(strip.convert("RGBA").getchannel("A")))
    if icc and profile_space(icc) == "L" and (rgb == rgb[:, :, :1]).all():
        return _from_gray(rgb[:, :, 0], alpha, icc)  # 16-bit gray with alpha: Pillow opens it as color
    usable = icc is None or is_usable(icc)
    return Samples(rgb=rgb, alpha=alpha, icc=icc if usable else None, notes=() if usable else _BAD_PROFILE)


_BAD_PROFILE = ("color profile is damaged or of another kind: taken as sRGB",)
