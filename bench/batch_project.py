"""A project of one batch: N tiny photos, each edited in two steps."""

import os
import struct
import zlib
from pathlib import Path
from textwrap import dedent

STEPS = 2
PHOTO_SIDE_PX = 8
_MADE_AT_S = 1_750_000_000
"""Long ago: the digest of a file that changed within the last two seconds is not remembered."""

_PAID = """
  - id: eyes
    uses: runflow/eye-color
    with: { image: "${{ item }}", eye_color: green }
  - id: small
    uses: image/resize
    with: { image: "${{ steps.eyes.image }}", width: 4 }
"""
_FREE = """
  - id: cut
    uses: image/crop
    with: { image: "${{ item }}", rect: [0, 0, 6, 6] }
  - id: small
    uses: image/resize
    with: { image: "${{ steps.cut.image }}", width: 4 }
"""


def write_project(root: Path, photos: int, *, paid: bool) -> Path:
    """Write a project whose recipe edits every photo of a folder; the photos differ from each other.

    Args:
        root: Its folder, which is made.
        photos: How many.
        paid: Whether the first step is bought at a provider; otherwise both are free and local.

    Returns:
        The recipe's path.
    """
    for folder in ("photos", "recipes"):
        (root / folder).mkdir(parents=True)
    (root / "runner.toml").write_text("")
    for number in range(photos):
        photo = root / "photos" / f"p{number:06}.png"
        photo.write_bytes(png(number, PHOTO_SIDE_PX))
        os.utime(photo, (_MADE_AT_S, _MADE_AT_S))
    recipe = root / "recipes" / "batch.yaml"
    recipe.write_text(_recipe(paid=paid))
    return recipe


def _recipe(*, paid: bool) -> str:
    head = dedent("""\
        version: 1
        name: batch
        inputs:
          photo: { glob: ../photos/*.png }
        steps:""")
    tail = dedent(f"""\
        outputs:
          - {{ from: small, path: "out/${{{{ item.key }}}}.png" }}
        defaults: {{ provider: {"runflow" if paid else "local"} }}
        """)
    return head + (_PAID if paid else _FREE) + tail


def png(number: int, side_px: int) -> bytes:
    """Draw a square of one color, written by hand because an image library takes a minute for 100,000."""
    color = bytes((number & 255, number >> 8 & 255, number >> 16))
    header = struct.pack(">IIBBBBB", side_px, side_px, 8, 2, 0, 0, 0)
    rows = (b"\0" + color * side_px) * side_px
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
