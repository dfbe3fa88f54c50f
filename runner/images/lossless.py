"""Whether a file holds its pixels exactly."""

from PIL.TiffImagePlugin import TiffImageFile

from runner.images.opening import OpenPicture, open_picture

_COMPRESSION_TAG = 259
_EXACT_TIFF = frozenset({1, 2, 3, 4, 5, 8, 32771, 32773, 32946, 34925, 50000})
"""None, CCITT (2 to 4, 32771), LZW, Deflate (8, 32946), PackBits, LZMA, Zstandard."""


def is_lossless(content: bytes, name: str) -> bool:
    """Say whether a picture's format keeps every pixel as it was given.

    PNG and BMP do; JPEG, AVIF and GIF (at most 256 colors) do not; of WebP and TIFF it depends on the file.

    Raises:
        ImageError: as `runner.images.codec.read_header`.
    """
    picture = open_picture(content, name)
    match picture.media_type:
        case "image/png" | "image/bmp":
            return True
        case "image/webp":
            return _is_lossless_webp(content)
        case "image/tiff":
            return _is_lossless_tiff(picture)
        case _:
            return False


def _is_lossless_tiff(picture: OpenPicture) -> bool:
    image = picture.image
    return isinstance(image, TiffImageFile) and image.tag_v2.get(_COMPRESSION_TAG, 1) in _EXACT_TIFF


def _is_lossless_webp(content: bytes) -> bool:
    """Look for the first bitstream among the chunks; an animation's frame (``ANMF``) has it 16 bytes inside.

    References:
        Google, "WebP Container Specification".
    """
    at = 12
    while at + 8 <= len(content):
        kind = content[at : at + 4]
        if kind in {b"VP8L", b"VP8 "}:
            return kind == b"VP8L"
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        at += 24 if kind == b"ANMF" else 8 + size + size % 2
    return False
