"""A zip of pictures: the same pictures give the same bytes, everywhere and always."""

import io
import zipfile
from collections.abc import Iterable

from runner.providers.runflow.wire import Packed

MEDIA_TYPE = "application/zip"

_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The first moment that the format can say."""

_UNIX = 3
_READABLE = 0o644 << 16


def pack(members: Iterable[Packed]) -> bytes:
    """Pack files in their order; they are stored as they are, because pictures are compressed already."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            entry = zipfile.ZipInfo(member.member, _BEGINNING)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE
            archive.writestr(entry, member.media.content)
    return written.getvalue()
