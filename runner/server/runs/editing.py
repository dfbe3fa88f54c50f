"""What a worker process does for a run: the edit, and a small picture of its result."""

from collections.abc import Mapping
from dataclasses import dataclass

from runner.core.digest import Json
from runner.providers.base import Request

_THUMBNAIL_PX = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A result, and what is known of it.

    Attributes:
        content: A picture in the format of ``media_type``.
        details: What the engine found and chose.
        notes: Sentences for a person.
    """

    content: bytes
    media_type: str
    width_px: int
    height_px: int
    thumbnail: bytes
    thumbnail_media_type: str
    details: Mapping[str, Json]
    notes: tuple[str, ...]


def edit(request: Request) -> Edited:
    """Run an engine; called in a worker process.

    Raises:
        ImageError: a picture cannot be read.
        EngineError: the engine did not find what it needs.
    """
    from runner.images.codec import read_header
    from runner.images.thumbnail import thumbnail
    from runner.providers.worker import work

    response = work(request)
    header = read_header(response.content, request.name)
    small, small_media_type = thumbnail(response.content, request.name, _THUMBNAIL_PX)
    return Edited(
        content=response.content,
        media_type=response.media_type,
        width_px=header.size.width_px,
        height_px=header.size.height_px,
        thumbnail=small,
        thumbnail_media_type=small_media_type,
        details=response.details,
        notes=response.notes,
    )
