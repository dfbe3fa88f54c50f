"""What is computed in a worker process for an execution; top-level functions, so that they can be sent there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from runner.core.artifact import Artifact, Size
from runner.core.digest import Digest, Json, digest_bytes
from runner.core.errors import RunnerError
from runner.images.metadata import Kept, MetadataPolicy, SourceType
from runner.images.rewrap import rewrap_jpeg, rewrap_webp
from runner.providers.base import Picture
from runner.providers.shelf import SHELF

if TYPE_CHECKING:
    from runner.images.opening import OpenPicture
    from runner.images.photo import Described, Photo


def draw_mask_png(
    spec: Mapping[str, Json], contents: Mapping[str, bytes], size: Size, wanted: Digest | None, name: str
) -> bytes:
    """Draw a mask as the plan saw it.

    Args:
        spec: Shape, polarity and operations.
        contents: The bytes of its sources, by what the spec calls them.
        size: Of the picture it belongs to.
        wanted: The digest of the raster in the plan; None where it is made from a result.
        name: How messages call the mask.

    Returns:
        A PNG in gray, 255 is edited.

    Raises:
        RunnerError: a source is no mask, the raster is another one than the plan saw, or nothing of it is white.
    """
    from runner.images.mask import digest_mask, encode_mask
    from runner.plan.masks import draw_mask

    mask = draw_mask(spec, contents, size)
    if wanted is None and not mask.any():
        raise RunnerError("empty-mask", f"the mask '{name}' is empty: nothing of it is white", hint="look at its step")
    if wanted is not None and digest_mask(mask) != wanted:
        raise RunnerError(
            "mask-changed", f"the mask '{name}' is not the one the plan saw", hint="make a new plan: runner run RECIPE"
        )
    return encode_mask(mask)


def describe(content: bytes, name: str) -> Artifact:
    """Say what an image is, from its header.

    Raises:
        ImageError: it is not an image that can be read.
    """
    from runner.images.codec import read_header

    header = read_header(content, name)
    return Artifact(
        digest=digest_bytes(content),
        media_type=header.media_type,
        size_bytes=len(content),
        width_px=header.size.width_px,
        height_px=header.size.height_px,
    )


def paste(original: Picture, edited: bytes, mask_png: bytes) -> bytes:
    """Restore the original outside a mask.

    Returns:
        A PNG in the color space and with the metadata of the original, bit-identical to it where the mask is 0.

    Raises:
        ImageError: one of them cannot be read, or their sizes differ.
    """
    from runner.images.composite import paste_back
    from runner.images.mask import read_mask

    photo = SHELF.decode(original.content, original.name)
    result = SHELF.decode(edited, f"result for {original.name}")
    mask = read_mask(mask_png, f"mask of {original.name}")
    return SHELF.encode_png(paste_back(photo, result, mask))


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """How an output is to be saved.

    Attributes:
        quality: 1 to 100; None for the one that the result was stored with, or else the format's own default.
        stored_quality: What the last step was told, where it was told.
        keep: Names of the metadata that travels.
        mark: The IPTC digital source type to write; None writes none.
    """

    media_type: str
    quality: int | None
    stored_quality: int | None
    keep: tuple[str, ...]
    mark: SourceType | None


def keep_coded(result: Picture, metadata_from: Picture | None, saving: Saving) -> bytes | None:
    """Write a JPEG that only lacks the metadata of an output, or nothing; no pixel is decoded.

    Returns:
        None where its pixels have to be written anew, or it is no JPEG: ``save_as`` does that.

    Raises:
        ImageError: as ``save_as``.
    """
    if saving.media_type != "image/jpeg":
        return None
    from runner.images.codec import describe, described
    from runner.images.encode import jpeg_metadata
    from runner.images.opening import open_picture

    opened = open_picture(result.content, result.name)
    found = described(opened)
    if not _is_stored_so(opened.media_type, saving) or not _can_stay(opened, found, saving):
        return None
    if metadata_from is not None:
        source = describe(metadata_from.content, metadata_from.name)
        found = replace(found, exif=source.exif, xmp=source.xmp)
    if _has_metadata_of(found, saving):
        return result.content
    return rewrap_jpeg(result.content, jpeg_metadata(found, _policy(saving)))


def save_as(result: Picture, metadata_from: Picture | None, saving: Saving) -> bytes:
    """Write a result in the format and with the metadata of an output.

    A result that has all of that already is given back byte for byte, and one that only lacks metadata keeps its
    compressed pixels: nothing is lost a second time.

    Args:
        result: The result of the last step.
        metadata_from: The input whose EXIF and XMP travel; None leaves those of the result.
        saving: The format and what goes along.

    Raises:
        ImageError: one of them cannot be read, or the format cannot hold the result.
    """
    from runner.images.codec import describe, described, encode
    from runner.images.opening import open_picture

    coded = keep_coded(result, metadata_from, saving)
    if coded is not None:
        return coded
    opened = open_picture(result.content, result.name)
    is_stored_so = _is_stored_so(opened.media_type, saving)
    photo = SHELF.decode(result.content, result.name)
    if metadata_from is not None:
        source = describe(metadata_from.content, metadata_from.name)
        photo = replace(photo, exif=source.exif, xmp=source.xmp)
    if is_stored_so and _has_metadata_of(photo, saving):
        return result.content
    quality = saving.quality or (saving.stored_quality if is_stored_so else None)
    saved = encode(photo, saving.media_type, quality=quality, metadata=_policy(saving))
    if is_stored_so and saving.media_type == "image/webp" and _can_stay(opened, described(opened), saving):
        return rewrap_webp(result.content, saved)
    return saved


def _policy(saving: Saving) -> MetadataPolicy:
    return MetadataPolicy(keep=frozenset(cast("tuple[Kept, ...]", saving.keep)), mark=saving.mark)


def _has_metadata_of(photo: "Photo | Described", saving: Saving) -> bool:
    """Whether there is nothing to leave out and nothing to add."""
    return photo.exif is None and photo.xmp is None and saving.mark is None and _keeps_profile(photo, saving)


def _keeps_profile(photo: "Photo | Described", saving: Saving) -> bool:
    """Whether the pixels stay in the color space that they are in."""
    return photo.icc is None or "icc" in saving.keep


def _is_stored_so(media_type: str, saving: Saving) -> bool:
    """Whether a result of some type has the format of an output, and was stored with its quality."""
    return media_type == saving.media_type and saving.quality in {None, saving.stored_quality}


def _can_stay(opened: "OpenPicture", found: "Described", saving: Saving) -> bool:
    """Whether the pixels may be taken as they are: one RGB picture, upright as it is stored, of the right colors."""
    from runner.images.exif import read_orientation

    is_plain = opened.image.mode in {"RGB", "RGBA"} and opened.frames == 1 and read_orientation(opened.image) == 1
    return is_plain and _keeps_profile(found, saving)
