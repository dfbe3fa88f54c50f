"""Carries out one request in a worker process: bytes in, engine or tool, bytes out."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.core.errors import EngineError
from runner.providers.base import Request, Response
from runner.providers.shelf import SHELF

if TYPE_CHECKING:
    from runner.images.photo import Mask8, Photo


def work(request: Request) -> Response:
    """Run the tool or engine of a request.

    Raises:
        ImageError: a picture cannot be read.
        EngineError: the engine did not find what it needs; the message begins with the photo's name.
    """
    from runner.engines.tools import TOOLS

    started_s = time.monotonic()
    try:
        response = _use_tool(request) if request.model in TOOLS else _run_engine(request)
    except EngineError as error:
        message = f"{request.name}: {error.message}"
        raise EngineError(error.code, message, hint=error.hint, retryable=error.retryable) from error
    return replace(response, run_ms=round((time.monotonic() - started_s) * 1000))


def _use_tool(request: Request) -> Response:
    """Let a tool work on photos as they are, in their own color space."""
    from runner.engines.tools import TOOLS
    from runner.images.codec import encode

    photos, masks = _decode(request)
    result = TOOLS[request.model]({**photos, **masks}, request.params)
    return Response(
        content=encode(result.photo, result.media_type, quality=result.quality),
        media_type=result.media_type,
        details=result.details,
        notes=_notes(photos),
    )


def _run_engine(request: Request) -> Response:
    """Let an engine edit the picture ``image`` in sRGB, and give it back in the picture's own color space."""
    from runner.engines.all import load_engine
    from runner.images.color import from_srgb, to_srgb

    engine = load_engine(request.model)
    photos, masks = _decode(request)
    result = engine({**{name: to_srgb(photo) for name, photo in photos.items()}, **masks}, request.params)
    return Response(
        content=SHELF.encode_png(from_srgb(photos["image"], result.pixels)),
        media_type="image/png",
        details=result.details,
        notes=_notes(photos),
    )


def _decode(request: Request) -> tuple["dict[str, Photo]", "dict[str, Mask8]"]:
    from runner.images.mask import read_mask

    photos = {name: SHELF.decode(picture.content, picture.name) for name, picture in request.images.items()}
    masks = {name: read_mask(content, f"mask '{name}' of {request.name}") for name, content in request.masks.items()}
    return photos, masks


def _notes(photos: "Mapping[str, Photo]") -> tuple[str, ...]:
    """Collect what decoding changed, each sentence once."""
    return tuple(dict.fromkeys(note for photo in photos.values() for note in photo.notes))
