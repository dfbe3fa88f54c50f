"""Text and profiles of a PNG that unpack to far more than they are: left out before a decoder sees them."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MAX_UNPACKED_BYTES = 2**20
"""Of one text or profile: the most that Pillow unpacks before it gives up on the whole picture."""

MAX_TEXT_BYTES = 16 * 2**20
"""Of all texts together."""

_SIGNATURE_BYTES = 8
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})


@dataclass(frozen=True, slots=True)
class _Chunk:
    kind: bytes
    start: int
    end: int
    body: memoryview


def without_giants(content: bytes) -> bytes:
    """Give the same PNG without texts and profiles above the limits; the very same bytes where there are none.

    References:
        W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", 5.3 and 11.3.
    """
    giants = list(_giants(content))
    if not giants:
        return content
    parts, at = [], 0
    for chunk in giants:
        parts.append(content[at : chunk.start])
        at = chunk.end
    return b"".join([*parts, content[at:]])


def _giants(content: bytes) -> Iterator[_Chunk]:
    total_bytes = 0
    for chunk in _chunks(content):
        if chunk.kind not in _TEXTS and chunk.kind != b"iCCP":
            continue
        size_bytes = _unpacked_bytes(chunk)
        total_bytes += size_bytes
        if size_bytes > MAX_UNPACKED_BYTES or total_bytes > MAX_TEXT_BYTES:
            total_bytes -= size_bytes
            yield chunk


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
