"""What a file of a run is, as far as its header."""

from dataclasses import dataclass

from runner.core.artifact import Size
from runner.core.errors import ImageError
from runner.server.media.limits import MediaLimits
from runner.server.media.problem import MediaProblem
from runner.server.media.types import ARCHIVE

_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """What a picture says of itself; the size is after orientation."""

    media_type: str
    size: Size


def check_picture(content: bytes, name: str, limits: MediaLimits) -> PictureHeader:
    """Read a picture's header; its pixels are not decoded.

    Raises:
        MediaProblem: it is no picture that can be read, or has too many pixels.
    """
    from runner.images.codec import read_header

    try:
        header = read_header(content, name)
    except ImageError as error:
        raise MediaProblem(f"{error.message}; {error.hint}" if error.hint else error.message) from error
    if header.size.width_px * header.size.height_px > limits.pixels:
        raise MediaProblem(f"'{name}' has {header.size} pixels, more than {limits.pixels // 10**6} megapixels")
    return PictureHeader(header.media_type, header.size)


def media_type_of_content(content: bytes, name: str, limits: MediaLimits) -> str:
    """Say what a file is by its own bytes: a picture within the limits, or an archive, which is not looked into.

    Raises:
        MediaProblem: it is neither.
    """
    return ARCHIVE if content.startswith(_ZIP_MAGICS) else check_picture(content, name, limits).media_type


def check_fits(media_type: str, *, archive: bool) -> None:
    """Prove that a file is of the kind that a field takes.

    Raises:
        MediaProblem: it is a picture where an archive is needed, or the other way round.
    """
    if (media_type == ARCHIVE) != archive:
        wanted = "a zip archive" if archive else "a picture"
        raise MediaProblem(f"it is {media_type}, and {wanted} is needed")
