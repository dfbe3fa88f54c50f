"""The announcement of an upload."""

from collections.abc import Mapping
from dataclasses import dataclass

from runner.core.digest import Json
from runner.server.answers import FieldError, invalid
from runner.server.media.types import ENDINGS

MAX_BYTES = 50 * 2**20
MAX_NAME = 500


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a client says it will upload."""

    filename: str
    mime_type: str
    size_bytes: int


def parse_announcement(body: Mapping[str, Json]) -> Announcement:
    """Read an announcement.

    Raises:
        Refusal: 422, with every field that is wrong.
    """
    name, mime_type, size_bytes = body.get("filename"), body.get("mime_type"), body.get("size_bytes")
    errors = []
    if not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME:
        errors.append(FieldError("filename", f"must be a text of 1 to {MAX_NAME} characters"))
    if not isinstance(mime_type, str) or mime_type not in ENDINGS:
        errors.append(FieldError("mime_type", f"must be one of {', '.join(ENDINGS)}"))
    if not isinstance(size_bytes, int) or isinstance(size_bytes, bool) or not 1 <= size_bytes <= MAX_BYTES:
        errors.append(FieldError("size_bytes", f"must be a whole number from 1 to {MAX_BYTES}"))
    if errors:
        raise invalid(*errors)
    return Announcement(str(name), str(mime_type), int(str(size_bytes)))
