"""What an iris is to become: the color asked for, in the light of the photo."""

from dataclasses import dataclass

import numpy as np

from runner.engines.eye_color.types import Floats

_CHROMA_OF_LIGHT = 0.7
"""Power of the dimness that scales chroma: 1 is what dim light does, 0 what was asked for; between, it is both
believed and recognized."""

_MOST_CHROMA = 0.08
_CALM = 0.08
"""OKLab chroma of vivid natural irises, and the share of what is beyond that is taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tint:
    """What an iris is to become.

    Attributes:
        lab: The target in OKLab, under white light, well exposed; shape (3,).
        exposure: How bright the eye's light is, 1 in a well exposed photo; scales the target as a whole.
        cast: Added to the target's a and b, the tint of the light; shape (2,).
        lightness_only: Of a grayscale photo.
    """

    lab: Floats
    exposure: float
    cast: Floats
    lightness_only: bool

    def in_light(self, haze: float) -> Floats:
        """Give the color that an iris of this color would have in the photo.

        Args:
            haze: Linear light, 0 to 1, that lies over all of the eye: the scene's black. It is added to what the
                iris sends back, and so makes dark colors lighter and pale.

        Returns:
            OKLab, shape (3,).
        """
        bare = float(self.lab[0]) * self.exposure
        light = float(np.cbrt(bare**3 + haze))
        # Gray light that is added leaves L² of the difference to a and b: OKLab is a cube root.
        kept = self.exposure * (bare / max(light, 1e-3)) ** 2
        chroma = _calmed(self.lab[1:]) * kept**_CHROMA_OF_LIGHT + self.cast
        return np.array([light, *chroma], np.float32)


def _calmed(ab: Floats) -> Floats:
    """Take back what is beyond the chroma of natural irises, in part: paint and irises differ there."""
    size = max(float(np.hypot(*ab)), 1e-6)
    calmed: Floats = (ab * ((size - _CALM * max(size - _MOST_CHROMA, 0)) / size)).astype(np.float32)
    return calmed
