"""Arrays and small values that the modules of this engine hand to each other."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
"""Float32; each function says the shape."""

Flags: TypeAlias = NDArray[np.bool_]
"""Booleans; each function says the shape."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a picture; pixel (0, 0) covers 0 to 1, so that its middle is (0.5, 0.5)."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limbus:
    """The border of an iris in eye units: an ellipse whose axes follow the line through both eyes.

    Attributes:
        x, y: The middle, from the middle the network gave, in units of the radius the network gave.
        radius: Vertical half axis, in the same unit.
        aspect: Horizontal half axis divided by the vertical one; 1 or less.
        contrast: How much brighter the picture is outside than inside, 0 to 1 of the sRGB range.
        support: Share of the visible border on which outside is brighter than inside, 0 to 1.
        blur: Standard deviation of the border's blur, in eye units.
    """

    x: float
    y: float
    radius: float
    aspect: float = 1.0
    contrast: float = 0.0
    support: float = 0.0
    blur: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Lids:
    """Both lid lines in eye units, sampled at the same columns.

    Attributes:
        columns: Increasing x, shape (n,).
        upper, lower: y of each lid at the columns, shape (n,); y grows towards the chin.
    """

    columns: Floats
    upper: Floats
    lower: Floats

    def opening(self, x: Floats, y: Floats) -> Floats:
        """Measure how far places lie inside the opening, in eye units; negative outside; any shape."""
        upper = np.interp(x, self.columns, self.upper)
        lower = np.interp(x, self.columns, self.lower)
        inside: Floats = np.minimum(y - upper, lower - y).astype(np.float32)
        return inside


@dataclass(frozen=True, slots=True)
class Pupil:
    """The pupil: its radius as a share of the iris radius, and whether it was seen or assumed."""

    share: float
    seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """All borders of one iris."""

    limbus: Limbus
    lids: Lids
    pupil: Pupil
