"""An immutable image, known by the digest of its bytes."""

from runner.core.digest import Digest
from runner.core.record import record


@record()
class Size:
    """Columns and rows of an upright picture, in pixels."""

    width_px: int
    height_px: int

    def __str__(self) -> str:
        return f"{self.width_px}×{self.height_px}"


@record(kw_only=True)
class Artifact:
    """One image: what its bytes are, not where they lie. Width and height are after orientation."""

    digest: Digest
    media_type: str
    size_bytes: int
    width_px: int
    height_px: int

    @property
    def size(self) -> Size:
        return Size(self.width_px, self.height_px)


@record()
class Result:
    """What came of an action: its digest, and the revision that the provider said made it, empty where it did not."""

    digest: Digest
    reported: str


@record(kw_only=True)
class MaskFacts:
    """A mask as it is after its operations.

    Attributes:
        digest: Of the raster.
        area: Share that is edited, 0 to 1; grays count in part.
        is_binary: Whether there is nothing between black and white.
    """

    digest: Digest
    size: Size
    area: float
    is_binary: bool
