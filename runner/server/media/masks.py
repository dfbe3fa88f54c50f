"""Masks brought to the size of their picture."""

from runner.core.artifact import Size
from runner.core.errors import ImageError

MAX_STRETCH = 0.01
"""How far a mask's shape may differ from its picture's: one part in a hundred."""


def prepare_mask(content: bytes, name: str, size: Size | None) -> bytes:
    """Write a mask as engines take it: a gray PNG of its picture's size. Decodes; for a worker process.

    Args:
        content: A picture of any kind: its brightness counts, white is edited.
        name: For messages.
        size: Of the picture that it belongs to, upright; None where there is none.

    Raises:
        ImageError: it cannot be read, or is of another shape than its picture.
    """
    from runner.images.fit import fit_mask
    from runner.images.mask import encode_mask, read_mask

    mask = read_mask(content, name)
    if size is None:
        return encode_mask(mask)
    own = Size(mask.shape[1], mask.shape[0])
    if abs((own.width_px / own.height_px) / (size.width_px / size.height_px) - 1) > MAX_STRETCH:
        message = f"the mask '{name}' is {own} pixels, which is not the shape of its picture, {size}"
        raise ImageError("size-mismatch", message, hint="draw the mask on the picture itself")
    return encode_mask(fit_mask(mask, size))
