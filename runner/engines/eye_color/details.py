"""Tell what was found in a photo, for the report."""

import math
from collections.abc import Mapping

from runner.core.digest import Json
from runner.engines.eye_color.seeing import Seen, SeenFace


def details_of(faces: list[SeenFace], params: Mapping[str, Json], gray: bool) -> dict[str, Json]:
    """List the eyes of every face with what was done to each.

    Args:
        faces: As they were seen.
        params: Of the engine.
        gray: Whether the photo is grayscale.

    Returns:
        ``eye_color`` and ``rgb`` as they were asked for; ``faces``, how many; ``lightness_only``, whether the photo is
        grayscale and stays so; and in ``eyes`` both of each face, the person's right one first:

        - ``face``, its index from 0, and ``side``, ``right`` or ``left``;
        - ``center_px``, x and y from the upper left corner of the photo, and ``radius_px``;
        - ``semi_axes_px`` of the iris's ellipse, across and along the face: the first is smaller where it looks aside;
        - ``angle_deg`` by which the eye is turned in the photo, clockwise;
        - ``openness``, how far the lids are apart over the diameter of the iris, 0 to 1;
        - ``confidence``, 0 to 1, and whether it was ``recolored``, else the ``reason`` in words.
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
