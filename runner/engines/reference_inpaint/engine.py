"""Fill the white region of a photo with content that matches a reference."""

from collections.abc import Mapping

import numpy as np

from runner.core.digest import Json
from runner.engines.base import EngineResult, Mask8, Rgb8
from runner.engines.reference_inpaint.features import describe
from runner.engines.reference_inpaint.filling import Filling
from runner.engines.reference_inpaint.frame import Pictures
from runner.engines.reference_inpaint.geometry import Geometry, find_geometry
from runner.engines.reference_inpaint.holes import check_pictures, split_holes
from runner.engines.reference_inpaint.modes import fill_with_geometry, fill_without_geometry
from runner.engines.reference_inpaint.offer import Offer

_MOST_LISTED = 20
_BLANK = 128


def inpaint(images: Mapping[str, Rgb8 | Mask8], params: Mapping[str, Json]) -> EngineResult:
    """Fill every hole of the mask; outside it no pixel changes.

    Args:
        images: ``image``, the photo; ``mask``, its size, 255 where it is filled, between 0 and 255 a blend;
            ``reference``, of any size.
        params: ``prompt`` is recorded as unused: no classical method can follow it.

    Returns:
        The photo filled. The details name for every hole the mode (``same-scene``, ``close-up``, ``object``,
        ``texture`` or ``surroundings``) and the confidence, from 0 to 1, that the content is right.

    Raises:
        EngineError: ``size-mismatch``, ``empty-mask`` or ``no-surroundings``.
    """
    photo, mask, reference = images["image"], images["mask"], images["reference"]
    check_pictures(photo, mask, reference)
    hole = mask > 0
    whole = np.ones(reference.shape[:2], bool)
    blank = np.where(hole[..., None], np.uint8(_BLANK), photo)
    geometry = find_geometry(describe(blank, ~hole), describe(reference, whole))
    result, told, offer = photo.copy(), [], Offer(reference)
    for part in split_holes(mask):
        filling = _fill(Pictures(photo=blank, hole=part, known=~hole, reference=reference), geometry, offer)
        _lay(result, photo, filling, np.where(part, mask, 0).astype(np.uint8))
        told.append(filling.details)
    return EngineResult(result, _summary(told, geometry, params))


def _fill(pictures: Pictures, geometry: Geometry, offer: Offer) -> Filling:
    if geometry.planes:
        return fill_with_geometry(pictures, geometry, offer)
    return fill_without_geometry(pictures, offer)


def _lay(result: Rgb8, photo: Rgb8, filling: Filling, mask: Mask8) -> None:
    rows, columns = filling.window.slices
    share = mask[rows, columns, None].astype(np.float32) / 255.0
    mixed = photo[rows, columns] * (1.0 - share) + filling.pixels * share
    chosen = mask[rows, columns] > 0
    result[rows, columns][chosen] = np.clip(mixed[chosen] + 0.5, 0, 255).astype(np.uint8)


def _summary(told: list[dict[str, Json]], geometry: Geometry, params: Mapping[str, Json]) -> dict[str, Json]:
    listed: list[Json] = [*told[:_MOST_LISTED]]
    surest = [float(str(details["confidence"])) for details in told]
    return {
        "mode": told[0]["mode"] if len({str(details["mode"]) for details in told}) == 1 else "mixed",
        "confidence": min(surest),
        "matches": geometry.tried,
        "matches_explained": geometry.explained,
        "hole_count": len(told),
        "holes": listed,
        "prompt": params.get("prompt"),
        "prompt_used": False,
    }
