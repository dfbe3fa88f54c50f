"""EXIF: read it however damaged, keep what describes the photo, write it as the policy says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from PIL import Image, TiffTags
from PIL.ImageFile import ImageFile

from runner.core.artifact import Size
from runner.images.iptc import read_rights
from runner.images.metadata import MetadataPolicy
from runner.images.opening import BROKEN, quiet

Tags: TypeAlias = Mapping[int, Any]

_ORIENTATION, _ARTIST, _COPYRIGHT = 0x0112, 0x013B, 0x8298
_EXIF, _GPS, _MAKER_NOTE, _INTEROPERABILITY = 0x8769, 0x8825, 0x927C, 0xA005
_WIDTH, _HEIGHT = 0xA002, 0xA003
_DESCRIPTIVE = frozenset(
    {0x010E, 0x010F, 0x0110, 0x011A, 0x011B, 0x0128, 0x0131, 0x0132, _ARTIST, 0x013C, 0x4746, 0x4749, _COPYRIGHT}
    | set(range(0x9C9B, 0x9CA0))
)
"""Tags of the first directory about the photo, not about how its pixels lay in the file."""

# A maker note holds offsets into the old file and often a second, unedited preview or a position.
_DROPPED = frozenset({_MAKER_NOTE, _INTEROPERABILITY})
_HEAD = b"Exif\0\0"


@dataclass(frozen=True, slots=True)
class ReadExif:
    """What describes the photo, as a TIFF structure, and whether some of it could not be read."""

    content: bytes | None
    damaged: bool


def read_orientation(image: ImageFile) -> int:
    """Read from 1 to 8 how a picture lies, without decoding its pixels; 1 where nothing sensible is said."""
    try:
        with quiet():
            orientation = _directory(image).get(_ORIENTATION, 1)
    except BROKEN:
        return 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1


def read_exif(image: ImageFile) -> ReadExif:
    """Read a picture's EXIF without decoding pixels; damage costs the damaged tags, never the picture."""
    try:
        with quiet():
            found = _directory(image)
            first, detail, position = dict(found), dict(found.get_ifd(_EXIF)), dict(found.get_ifd(_GPS))
    except BROKEN:
        return ReadExif(None, damaged=True)
    kept = Image.Exif()
    described = {tag: first[tag] for tag in first.keys() & _DESCRIPTIVE}
    whole = _put(kept, read_rights(image) | described)
    detail = {tag: value for tag, value in detail.items() if tag not in _DROPPED}
    whole &= _put_directory(kept, _EXIF, detail) & _put_directory(kept, _GPS, position)
    return ReadExif(kept.tobytes().removeprefix(_HEAD) if len(kept) else None, damaged=not whole)


def _directory(image: ImageFile) -> Image.Exif:
    # Not image.getexif(): for a PNG it decodes the pixels, to look behind them; tidy_png made that needless.
    return Image.Image.getexif(image)


def _put(target: Image.Exif, tags: Tags) -> bool:
    """Add the tags that can be written again; say whether that was all of them."""
    writable = {tag: value for tag, value in tags.items() if _is_writable(tag, value)}
    for tag, value in sorted(writable.items()):
        target[tag] = value
    return len(writable) == len(tags)


def _put_directory(target: Image.Exif, pointer: int, tags: Tags) -> bool:
    writable = {tag: value for tag, value in sorted(tags.items()) if _is_writable(tag, value)}
    if writable:
        target[pointer] = writable
    return len(writable) == len(tags)


def _is_writable(tag: int, value: object) -> bool:
    if TiffTags.lookup(tag).type == TiffTags.ASCII and not isinstance(value, str):
        return False
    alone = Image.Exif()
    alone[tag] = value
    try:
        with quiet():
            alone.tobytes()
    except BROKEN:
        return False
    return True


def has_directories(exif: Image.Exif) -> bool:
    """Say whether there is more than the first directory: shooting data or a position."""
    return _EXIF in exif or _GPS in exif


def select_exif(content: bytes | None, policy: MetadataPolicy, size: Size) -> Image.Exif:
    """Choose what the policy keeps; sizes inside are those of the picture that is saved."""
    source = Image.Exif()
    if content:
        source.load(content)
    chosen = Image.Exif()
    for tag, value in _first_directory(source, policy).items():
        chosen[tag] = value
    detail = dict(source.get_ifd(_EXIF)) if "exif" in policy.keep else {}
    if detail:
        chosen[_EXIF] = detail | {
            tag: side for tag, side in ((_WIDTH, size.width_px), (_HEIGHT, size.height_px)) if tag in detail
        }
    position = dict(source.get_ifd(_GPS)) if "gps" in policy.keep else {}
    if position:
        chosen[_GPS] = position
    return chosen


def _first_directory(source: Image.Exif, policy: MetadataPolicy) -> Tags:
    everything = {tag: value for tag, value in source.items() if tag in _DESCRIPTIVE}
    rights = {tag: everything[tag] for tag in (_ARTIST, _COPYRIGHT) if tag in everything}
    upright = {_ORIENTATION: 1} if "orientation" in policy.keep else {}
    kept = everything if "exif" in policy.keep else rights if "copyright" in policy.keep else {}
    return upright | kept
