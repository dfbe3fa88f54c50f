"""Gives a lossy picture other metadata without encoding its pixels again.

A JPEG that is saved a second time loses a second time. Where a step has chosen format and quality already, its
compressed pixels are kept as they are, and only what stands around them is taken from a newly saved file.

References:
    ITU-T T.81, annex B, for JPEG; Google, "WebP Container Specification".
"""

from collections.abc import Iterator

_JPEG_METADATA = {0xE1, 0xE2, 0xED, 0xFE}
"""EXIF and XMP (APP1), color profile (APP2), IPTC (APP13), comments."""
_START_OF_SCAN = 0xDA


def rewrap_jpeg(pixels: bytes, metadata: bytes) -> bytes:
    """Put the metadata of one JPEG around the compressed pixels of another.

    Raises:
        ValueError: the segments of one of them are damaged.
    """
    wrapped = [b"\xff\xd8"]
    coded = list(_jpeg_segments(pixels))
    first = 1 if coded and coded[0][0] == 0xE0 else 0  # JFIF stands before everything else
    wrapped += [segment for _, segment in coded[:first]]
    wrapped += [segment for marker, segment in _jpeg_segments(metadata) if marker in _JPEG_METADATA]
    wrapped += [segment for marker, segment in coded[first:] if marker not in _JPEG_METADATA]
    return b"".join(wrapped)


def rewrap_webp(pixels: bytes, metadata: bytes) -> bytes:
    """Put the metadata of one WebP around the compressed pixels of another; both show the same single picture.

    Raises:
        ValueError: the chunks of one of them are damaged.
    """
    body = b"".join(
        [
            *_chunks_of(metadata, {b"VP8X", b"ICCP"}),
            *_chunks_of(pixels, {b"ALPH", b"VP8 ", b"VP8L"}),
            *_chunks_of(metadata, {b"EXIF", b"XMP "}),
        ]
    )
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Give each segment with its marker; the last one is everything from the first scan on."""
    at = 2
    while at + 4 <= len(content):
        marker = content[at + 1]
        if content[at] != 0xFF:
            break
        if marker == _START_OF_SCAN:
            yield marker, content[at:]
            return
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        yield marker, content[at:end]
        at = end
    raise ValueError("the segments of the JPEG do not lead to a scan")


def _chunks_of(content: bytes, names: set[bytes]) -> list[bytes]:
    return [chunk for chunk in _webp_chunks(content) if chunk[:4] in names]


def _webp_chunks(content: bytes) -> Iterator[bytes]:
    """Give each chunk with its header and padding."""
    at = 12
    while at < len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        if end > len(content) + size % 2:
            raise ValueError("a chunk of the WebP is longer than the file")
        yield content[at:end]
        at = end
