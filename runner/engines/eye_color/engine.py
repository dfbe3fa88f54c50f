"""The local engine for ``runflow/eye-color``: recolor every visible iris of every face."""

from collections.abc import Mapping

from runner.core.digest import Json
from runner.engines.base import EngineResult, Mask8, Rgb8
from runner.engines.eye_color.installation import installation_explained


def recolor_irises(images: Mapping[str, Rgb8 | Mask8], params: Mapping[str, Json]) -> EngineResult:
    """Recolor the irises to ``rgb``; no other pixel changes.

    Found by MediaPipe's face network, then measured on the picture itself: the border of the iris, the lids, the
    pupil, and what lies on it. Recolored in OKLab: texture, shadow and catchlights stay. Some 0.4 s for a photo, up
    to 10 s for one of 50 megapixels in which no face is large.

    Args:
        images: ``image``: upright sRGB, shape (rows, columns, 3), at most 50 megapixels.
        params: ``eye_color``: the name, for the details; ``rgb``: the target, three integers 0 to 255;
            ``rgb_given``: whether the user gave it. A color that was only named follows the tint of the photo's
            light a little; one that was given is met.

    Returns:
        The picture, and in the details the color, the number of ``faces``, whether the photo is grayscale and stays so
        (``lightness_only``), and of each of the ``eyes`` its center, radius, semi-axes and angle, how far it is open,
        the confidence, and whether it was recolored or why not; `details_of` has the names, units and ranges.

    Raises:
        EngineError: ``no-face``, ``no-visible-iris``, ``photo-too-large``, ``engine-not-installed``.
    """
    with installation_explained():
        from runner.engines.eye_color.recoloring import recolor_photo
    return recolor_photo(images["image"], params)
