"""The free local tools: convert, resize, crop, composite, mask. Metadata and profile go along."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

import numpy as np

from runner.core.digest import Json
from runner.core.errors import EngineError
from runner.images.color import with_srgb_profile
from runner.images.composite import lay_over
from runner.images.encode import MEDIA_TYPES
from runner.images.geometry import Fit, cover_box, crop_box, length_px, resized_size, round_px
from runner.images.photo import Mask8, Photo
from runner.images.resize import crop as cut
from runner.images.resize import resize as scale

TOOLS_REVISION = "1"
"""Enters the action key of every tool; changed whenever the output of one changes."""

_LOSSLESS = "image/png"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What a tool made.

    Attributes:
        media_type: How to store the photo; PNG unless the tool is there to choose another.
        quality: For `runner.images.encode.encode`; None leaves it to the format.
        details: For the report; JSON.
    """

    photo: Photo
    media_type: str = _LOSSLESS
    quality: int | None = None
    details: Mapping[str, Json] = field(default_factory=dict)


Images: TypeAlias = Mapping[str, Photo | Mask8]
Parameters: TypeAlias = Mapping[str, Json]
ToolFunction: TypeAlias = Callable[[Images, Parameters], ToolResult]
"""Photos and masks by parameter name, the other parameters by name; raises EngineError or ImageError."""


def convert(images: Images, params: Parameters) -> ToolResult:
    """Choose how a photo is stored.

    Args:
        images: ``image``.
        params: ``format`` (jpeg, png, webp, tiff or avif), ``quality`` (1 to 100), ``icc``: ``keep`` (the default)
            or ``srgb``, which converts the pixels and says so by a profile.
    """
    photo = _photo(images, "image")
    if params.get("icc") == "srgb":
        photo = with_srgb_profile(photo)
    quality = params.get("quality")
    media_type = MEDIA_TYPES[str(params["format"])]
    return ToolResult(photo=photo, media_type=media_type, quality=None if quality is None else int(str(quality)))


def resize(images: Images, params: Parameters) -> ToolResult:
    """Scale a photo in linear light.

    Args:
        images: ``image``.
        params: ``width``, ``height`` or both, and ``fit``: ``inside`` (the default) keeps the shape within the box,
            ``cover`` fills it and cuts off what is beyond, evenly, ``stretch`` distorts.

    Raises:
        EngineError: ``wrong-parameter``.
    """
    photo = _photo(images, "image")
    fit = cast("Fit", params.get("fit") or "inside")
    try:
        size = resized_size(photo.size, _side(params, "width"), _side(params, "height"), fit)
    except ValueError as error:
        raise _wrong(error) from error
    source = cut(photo, cover_box(photo.size, size)) if fit == "cover" else photo
    return ToolResult(photo=scale(source, size), details={"from": str(photo.size), "to": str(size)})


def crop(images: Images, params: Parameters) -> ToolResult:
    """Cut a rectangle out of a photo.

    Args:
        images: ``image``.
        params: ``rect``: x, y, width, height, in pixels or percent.

    Raises:
        EngineError: ``wrong-parameter``, for a rectangle outside the photo.
    """
    photo = _photo(images, "image")
    try:
        box = crop_box(photo.size, _lengths(params["rect"]))
    except ValueError as error:
        raise _wrong(error) from error
    return ToolResult(photo=cut(photo, box), details={"box": [box.left_px, box.top_px, box.right_px, box.bottom_px]})


def composite(images: Images, params: Parameters) -> ToolResult:
    """Lay a photo over another; the result has the size, profile and metadata of the lower one.

    Args:
        images: ``image`` (below), ``overlay``, and perhaps ``mask``, of the size of ``image``: white shows the overlay.
        params: ``at``: the overlay's upper left corner on ``image``, in pixels or percent of it; [0, 0] when left out.

    Raises:
        EngineError: ``wrong-parameter``.
        ImageError: ``size-mismatch``, for a mask of another size.
    """
    bottom, mask = _photo(images, "image"), images.get("mask")
    try:
        x, y = _lengths(params.get("at") or [0, 0])
        left, top = round_px(length_px(x, bottom.size.width_px)), round_px(length_px(y, bottom.size.height_px))
    except ValueError as error:
        raise _wrong(error) from error
    photo = lay_over(bottom, _photo(images, "overlay"), left, top, mask if isinstance(mask, np.ndarray) else None)
    return ToolResult(photo=photo, details={"at": [left, top]})


def mask(images: Images, _params: Parameters) -> ToolResult:
    """Show a mask as a gray photo, to use it as an image.

    Args:
        images: ``mask``.
    """
    levels = images["mask"]
    if not isinstance(levels, np.ndarray):
        raise _wrong("'mask' is a picture, not a mask")
    return ToolResult(photo=Photo(pixels=np.repeat(levels[:, :, None], 3, axis=2)))


TOOLS: dict[str, ToolFunction] = {
    "image/convert": convert,
    "image/resize": resize,
    "image/crop": crop,
    "image/composite": composite,
    "image/mask": mask,
}
"""By model id."""


def _photo(images: Images, name: str) -> Photo:
    photo = images[name]
    if not isinstance(photo, Photo):
        raise _wrong(f"'{name}' is a mask, not a picture")
    return photo


def _side(params: Parameters, name: str) -> int | None:
    value = params.get(name)
    return None if value is None else int(str(value))


def _lengths(value: Json) -> Sequence[str | int]:
    return [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)]


def _wrong(problem: object) -> EngineError:
    return EngineError("wrong-parameter", str(problem))
