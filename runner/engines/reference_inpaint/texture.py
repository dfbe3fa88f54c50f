"""Fill a hole from patches of the reference or the surroundings."""

import numpy as np

from runner.core.digest import Json
from runner.engines.reference_inpaint.blend import join
from runner.engines.reference_inpaint.completion import Swatch, complete
from runner.engines.reference_inpaint.frame import Bits, Frame, Rgb


def fill_from_surroundings(wide: Frame) -> Rgb:
    """Continue what surrounds the hole."""
    return complete(wide.target, ~wide.known, [Swatch(wide.target, wide.known)])


def fill_from_texture(wide: Frame, reference: Rgb) -> Rgb:
    """Lay the reference's texture into the hole, meeting the surroundings softly."""
    whole = np.ones(reference.shape[:2], bool)
    filled = complete(wide.target, ~wide.known, [Swatch(reference, whole)])
    return join(wide.target, wide.known, filled, wide.hole)
