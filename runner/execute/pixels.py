"""What is computed in a worker process for an execution; top-level functions, so that they can be sent there."""

from collections.abc import Mapping

from runner.core.artifact import Artifact, Size
from runner.core.digest import Digest, Json, digest_bytes
from runner.core.errors import RunnerError


def draw_mask_png(spec: Mapping[str, Json], content: bytes | None, size: Size, wanted: Digest, name: str) -> bytes:
    """Draw a mask as the plan saw it.

    Args:
        spec: Shape, polarity and operations.
        content: The mask file, where there is one.
        size: Of the picture it belongs to.
        wanted: The digest of the raster in the plan.
        name: How messages call the mask.

    Returns:
        A PNG in gray, 255 is edited.

    Raises:
        RunnerError: the file is no mask, or the raster is another one than the plan saw.
    """
    from runner.images.mask import digest_mask, encode_mask
    from runner.plan.masks import draw_mask

    mask = draw_mask(spec, content, size)
    if digest_mask(mask) != wanted:
        raise RunnerError(
            "mask-changed", f"the mask '{name}' is not the one the plan saw", hint="make a new plan: runner run RECIPE"
        )
    return encode_mask(mask)


def describe(content: bytes, name: str) -> Artifact:
    """Say what an image is, from its header.

    Raises:
        ImageError: it is not an image that can be read.
    """
    from runner.images.codec import read_header

    header = read_header(content, name)
    return Artifact(
        digest=digest_bytes(content),
        media_type=header.media_type,
        size_bytes=len(content),
        width_px=header.size.width_px,
        height_px=header.size.height_px,
    )
