"""What an engine takes and gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from runner.core.digest import Json

Rgb8: TypeAlias = NDArray[np.uint8]
"""An upright sRGB picture, shape (rows, columns, 3), 0 to 255."""

Mask8: TypeAlias = NDArray[np.uint8]
"""A mask, shape (rows, columns), 0 to 255; 255 is edited, 0 is kept, between is a blend."""


@dataclass(frozen=True, slots=True)
class EngineResult:
    """What an engine made of a picture.

    Attributes:
        pixels: sRGB, same shape as the picture given unless the engine's work is to change it.
        details: What it found and chose, for the report; JSON.
    """

    pixels: Rgb8
    details: Mapping[str, Json] = field(default_factory=dict)


EngineFunction: TypeAlias = Callable[[Mapping[str, Rgb8 | Mask8], Mapping[str, Json]], EngineResult]
"""Pictures and masks by parameter name, the other parameters by name; raises EngineError."""
