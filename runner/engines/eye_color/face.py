"""One face in a photo."""

from dataclasses import dataclass

import numpy as np

from runner.engines.eye_color.types import Floats


@dataclass(frozen=True, slots=True)
class Face:
    """One face in the photo.

    Attributes:
        points: Shape (478, 3), x and y in pixels of the photo, z in the same unit.
        expression: The network's scores by name, 0 to 1.
    """

    points: Floats
    expression: dict[str, float]

    @property
    def middle(self) -> Floats:
        """The middle of the face's box, shape (2,)."""
        flat = self.points[:468, :2]
        middle: Floats = (flat.min(axis=0) + flat.max(axis=0)) / 2
        return middle

    @property
    def irises(self) -> Floats:
        """The middles of both irises, the person's right one first; shape (2, 2)."""
        irises: Floats = self.points[[468, 473], :2]
        return irises

    @property
    def across(self) -> Floats:
        """From the outer corner of the person's right eye to that of the left one, shape (2,)."""
        across: Floats = self.points[263, :2] - self.points[33, :2]
        return across

    @property
    def size_px(self) -> float:
        """The diagonal of the face's box divided by the square root of two."""
        flat = self.points[:468, :2]
        return float(np.linalg.norm(np.ptp(flat, axis=0)) / np.sqrt(2))
