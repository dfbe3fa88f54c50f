"""What a file is, by its first bytes: names and extensions are never believed."""

import re
from dataclasses import dataclass

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_AS_JPEG = "save it as JPEG or PNG first"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is not read, with the reason.

    Attributes:
        what: Completes "'photo.jpg' is …".
    """

    code: str
    what: str
    hint: str


_READABLE: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"II\*\0|MM\0\*|II\+\0|MM\0\+"), "image/tiff"),
    (re.compile(rb"BM"), "image/bmp"),
)

_UNSUPPORTED: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"(?:II\*\0|MM\0\*)....CR", re.DOTALL), "a Canon raw photo (CR2)", "develop it to JPEG or TIFF first"),
    (re.compile(rb"FUJIFILM|IIRO|IIRS|IIU\0|\0MRM|FOVb"), "a raw photo", "develop it to JPEG or TIFF first"),
    (re.compile(rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"), "a JPEG 2000 picture", _AS_JPEG),
    (re.compile(rb"\0\0\0\x0cJXL |\xff\x0a"), "a JPEG XL picture", "djxl photo.jxl photo.png"),
    (re.compile(rb"8BPS"), "a Photoshop document (PSD)", "export it as TIFF or PNG first"),
    (re.compile(rb"%!PS|\xc5\xd0\xd3\xc6"), "PostScript (EPS)", "export it as PNG or TIFF first"),
    (
        re.compile(
            rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype\s+svg|!--|svg)(?=.*<svg|[\s>])", re.IGNORECASE | re.DOTALL
        ),
        "an SVG drawing",
        "export it as PNG first",
    ),
    (re.compile(rb"P[1-7][\s#]"), "a PNM picture (PBM, PGM, PPM)", _AS_JPEG),
    (re.compile(rb"\0\0[\1\2]\0"), "an icon or cursor (ICO)", _AS_JPEG),
    (re.compile(rb"\x76\x2f\x31\x01"), "an OpenEXR picture", "save it as a 16-bit TIFF first"),
)

_FOREIGN: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"version https://git-lfs"), "a Git LFS pointer, not the picture itself", "git lfs pull"),
    (re.compile(rb"%PDF"), "a PDF document", "export its page as PNG or TIFF first"),
    (re.compile(rb"\s*<(?:!doctype html|html)", re.IGNORECASE), "an HTML page", "download the picture again"),
    (re.compile(rb"\s*<\?xml"), "an XML document", ""),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive", "unpack it first"),
    (re.compile(rb"\x1f\x8b"), "a gzip archive", "unpack it first"),
    (re.compile(rb"\s*[\[{]"), "a JSON text", "look into it: it may be an error message of a server"),
    (re.compile(rb"[\t\n\r\x20-\x7e]{8}"), "a text", "look into it: it may be an error message of a server"),
)


def sniff(content: bytes) -> str | Refusal:
    """Give the media type of a picture that can be read, or why it is refused."""
    if not content:
        return Refusal("empty-file", "empty", "copy or download it again")
    if content[4:8] == b"ftyp":
        return _by_brand(content)
    head = content[:4096]
    for pattern, what, hint in _UNSUPPORTED:
        if pattern.match(head):
            return Refusal("unsupported-format", what, hint)
    return next((media_type for pattern, media_type in _READABLE if pattern.match(head)), None) or _foreign(head)


def _by_brand(content: bytes) -> str | Refusal:
    """Tell apart the kinds of ISO base media files by their brands."""
    end = min(int.from_bytes(content[:4], "big"), len(content), 256)
    major, *compatible = [content[8:12]] + [content[at : at + 4] for at in range(16, end - 3, 4)]
    brands = {major, *compatible}
    if brands & _AVIF_BRANDS:
        return "image/avif"
    if major == b"crx ":
        return Refusal("unsupported-format", "a Canon raw photo (CR3)", "develop it to JPEG or TIFF first")
    if brands & _HEIC_BRANDS:
        return Refusal("unsupported-format", "a HEIC photo", "heif-convert photo.heic photo.jpg")
    return Refusal("not-an-image", "a video or another media file", "take a still from it first")


def _foreign(head: bytes) -> Refusal:
    for pattern, what, hint in _FOREIGN:
        if pattern.match(head):
            return Refusal("not-an-image", what, hint)
    return Refusal("not-an-image", "no picture of a known kind", "")
