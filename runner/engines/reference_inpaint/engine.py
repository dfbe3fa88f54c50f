"""Fill the white region of a photo with content that matches a reference."""

from collections.abc import Mapping

import cv2
import numpy as np

from runner.core.digest import Json
from runner.engines.base import EngineResult, Mask8, Rgb8
from runner.engines.reference_inpaint.features import match_features
from runner.engines.reference_inpaint.filling import Filling
from runner.engines.reference_inpaint.frame import Bits, Rgb, Window, build_frame, window_around, working_scale
from runner.engines.reference_inpaint.geometry import Geometry, find_geometry
from runner.engines.reference_inpaint.holes import check_pictures, split_holes
from runner.engines.reference_inpaint.planes import stretch_at
from runner.engines.reference_inpaint.scene import fill_from_scene
from runner.engines.reference_inpaint.texture import fill_from_patches

_MOST_LISTED = 20


def inpaint(images: Mapping[str, Rgb8 | Mask8], params: Mapping[str, Json]) -> EngineResult:
    """Fill every hole of the mask; outside it no pixel changes.

    Args:
        images: ``image``, the photo; ``mask``, its size, 255 where it is filled, between 0 and 255 a blend;
            ``reference``, of any size.
        params: ``prompt`` is recorded as unused: no classical method can follow it.

    Returns:
        The photo filled. The details name for every hole the mode (``same-scene``, ``object``, ``texture`` or
        ``surroundings``) and the confidence, from 0 to 1, that the content is right.

    Raises:
        EngineError: ``size-mismatch``, ``empty-mask`` or ``no-surroundings``.
    """
    photo, mask, reference = images["image"], images["mask"], images["reference"]
    check_pictures(photo, mask, reference)
    hole = mask > 0
    geometry = find_geometry(match_features(photo, hole, reference))
    result, told = photo.copy(), []
    for part in split_holes(mask):
        filling, window = _fill(photo, part, ~hole, reference, geometry)
        _lay(result, photo, filling.pixels, np.where(part, mask, 0), window)
        told.append(filling.details)
    return EngineResult(result, _summary(told, geometry, params))


def _fill(photo: Rgb8, hole: Bits, known: Bits, reference: Rgb8, geometry: Geometry) -> tuple[Filling, Window]:
    window = window_around(hole)
    scale = working_scale(window)
    ...


def _lay(result: Rgb8, photo: Rgb8, filled: Rgb, mask: Mask8, window: Window) -> None:
    rows, columns = window.slices
    share = mask[rows, columns, None].astype(np.float32) / 255.0
    mixed = photo[rows, columns] * (1.0 - share) + filled * share
    chosen = mask[rows, columns] > 0
    result[rows, columns][chosen] = np.clip(mixed[chosen] + 0.5, 0, 255).astype(np.uint8)


def _summary(told: list[dict[str, Json]], geometry: Geometry, params: Mapping[str, Json]) -> dict[str, Json]:
    ...
