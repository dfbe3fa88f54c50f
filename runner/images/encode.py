"""The one function that saves: what is not passed to Pillow here is lost."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import AvifImagePlugin, Image, PngImagePlugin, TiffImagePlugin

from runner.core.errors import ImageError
from runner.images.color import with_profile
from runner.images.exif import has_directories, select_exif
from runner.images.metadata import KEEP_ALL, MetadataPolicy
from runner.images.photo import Described, Photo, Rgb8
from runner.images.xmp import select_xmp

MEDIA_TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "tiff": "image/tiff",
    "avif": "image/avif",
}
"""By the format's name in recipes."""

_LONGEST_SIDE_PX = {"image/jpeg": 65_500, "image/webp": 16_383, "image/avif": 16_384}
_DEFAULT_QUALITY = {"image/jpeg": 92, "image/webp": 90, "image/avif": 80}
_JPEG_SEGMENT_BYTES = 65_500
_XMP_TAG, _ICC_TAG = 700, 34675

Options = dict[str, Any]  # keyword arguments of Pillow's save, which has no types for them


def encode(photo: Photo, media_type: str, *, quality: int | None = None, metadata: MetadataPolicy = KEEP_ALL) -> bytes:
    """Save a photo.

    PNG and TIFF are lossless and ignore ``quality``; TIFF is compressed unless EXIF or GPS data is kept.
    JPEG has no transparency: the photo is laid over white. Where the profile is not kept, pixels become sRGB.
    The same photo gives the same bytes on the same platform.

    Media types are those of `MEDIA_TYPES`. Quality is 1 to 100; when left out 92 for JPEG, 90 for WebP and 80 for
    AVIF. JPEG and AVIF keep full color resolution from 90 upwards.

    Raises:
        ImageError: ``unsupported-format`` (nothing here writes it), ``format-limit`` (a side or the metadata is too
            long for the format) or ``cannot-encode``.
    """
    if media_type not in _OPTIONS:
        raise ImageError("unsupported-format", f"cannot write '{media_type}'", hint=f"one of: {', '.join(MEDIA_TYPES)}")
    _check_limits(photo, media_type)
    if "icc" not in metadata.keep:
        photo = with_profile(photo, None)
    options = _OPTIONS[media_type](photo, metadata, quality or _DEFAULT_QUALITY.get(media_type, 0))
    image = Image.fromarray(_over_white(photo) if media_type == "image/jpeg" else _interleaved(photo))
    return _save(image, media_type, options)


def jpeg_metadata(described: Described, policy: MetadataPolicy) -> bytes:
    """Save what travels with a picture in a JPEG of one pixel; its profile always does.

    Raises:
        ImageError: as `encode`.
    """
    return _save(Image.new("RGB", (1, 1)), "image/jpeg", _jpeg(described, policy, 1))


def _save(image: Image.Image, media_type: str, options: Options) -> bytes:
    written = io.BytesIO()
    try:
        image.save(written, media_type.removeprefix("image/").upper(), **options)
    except (OSError, ValueError, RuntimeError) as error:
        raise ImageError("cannot-encode", f"cannot write {media_type}: {error}") from error
    return written.getvalue()


def _check_limits(photo: Photo, media_type: str) -> None:
    if media_type == "image/avif" and not AvifImagePlugin.SUPPORTED:
        raise ImageError("unsupported-format", "the installed Pillow cannot write AVIF", hint="pip install -U pillow")
    longest_px, limit_px = max(photo.pixels.shape[:2]), _LONGEST_SIDE_PX.get(media_type)
    if limit_px is not None and longest_px > limit_px:
        message = f"{photo.size} px is too large for {media_type}, which ends at {limit_px} px a side"
        raise ImageError("format-limit", message, hint="png or tiff")


def _over_white(photo: Photo) -> Rgb8:
    if photo.alpha is None:
        return np.ascontiguousarray(photo.pixels)
    alpha = photo.alpha[:, :, None].astype(np.uint16)
    return ((photo.pixels * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def _interleaved(photo: Photo) -> Rgb8:
    if photo.alpha is None:
        return np.ascontiguousarray(photo.pixels)
    return np.dstack([photo.pixels, photo.alpha])


def _exif(photo: Photo | Described, policy: MetadataPolicy) -> bytes:
    chosen = select_exif(photo.exif, policy, photo.size)
    return chosen.tobytes() if len(chosen) else b""


def _common(photo: Photo | Described, policy: MetadataPolicy) -> Options:
    return {
        "icc_profile": photo.icc or b"",
        "exif": _exif(photo, policy),
        "xmp": select_xmp(photo.xmp, policy) or b"",
    }


def _jpeg(photo: Photo | Described, policy: MetadataPolicy, quality: int) -> Options:
    options = _common(photo, policy)
    for kind in ("exif", "xmp"):
        if len(options[kind]) > _JPEG_SEGMENT_BYTES:
            message = f"{kind.upper()} of {len(options[kind])} bytes does not fit into a JPEG"
            hint = f"leave '{kind}' out of 'keep', or write webp, png or tiff"
            raise ImageError("format-limit", message, hint=hint)
    present = {kind: value for kind, value in options.items() if value}
    return {"quality": quality, "subsampling": 0 if quality >= 90 else 2, "optimize": True, **present}


def _png(photo: Photo, policy: MetadataPolicy, _quality: int) -> Options:
    chunks = PngImagePlugin.PngInfo()
    if xmp := select_xmp(photo.xmp, policy):
        chunks.add_itxt("XML:com.adobe.xmp", xmp.decode("utf-8", "replace"))
    exif = _exif(photo, policy)
    present = {"exif": exif} if exif else {}
    return {"compress_level": 1, "icc_profile": photo.icc, "pnginfo": chunks, **present}


def _webp(photo: Photo, policy: MetadataPolicy, quality: int) -> Options:
    return {"quality": quality, "method": 4, "exact": True, **_common(photo, policy)}


def _avif(photo: Photo, policy: MetadataPolicy, quality: int) -> Options:
    subsampling = "4:4:4" if quality >= 90 else "4:2:0"
    # One thread: with more, the bytes depend on how many there are.
    return {"quality": quality, "speed": 6, "subsampling": subsampling, "max_threads": 1, **_common(photo, policy)}


def _tiff(photo: Photo, policy: MetadataPolicy, _quality: int) -> Options:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    exif = select_exif(photo.exif, policy, photo.size)
    for tag, value in exif.items():
        tags[tag] = value
    if xmp := select_xmp(photo.xmp, policy):
        tags.tagtype[_XMP_TAG] = 1
        tags[_XMP_TAG] = xmp
    if photo.icc:
        tags.tagtype[_ICC_TAG] = 7
        tags[_ICC_TAG] = photo.icc
    # libtiff, which compresses, cannot write directories within directories; Pillow's own writer can.
    return {"compression": "raw" if has_directories(exif) else "tiff_deflate", "tiffinfo": tags}


_OPTIONS: dict[str, Callable[[Photo, MetadataPolicy, int], Options]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "image/tiff": _tiff,
    "image/avif": _avif,
}
