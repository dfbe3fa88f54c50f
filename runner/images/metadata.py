"""Which metadata goes into a saved picture."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kept: TypeAlias = Literal["icc", "orientation", "exif", "gps", "xmp", "copyright"]

SourceType: TypeAlias = Literal[
    "compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia", "algorithmicallyEnhanced"
]
"""Terms of IPTC's digital source types that this program writes."""


@dataclass(frozen=True, slots=True)
class MetadataPolicy:
    """What to keep of the input's metadata, and what to say about the picture's origin.

    Attributes:
        keep: Without ``icc`` pixels are converted to sRGB. ``exif`` is without GPS, which only ``gps`` keeps, also
            inside XMP. ``orientation`` writes the tag with the value 1: pixels are always upright. ``copyright``
            keeps author and rights of EXIF and XMP.
        mark: The IPTC digital source type to write; None writes none. The input's own is kept in either case,
            unless the new one says more of a machine's part.
    """

    keep: frozenset[Kept] = frozenset({"icc", "copyright"})
    mark: SourceType | None = None


KEEP_ALL = MetadataPolicy(frozenset({"icc", "orientation", "exif", "gps", "xmp", "copyright"}))
"""For pictures between two steps: nothing is lost, nothing is claimed."""
