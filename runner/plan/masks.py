"""Masks while planning: what describes one, how it is drawn from that, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from runner.core.artifact import MaskFacts, Size
from runner.core.digest import Digest, Json, digest_json
from runner.plan.plan import InputImage
from runner.recipe.parse import ParsedMask, Requirement

if TYPE_CHECKING:
    from runner.engines.base import Mask8

MAX_STRETCH = 0.01
"""How far a mask file's shape may differ from the picture's: one part in a hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedMask:
    """A mask for a picture of one size, to be evaluated.

    Attributes:
        id: The digest of all that decides its raster: file, shape, polarity, operations, size.
        spec: What ``draw_mask`` takes.
        file: The mask's file; None for a drawn one.
    """

    id: Digest
    name: str
    spec: Mapping[str, Json]
    size: Size
    file: InputImage | None


def want_mask(mask: ParsedMask, file: InputImage | None, size: Size) -> WantedMask:
    """Describe a mask for a picture.

    Args:
        mask: As the recipe has it.
        file: Its file; None for a shape, and for a pair without a file that covers everything.
        size: Of the picture that it belongs to.
    """
    shape: dict[str, Json] = {"shape": "file" if file is not None else "full"}
    if mask.shape is not None:
        shape = {"shape": mask.shape.kind, "values": list(mask.shape.values)}
    spec: dict[str, Json] = {
        **shape,
        "black_edits": mask.black_edits,
        "ops": [f"{operation.name} {operation.amount}".strip() for operation in mask.operations],
    }
    identity: dict[str, Json] = {
        "spec": spec,
        "size": [size.width_px, size.height_px],
        "file": None if file is None else file.artifact.digest,
    }
    return WantedMask(id=digest_json("mask/1", identity), name=mask.name, spec=spec, size=size, file=file)


def draw_mask(spec: Mapping[str, Json], content: bytes | None, size: Size) -> "Mask8":
    """Draw a mask from its description.

    Args:
        spec: Of ``want_mask``, or ``MaskImage.spec``.
        content: The bytes of its file; None for a drawn one.
        size: Of the picture; a file of another size is scaled to it.

    Returns:
        Shape (rows, columns), uint8; 255 is edited.

    Raises:
        ImageError: the file cannot be read as a picture.
    """
    from runner.images.fit import fit_mask, full_mask
    from runner.images.mask import apply_op, draw_shape, read_mask

    match spec["shape"]:
        case "full":
            mask = full_mask(size)
        case "rect" | "ellipse" as kind:
            mask = draw_shape(kind, _texts(spec["values"]), size)
        case "polygon":
            numbers = _texts(spec["values"])
            mask = draw_shape("polygon", list(zip(numbers[::2], numbers[1::2], strict=True)), size)
        case _:
            mask = fit_mask(read_mask(content or b"", "mask"), size)
    if spec["black_edits"]:
        mask = apply_op(mask, "invert", "")
    for operation in _texts(spec["ops"]):
        name, _, amount = operation.partition(" ")
        mask = apply_op(mask, name, amount)
    return mask


def _texts(value: Json) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list | tuple) else []


def evaluate_mask(wanted: WantedMask, content: bytes | None) -> MaskFacts:
    """Draw a mask and measure it; the bytes are those of its file.

    Raises:
        ImageError: the file cannot be read as a picture.
    """
    from runner.images.mask import digest_mask, is_binary, mask_area

    mask = draw_mask(wanted.spec, content, wanted.size)
    return MaskFacts(digest=digest_mask(mask), size=wanted.size, area=mask_area(mask), is_binary=is_binary(mask))


def mask_problems(require: Requirement, wanted: WantedMask, facts: MaskFacts) -> list[str]:
    """Say what is wrong with a mask, each as the end of the sentence "mask 'x' …"."""
    problems = _size_problems(require, wanted)
    share = Decimal(repr(facts.area)) * 100
    if require.not_empty and facts.area == 0:
        problems.append("is empty: nothing of it is white")
    elif require.min_area is not None and share < Decimal(require.min_area):
        problems.append(f"is {_percent(share)} white, at least {require.min_area}% is required")
    if require.max_area is not None and share > Decimal(require.max_area):
        problems.append(f"is {_percent(share)} white, at most {require.max_area}% is allowed")
    if require.binary and not facts.is_binary:
        problems.append("has grays, only black and white are allowed")
    return problems


def _size_problems(require: Requirement, wanted: WantedMask) -> list[str]:
    if wanted.file is None:
        return []
    own = wanted.file.artifact.size
    if require.same_size and own != wanted.size:
        return [f"is {own} pixels, its picture {wanted.size}"]
    stretch = (own.width_px / own.height_px) / (wanted.size.width_px / wanted.size.height_px)
    if abs(stretch - 1) > MAX_STRETCH:
        return [f"is {own} pixels, which is not the shape of its picture, {wanted.size}"]
    return []


def _percent(share: Decimal) -> str:
    return f"{share:.1f}%" if share >= 1 or share == 0 else f"{share:.3g}%"
