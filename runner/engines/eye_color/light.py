"""The light on a face, as the white of its eyes shows it: how bright, and of which tint."""

import numpy as np

from runner.engines.eye_color.find import White
from runner.engines.eye_color.types import Floats

_USUAL = White(light=0.78, a=0.010, b=0.016)
"""The white of an eye in a well exposed photo in white light: a little pink and yellow; OKLab."""

_UNSEEN = 0.9
"""Exposure assumed where no white of an eye is seen."""

_TAKEN = 0.5
"""Share of the tint that goes to an iris; eyes see part of it away, and so do photographers."""

_LEAST_CHROMA = 0.05
_MOST_ALONG, _MOST_AGAINST, _MOST_ACROSS = 0.15, 0.35, 0.08
"""How far the tint may move a color that is named: more vivid, paler, to another hue; in shares of its chroma, or of
the least chroma where the color has less."""


def exposure(own: White | None, whites: list[White]) -> float:
    """Say how bright the light on an eye is, 0.35 to 1.05; 1 in a well exposed photo.

    Args:
        own: The white of this eye; None where it is not seen.
        whites: Of both eyes of the face, as far as seen. The brighter one counts for half: two eyes of a face are to
            have one color, and shadow on one of them is left to what it was.
    """
    if not whites:
        return _UNSEEN
    light = 0.5 * max(white.light for white in whites) + 0.5 * (own or whites[0]).light
    return float(np.clip(light / _USUAL.light, 0.35, 1.05))


def cast(whites: list[White], ab: Floats) -> Floats:
    """Give what the tint of the light adds to a color.

    A warm light makes a blue iris paler, and hardly turns it green: what goes against the color may be much, what
    goes across it, and would give it another name, only little.

    Args:
        whites: Of the eyes of the face, as far as seen.
        ab: OKLab a and b of the color under white light, shape (2,).

    Returns:
        OKLab a and b to add, shape (2,).
    """
    if not whites:
        return np.zeros(2, np.float32)
    tint = _TAKEN * (np.mean([[white.a, white.b] for white in whites], axis=0) - [_USUAL.a, _USUAL.b])
    chroma = float(np.hypot(*ab))
    along = ab / max(chroma, 1e-6)
    across = np.array([-along[1], along[0]])
    scale = max(chroma, _LEAST_CHROMA)
    kept_along = np.clip(tint @ along, -_MOST_AGAINST * scale, _MOST_ALONG * scale)
    kept_across = np.clip(tint @ across, -_MOST_ACROSS * scale, _MOST_ACROSS * scale)
    added: Floats = (kept_along * along + kept_across * across).astype(np.float32)
    return added
