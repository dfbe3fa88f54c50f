"""Open a picture as far as its header, within limits, and load it: the only place that hands bytes to a decoder."""

import io
import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from PIL.ImageFile import ImageFile

from runner.core.errors import ImageError
from runner.images.frames import count_gif_frames, count_tiff_pages
from runner.images.limits import MAX_FILE_BYTES, MAX_PIXELS
from runner.images.png_chunks import TidyPng, tidy_png
from runner.images.sniff import Refusal, sniff

BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, AttributeError, ArithmeticError, RuntimeError,
    struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's readers raise on damaged bytes, found by feeding it damaged files."""

_OPENERS: dict[str, Callable[[io.BytesIO], ImageFile]] = {
    "image/jpeg": JpegImagePlugin.jpeg_factory,
    "image/png": PngImagePlugin.PngImageFile,
    "image/gif": GifImagePlugin.GifImageFile,
    "image/webp": WebPImagePlugin.WebPImageFile,
    "image/tiff": TiffImagePlugin.TiffImageFile,
    "image/bmp": BmpImagePlugin.BmpImageFile,
    "image/avif": AvifImagePlugin.AvifImageFile,
}
# The plug-ins are called by themselves: Image.open warns of pictures that are within the limit here.

_DNG_VERSION, _SUBFILE_TYPE, _SUB_DIRECTORIES, _BITS_PER_SAMPLE = 50706, 254, 330, 258
_GIANTS = ("giant text or color profile in the file: left out",)
_quiet_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPicture:
    """A picture whose header was read and found within the limits; its pixels are not decoded yet."""

    image: ImageFile
    name: str
    media_type: str
    depth_bits: int
    frames: int
    notes: tuple[str, ...] = ()


def open_picture(content: bytes, name: str) -> OpenPicture:
    """Read the header of the first picture in a file.

    Raises:
        ImageError: ``empty-file``, ``not-an-image``, ``unsupported-format``, ``corrupt-image`` or ``too-large``.
    """
    media_type = _media_type(content, name)
    tidy = tidy_png(content) if media_type == "image/png" else TidyPng(content, left_out=False)
    image = _read_header(tidy.content, name, media_type)
    _check_size(image.size, name)
    _check_raw(image, name)
    return OpenPicture(
        image=image,
        name=name,
        media_type=media_type,
        depth_bits=_depth_bits(content, image, media_type),
        frames=_frames(content, image, media_type),
        notes=_GIANTS if tidy.left_out else (),
    )


def load(picture: OpenPicture) -> ImageFile:
    """Decode the pixels; the picture's own object is filled and given back.

    Raises:
        ImageError: ``corrupt-image``, where bytes are missing or damaged.
    """
    # Pillow reads the tags of a TIFF again while loading, and warns again.
    silence = quiet() if picture.media_type == "image/tiff" else nullcontext()
    try:
        with silence:
            picture.image.load()
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise _corrupt(picture.name, error) from error
    return picture.image


def read_through(content: bytes, name: str) -> None:
    """Read all the data of a picture, and make no more of it than that takes: a JPEG an eighth of its sides.

    Raises:
        ImageError: as `open_picture`, and ``corrupt-image`` where bytes are missing or damaged.
    """
    picture = open_picture(content, name)
    picture.image.draft(None, (1, 1))
    load(picture).close()


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Pillow's warnings about odd metadata from the user; what matters is said by our own notes.

    The lock is there because the filters of warnings are shared by all threads.
    """
    with _quiet_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def shown(name: str) -> str:
    """Make a file's name fit for a message: control characters and undecodable bytes become escapes."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)


def _media_type(content: bytes, name: str) -> str:
    if len(content) > MAX_FILE_BYTES:
        raise ImageError(
            "too-large",
            f"'{shown(name)}' has {len(content) // 2**20} MiB, more than {MAX_FILE_BYTES // 2**20}",
            hint="save it smaller or in another format first",
        )
    kind = sniff(content)
    if isinstance(kind, Refusal):
        raise ImageError(kind.code, f"'{shown(name)}' is {kind.what}", hint=kind.hint)
    if kind == "image/avif" and not AvifImagePlugin.SUPPORTED:
        raise ImageError("unsupported-format", f"'{shown(name)}' is AVIF, which the installed Pillow cannot read")
    return kind


def _read_header(content: bytes, name: str, media_type: str) -> ImageFile:
    try:
        with quiet():
            return _OPENERS[media_type](io.BytesIO(content))
    except SyntaxError as error:
        if media_type == "image/tiff":
            message = f"'{shown(name)}' is a TIFF of a kind that cannot be read, or damaged"
            hint = "save it as 8-bit or 16-bit RGB TIFF first"
            raise ImageError("unsupported-format", message, hint=hint) from error
        raise _corrupt(name, error) from error
    except Image.DecompressionBombError as error:
        raise ImageError("too-large", f"'{shown(name)}' declares too many pixels") from error
    except BROKEN as error:
        raise _corrupt(name, error) from error


def _corrupt(name: str, error: Exception) -> ImageError:
    reason = str(error).strip() or type(error).__name__
    return ImageError(
        "corrupt-image",
        f"'{shown(name)}' is damaged or cut off: {shown(reason)[:200]}",
        hint="copy or download it again",
    )


def _check_size(size: tuple[int, int], name: str) -> None:
    columns, rows = size
    if columns < 1 or rows < 1:
        raise ImageError("corrupt-image", f"'{shown(name)}' says it has {columns}×{rows} pixels")
    if columns * rows > MAX_PIXELS:
        raise ImageError(
            "too-large",
            f"'{shown(name)}' has {columns}×{rows} pixels, more than {MAX_PIXELS // 10**6} megapixels",
            hint="save it smaller first",
        )


def _check_raw(image: ImageFile, name: str) -> None:
    """Refuse raw photos dressed as TIFF: their first picture is a small preview, not the photo."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return
    tags = image.tag_v2
    if _DNG_VERSION in tags or (tags.get(_SUBFILE_TYPE) == 1 and _SUB_DIRECTORIES in tags):
        hint = "develop it to JPEG or TIFF first"
        raise ImageError("unsupported-format", f"'{shown(name)}' is a raw photo (DNG, NEF or alike)", hint=hint)


def _depth_bits(content: bytes, image: ImageFile, media_type: str) -> int:
    """Read the bits of a sample from the header: Pillow reduces 16-bit colors without a word."""
    if media_type == "image/png":
        return content[24]
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        bits = image.tag_v2.get(_BITS_PER_SAMPLE, 1)
        return int(max(bits) if isinstance(bits, tuple) else bits)
    if media_type == "image/avif":
        return _avif_depth_bits(content)
    return 1 if image.mode == "1" else 8


def _avif_depth_bits(content: bytes) -> int:
    """Read the ``pixi`` property (ISO/IEC 23008-12, 6.5.6): version and flags, a count, then bits per channel."""
    at = content.find(b"pixi", 0, 2**16)
    channels = content[at + 8] if 0 <= at < len(content) - 9 else 0
    bits = content[at + 9 : at + 9 + min(channels, 4)]
    return max(bits, default=8)


def _frames(content: bytes, image: ImageFile, media_type: str) -> int:
    match media_type:
        case "image/gif":
            return count_gif_frames(content)
        case "image/tiff":
            return count_tiff_pages(content)
        case _:
            return int(getattr(image, "n_frames", 1))
