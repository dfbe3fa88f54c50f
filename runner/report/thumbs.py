"""Thumbnails of the pictures that a report shows, from bytes to bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from runner.core.artifact import Size
from runner.core.digest import digest_bytes
from runner.core.errors import ImageError
from runner.report.pictures import InputPicture, MaskPicture, ResultPicture, Suffix, Wanted

SMALL_PX = 480
LARGE_PX = 2 * SMALL_PX
_QUALITY = 80
NOTHING: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbs:
    """One picture in two sizes: at most 480 and 960 px on the long side."""

    small: bytes
    large: bytes
    suffix: Suffix

    def content(self, size: Literal["small", "large"]) -> bytes:
        """Give the bytes of one size."""
        return self.small if size == "small" else self.large


def draw_thumbs(wanted: Wanted, content: bytes, mask_contents: Mapping[str, bytes] = NOTHING) -> Thumbs:
    """Draw the thumbnails of a picture.

    Args:
        wanted: The picture.
        content: Its bytes; for a mask those of the picture under it.
        mask_contents: The bytes of a mask's sources, by what its spec calls them.

    Raises:
        ImageError: the bytes are not those that the run saw (``changed-picture``), or no picture that can be read.
    """
    from runner.images.thumbnail import thumbnail

    name = picture_name(wanted)
    _check_unchanged(wanted, content, mask_contents)
    large, media_type = thumbnail(content, name, LARGE_PX)
    if isinstance(wanted, MaskPicture):
        large, media_type = _tinted(wanted, large, mask_contents), "image/jpeg"
    small, _ = thumbnail(large, name, SMALL_PX)
    return Thumbs(small=small, large=large, suffix=".png" if media_type == "image/png" else ".jpg")


def picture_name(wanted: Wanted) -> str:
    """Name a picture in a message."""
    match wanted:
        case InputPicture():
            return wanted.path
        case MaskPicture():
            return f"mask '{wanted.mask.name}'"
        case ResultPicture():
            return f"result {wanted.id}"


def _check_unchanged(wanted: Wanted, content: bytes, mask_contents: Mapping[str, bytes]) -> None:
    """Refuse to show what was not there when the run was: a photo edited since would be a wrong 'before'."""
    photo = wanted.photo if isinstance(wanted, MaskPicture) else wanted
    files = (
        [source for source in wanted.mask.sources if source.kind == "file"] if isinstance(wanted, MaskPicture) else []
    )
    if digest_bytes(content) != photo.artifact.digest:
        raise ImageError("changed-picture", f"{picture_name(photo)} is no longer what the run saw")
    if any(digest_bytes(mask_contents.get(source.ref, b"")) != source.ref for source in files):
        raise ImageError("changed-picture", f"{picture_name(wanted)} is no longer what the run saw")


def _tinted(wanted: MaskPicture, photo_content: bytes, mask_contents: Mapping[str, bytes]) -> bytes:
    """Draw the mask at its own size, where its lengths are meant, and lay it over the picture at the picture's."""
    from runner.images.codec import decode, encode
    from runner.images.fit import fit_mask
    from runner.images.mask import draw_over
    from runner.plan.masks import draw_mask

    photo = decode(photo_content, picture_name(wanted))
    rows, columns, _ = photo.pixels.shape
    mask = fit_mask(draw_mask(wanted.mask.spec, mask_contents, wanted.mask.size), Size(columns, rows))
    tinted = replace(photo, pixels=draw_over(photo.pixels, mask), alpha=None)
    return encode(tinted, "image/jpeg", quality=_QUALITY)
