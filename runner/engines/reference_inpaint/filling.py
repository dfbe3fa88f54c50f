"""What each way of filling a hole hands back."""

from dataclasses import dataclass

from runner.core.digest import Json
from runner.engines.reference_inpaint.frame import Rgb, Window


@dataclass(frozen=True, slots=True)
class Filling:
    """A filled part of the photo.

    Attributes:
        pixels: The content of ``window``, shape (rows, columns, 3), float32; only the hole was changed.
        window: Where it lies in the photo.
        details: What was chosen and how sure it is.
    """

    pixels: Rgb
    window: Window
    details: dict[str, Json]
