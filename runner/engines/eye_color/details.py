"""Tell what was found in a photo: for the report, or as the error that nothing was."""

import math
from collections.abc import Mapping

from runner.core.digest import Json
from runner.core.errors import EngineError
from runner.engines.eye_color.seeing import Seen, SeenFace


def details_of(faces: list[SeenFace], params: Mapping[str, Json], gray: bool) -> dict[str, Json]:
    """List the eyes of every face with what was done to each.

    Args:
        faces: As they were seen.
        params: Of the engine.
        gray: Whether the photo is grayscale.
    """
    eyes: list[Json] = [_eye_details(index, seen) for index, face in enumerate(faces) for seen in face.eyes]
    return {
        "eye_color": params["eye_color"],
        "rgb": params["rgb"],
        "faces": len(faces),
        "eyes": eyes,
        "lightness_only": gray,
    }


def _eye_details(face: int, seen: Seen) -> Json:
    limbus, frame = seen.found.outline.limbus, seen.found.eye.frame
    x, y = frame.to_photo(limbus.x, limbus.y)
    radius_px = seen.found.radius_px
    return {
        "face": face,
        "side": seen.found.eye.side,
        "center_px": [round(x, 1), round(y, 1)],
        "radius_px": round(radius_px, 1),
        "semi_axes_px": [round(radius_px * limbus.aspect, 1), round(radius_px, 1)],
        "angle_deg": round(math.degrees(frame.angle), 1),
        "openness": round(seen.found.openness, 2),
        "confidence": round(seen.verdict.confidence, 2),
        "recolored": seen.is_usable,
        "reason": seen.verdict.reason,
    }


def nothing_found(faces: list[SeenFace], missing: str) -> EngineError:
    """Say what is missing for want of a usable iris, and what there is instead."""
    reasons = sorted({seen.verdict.reason for face in faces for seen in face.eyes})
    if not faces:
        seen = "no face was found"
    else:
        count = "a face was" if len(faces) == 1 else f"{len(faces)} faces were"
        seen = f"{count} found, but {'; '.join(reasons)}"
    return EngineError(
        "no-visible-iris",
        f"{missing}: {seen}",
        hint="use a photo in which the eyes are open, uncovered and towards the camera",
    )
