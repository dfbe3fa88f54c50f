"""How many pictures a file holds, counted without decoding and up to a limit."""

import struct

MAX_FRAMES = 10_000
"""Counting ends here; a file with more is said to have this many."""


def count_gif_frames(content: bytes) -> int:
    """Count the image blocks of a GIF, as far as they are whole.

    References:
        CompuServe, "Graphics Interchange Format", version 89a, sections 18 to 26.
    """
    at = 13 + _color_table_bytes(content[10] if len(content) > 10 else 0)
    frames = 0
    while at < len(content) and frames < MAX_FRAMES:
        match content[at]:
            case 0x21:
                at = _after_blocks(content, at + 2)
            case 0x2C if at + 9 < len(content):
                frames += 1
                at = _after_blocks(content, at + 11 + _color_table_bytes(content[at + 9]))
            case _:
                break
    return max(1, frames)


def _color_table_bytes(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(content: bytes, at: int) -> int:
    """Skip a chain of length-prefixed blocks; the one of length 0 ends it."""
    while at < len(content) and content[at]:
        at += 1 + content[at]
    return at + 1


def count_tiff_pages(content: bytes) -> int:
    """Count the directories of a TIFF or BigTIFF; a chain that bites its tail ends there.

    References:
        Adobe, "TIFF, Revision 6.0", section 2; "The BigTIFF File Format", libtiff.
    """
    order = "<" if content[:2] == b"II" else ">"
    big = content[2:4] in (b"+\0", b"\0+")
    count_code, entry_bytes, offset_code = ("Q", 20, "Q") if big else ("H", 12, "I")
    seen: set[int] = set()
    at = _number(content, 8 if big else 4, order + offset_code)
    while at and at not in seen and len(seen) < MAX_FRAMES:
        entries = _number(content, at, order + count_code)
        seen.add(at)
        at = _number(content, at + struct.calcsize(count_code) + entries * entry_bytes, order + offset_code)
    return max(1, len(seen))


def _number(content: bytes, at: int, code: str) -> int:
    """Read one number; 0 beyond the end."""
    if at + struct.calcsize(code) > len(content):
        return 0
    value: int = struct.unpack_from(code, content, at)[0]
    return value
