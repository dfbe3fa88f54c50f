"""Where the border of the iris lies on the photo's own pixels, to a part of a pixel, and how soft it is."""

from dataclasses import dataclass

import numpy as np

from runner.engines.eye_color.types import Flags, Floats

_REACH = 0.3
_MOST_SHIFT = 0.04
_LEAST_CONTRAST = 0.25
_LEAST_PIXELS = 4


@dataclass(frozen=True, slots=True)
class LimbusEdge:
    """How far the border lies outside the ellipse that was found, on either side, in iris radii."""

    left: float
    right: float

    def shift(self, across: Floats) -> Floats:
        """Give the shift at places, by the cosine of their direction: -1 on the left, 1 on the right."""
        share = (1 + across) / 2
        shift: Floats = (self.left + share * (self.right - self.left)).astype(np.float32)
        return shift


def find_limbus_edge(red: Floats, rho: Floats, across: Floats, visible: Flags, radius_px: float) -> LimbusEdge:
    """Measure the border on the pixels beside the iris.

    A search for the steepest slope on encoded brightness finds a blurred border too far on its dark side. In linear
    light a pixel on the border is a mixture of iris and white, and the border is where they have equal parts.

    Args:
        red: Red of the photo, linear light, shape (rows, columns): irises of all colors are dark there.
        rho: Distance from the middle, 1 at the ellipse; same shape.
        across: Cosine of the direction from the middle.
        visible: What the lids leave open.
        radius_px: Of the iris.
    """
    step = float(np.clip(1 / radius_px, 0.0125, 0.05))
    left, right = (visible & (across * side > 0.75) for side in (-1, 1))
    sides = [_shift(red[side], rho[side] - 1, step) for side in (left, right)]
    known = [shift for shift in sides if shift is not None]
    if not known:
        return LimbusEdge(0.0, 0.0)
    mean = float(np.mean(known))
    return LimbusEdge(*(mean if shift is None else shift for shift in sides))


def _shift(red: Floats, beyond: Floats, step: float) -> float | None:
    """Find where iris and white have equal parts; None where they cannot be told apart."""
    places = np.arange(-_REACH, _REACH + step / 2, step, dtype=np.float32)
    rings = [red[np.abs(beyond - place) < step] for place in places]
    if min(ring.size for ring in rings) < _LEAST_PIXELS:
        return None
    levels = np.array([np.median(ring) for ring in rings], np.float32)
    dark, bright = (float(np.median(levels[part])) for part in (places < -0.19, places > 0.19))
    if bright - dark < _LEAST_CONTRAST * bright:
        return None
    white = (levels - dark) / (bright - dark)
    # From the middle outwards: beyond the border a vein or a lash may be as dark as an iris.
    after = int(np.argmax((white >= 0.5) & (places > -0.2)))
    if after == 0 or white[after] < 0.5:
        return None
    part = (0.5 - white[after - 1]) / max(float(white[after] - white[after - 1]), 1e-3)
    return float(np.clip(places[after - 1] + step * part, -_MOST_SHIFT, _MOST_SHIFT))
