"""The chunks of a PNG before a decoder sees them: metadata to the front, giants out."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MAX_UNPACKED_BYTES = 2**20
"""Of one text or profile: the most that Pillow unpacks before it gives up on the whole picture."""

MAX_TEXT_BYTES = 16 * 2**20
"""Of all texts and profiles together."""

_SIGNATURE_BYTES = 8
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_METADATA = _TEXTS | {b"eXIf"}


@dataclass(frozen=True, slots=True)
class TidyPng:
    """The same picture; ``content`` is the very same bytes where there was nothing to tidy."""

    content: bytes
    left_out: bool


@dataclass(frozen=True, slots=True)
class _Chunk:
    kind: bytes
    start: int
    end: int
    body: memoryview


def tidy_png(content: bytes) -> TidyPng:
    """Leave out texts and profiles above the limits, and move metadata before the pixels.

    Pillow refuses a picture for one giant text, and finds what stands behind the pixels only by decoding them.

    References:
        W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", 5.3, 5.6 and 11.3.
    """
    chunks = list(_chunks(content))
    giants = {chunk.start for chunk in _giants(chunks)}
    pixels = next((chunk.start for chunk in chunks if chunk.kind == b"IDAT"), len(content))
    late = [chunk for chunk in chunks if chunk.start > pixels and chunk.kind in _METADATA]
    if not giants and not late:
        return TidyPng(content, left_out=False)
    order = [chunk for chunk in chunks if chunk.start < pixels] + late
    order += [chunk for chunk in chunks if chunk.start >= pixels and chunk not in late]
    view = memoryview(content)
    kept = [view[chunk.start : chunk.end] for chunk in order if chunk.start not in giants]
    cut_off = view[chunks[-1].end :]
    return TidyPng(b"".join([view[:_SIGNATURE_BYTES], *kept, cut_off]), left_out=bool(giants))


def _chunks(content: bytes) -> Iterator[_Chunk]:
    """Walk the chunks as far as they are whole."""
    view, at = memoryview(content), _SIGNATURE_BYTES
    while at + 12 <= len(content):
        length = int.from_bytes(view[at : at + 4], "big")
        end = at + 12 + length
        if end > len(content):
            return
        yield _Chunk(bytes(view[at + 4 : at + 8]), at, end, view[at + 8 : at + 8 + length])
        at = end


def _giants(chunks: list[_Chunk]) -> Iterator[_Chunk]:
    total_bytes = 0
    for chunk in chunks:
        if chunk.kind not in _TEXTS and chunk.kind != b"iCCP":
            continue
        size_bytes = _unpacked_bytes(chunk)
        if size_bytes > MAX_UNPACKED_BYTES or total_bytes + size_bytes > MAX_TEXT_BYTES:
            yield chunk
        else:
            total_bytes += size_bytes


def _unpacked_bytes(chunk: _Chunk) -> int:
    """Unpack at most a little over the limit, and say how much came out."""
    packed = _packed(chunk)
    if packed is None:
        return len(chunk.body)
    try:
        return len(zlib.decompressobj().decompress(packed, MAX_UNPACKED_BYTES + 1))
    except zlib.error:
        return len(chunk.body)


def _packed(chunk: _Chunk) -> bytes | None:
    """Give the compressed part of a chunk: behind a name, and in iTXt behind flags, language and translation."""
    name, zero, rest = bytes(chunk.body).partition(b"\0")
    if chunk.kind == b"tEXt" or not zero or len(name) > 79:
        return None
    if chunk.kind != b"iTXt":
        return rest[1:]
    return rest[2:].split(b"\0", 2)[-1] if rest[:1] == b"\1" else None
