"""Pictures and archives for requests, small and drawn by ourselves or out of scikit-image."""

import base64
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import skimage
from numpy.typing import NDArray
from PIL import Image

_DATA = Path(skimage.__file__).parent / "data"


def portrait() -> bytes:
    """A face with two visible irises, as WebP."""
    written = io.BytesIO()
    Image.open(_DATA / "astronaut.png").convert("RGB").save(written, "WEBP", quality=95)
    return written.getvalue()


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Write pixels as PNG."""
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "PNG")
    return written.getvalue()


def table(rows: int = 96, columns: int = 128) -> bytes:
    """A photo of things on a table."""
    return png(np.asarray(Image.open(_DATA / "coffee.png").convert("RGB").resize((columns, rows))))


def mask(rows: int = 96, columns: int = 128) -> bytes:
    """A white rectangle in the middle of black."""
    levels = np.zeros((rows, columns), np.uint8)
    levels[rows // 3 : rows // 2, columns // 3 : columns // 2] = 255
    return png(levels)


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack files under the names given, whatever they are."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return written.getvalue()


def inputs() -> dict[str, bytes]:
    """The three pictures of reference-inpaint, by the names of the model page."""
    return {"photo.png": table(), "mask.png": mask(), "reference.png": table()}


def data_url(content: bytes, media_type: str = "image/png") -> str:
    """Write a file as a ``data:`` address."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
