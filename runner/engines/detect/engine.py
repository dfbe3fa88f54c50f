"""Find faces or irises as masks; nothing heavy is imported until one is looked for."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from runner.engines.base import Mask8, Rgb8
from runner.engines.eye_color.installation import installation_explained

Detector: TypeAlias = Callable[[Rgb8], Mask8]
"""From an upright sRGB picture to a mask of its size, 0 or 255; raises EngineError."""


def detect_faces(rgb: Rgb8) -> Mask8:
    """Fill the oval of every face: hairline to chin, ear to ear, hard-edged.

    Found by MediaPipe's face network, upright, in quarter turns, or cut in half by an edge of the photo, down to some
    40 pixels. The oval is the convex outline of the network's points, so that the nose of a face in profile is inside
    as well. Some 0.4 s for a photo, up to five times as long where no eye is seen, because then the photo is looked
    at turned and mirrored too.

    Args:
        rgb: Shape (rows, columns, 3), at most 50 megapixels.

    Returns:
        Shape (rows, columns): 255 where the middle of a pixel lies in a face, else 0.

    Raises:
        EngineError: ``no-face``, ``photo-too-large``, ``engine-not-installed``.
    """
    with installation_explained():
        from runner.engines.detect.drawing import draw_faces
    return draw_faces(rgb)


def detect_irises(rgb: Rgb8) -> Mask8:
    """Fill every visible iris: pupil, catchlights and lashes included, what the lids hide left out, hard-edged.

    These are the irises that ``runflow/eye-color`` recolors when it runs here, found in the same way: eyes that are
    closed, covered, turned away, cut off or too small are left out. It takes as long as `detect_faces`.

    Args:
        rgb: Shape (rows, columns, 3), at most 50 megapixels.

    Returns:
        Shape (rows, columns): 255 where at least half of a pixel is iris or pupil, else 0. The soft border that
        recoloring fades out in reaches beyond it, by a pixel or a tenth of the radius.

    Raises:
        EngineError: ``no-face``, ``no-visible-iris``, ``photo-too-large``, ``engine-not-installed``.
    """
    with installation_explained():
        from runner.engines.detect.drawing import draw_irises
    return draw_irises(rgb)


DETECTORS: Mapping[str, Detector] = {"face": detect_faces, "irises": detect_irises}
"""By the word that a recipe's ``detect`` has for it."""
