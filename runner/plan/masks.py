"""Masks while planning: what describes one, how it is drawn from that, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from runner.core.artifact import MaskFacts, Size
from runner.core.digest import Digest, Json, digest_json
from runner.engines.detect.revision import REVISION as DETECT_REVISION
from runner.plan.plan import FileSource, InputImage, MaskSource, StepSource
from runner.recipe.parsed import ParsedMask, Requirement

if TYPE_CHECKING:
    from runner.engines.base import Mask8

MAX_STRETCH = 0.01
"""How far a mask file's shape may differ from the picture's: one part in a hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedMask:
    """A mask for a picture of one size, to be evaluated.

    Attributes:
        id: The digest of all that decides its raster: sources, kind, polarity, operations, size.
        spec: What ``draw_mask`` takes.
        file: The mask's own file; None where it has none, or several.
        sources: The files and results that the spec refers to.
    """

    id: Digest
    name: str
    spec: Mapping[str, Json]
    size: Size
    file: InputImage | None
    sources: tuple[MaskSource, ...]

    @property
    def is_late(self) -> bool:
        """Whether it is made from a step's result, so that it cannot be evaluated before the run."""
        return any(isinstance(source, StepSource) for source in self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskParts:
    """What a mask is made from in one cell.

    Attributes:
        files: Mask files by mask name; None for a pair without a file that covers everything.
        picture: The picture that the mask is used with, as a source of what is found in it.
        steps: Results by step id.
    """

    files: Mapping[str, InputImage | None]
    picture: MaskSource | None
    steps: Mapping[str, StepSource]


def want_mask(name: str, masks: Mapping[str, ParsedMask], parts: MaskParts, size: Size) -> WantedMask:
    """Describe a mask for a picture.

    Args:
        name: Which of the recipe's masks.
        masks: All of them: a combination refers to others.
        parts: What it is made from.
        size: Of the picture that it belongs to.

    Raises:
        ValueError: something is to be found in a picture and there is none.
    """
    spec, sources = _describe(masks[name], masks, parts)
    found = tuple({source.ref: source for source in sources}.values())
    identity: dict[str, Json] = {"spec": spec, "size": [size.width_px, size.height_px]}
    file = parts.files.get(name)
    return WantedMask(id=digest_json("mask/2", identity), name=name, spec=spec, size=size, file=file, sources=found)


def _describe(
    mask: ParsedMask, masks: Mapping[str, ParsedMask], parts: MaskParts
) -> tuple[dict[str, Json], list[MaskSource]]:
    kind, sources = _kind(mask, masks, parts)
    operations = [f"{operation.name} {operation.amount}".strip() for operation in mask.operations]
    return {**kind, "black_edits": mask.black_edits, "ops": list(operations)}, sources


def _kind(
    mask: ParsedMask, masks: Mapping[str, ParsedMask], parts: MaskParts
) -> tuple[dict[str, Json], list[MaskSource]]:
    match mask.kind:
        case "shape":
            shape = mask.shape
            return ({"shape": shape.kind, "values": list(shape.values)} if shape is not None else {"shape": "full"}), []
        case "file" | "pair":
            return _file_kind(parts.files.get(mask.name))
        case "from":
            step = parts.steps[mask.step or ""]
            return {"shape": "file", "ref": step.ref}, [step]
        case "union" | "intersect" | "subtract":
            described = [_describe(masks[member], masks, parts) for member in mask.members]
            members: list[Json] = [spec for spec, _ in described]
            return {"shape": mask.kind, "of": members}, [source for _, found in described for source in found]
        case "alpha" | "color" | "detect":
            if parts.picture is None:
                raise ValueError(f"mask '{mask.name}' is found in a picture, and there is none")
            return {"shape": mask.kind, "ref": parts.picture.ref, **_found_by(mask)}, [parts.picture]


def _file_kind(file: InputImage | None) -> tuple[dict[str, Json], list[MaskSource]]:
    if file is None:
        return {"shape": "full"}, []
    return {"shape": "file", "ref": file.artifact.digest}, [FileSource(ref=file.artifact.digest, path=file.path)]


def _found_by(mask: ParsedMask) -> dict[str, Json]:
    if mask.color is not None:
        return {"rgb": list(mask.color.rgb), "tolerance": mask.color.tolerance}
    if mask.detect is not None:
        return {"what": mask.detect, "revision": DETECT_REVISION}
    return {}


def draw_mask(spec: Mapping[str, Json], contents: Mapping[str, bytes], size: Size) -> "Mask8":
    """Draw a mask from its description.

    Args:
        spec: Of ``want_mask``, or ``MaskImage.spec``.
        contents: The bytes of its sources, by what the spec calls them.
        size: Of the picture; a file of another size is scaled to it.

    Returns:
        Shape (rows, columns), uint8; 255 is edited.

    Raises:
        ImageError: a source cannot be read as a picture, or has no transparency.
        EngineError: nothing of what is to be found is there, or an engine is not installed.
    """
    from runner.images.mask import apply_op

    mask = _drawn(spec, contents, size)
    if spec["black_edits"]:
        mask = apply_op(mask, "invert", "")
    for operation in _texts(spec["ops"]):
        name, _, amount = operation.partition(" ")
        mask = apply_op(mask, name, amount)
    return mask


def _drawn(spec: Mapping[str, Json], contents: Mapping[str, bytes], size: Size) -> "Mask8":
    from runner.images.fit import fit_mask, full_mask
    from runner.images.mask import draw_shape, read_mask

    match spec["shape"]:
        case "full":
            return full_mask(size)
        case "rect" | "ellipse" as kind:
            return draw_shape(kind, _texts(spec["values"]), size)
        case "polygon":
            numbers = _texts(spec["values"])
            return draw_shape("polygon", list(zip(numbers[::2], numbers[1::2], strict=True)), size)
        case "union" | "intersect" | "subtract" as kind:
            return _combined(kind, spec["of"], contents, size)
        case "file":
            return fit_mask(read_mask(contents[str(spec["ref"])], "the mask"), size)
        case _:
            return fit_mask(_found(spec, contents[str(spec["ref"])]), size)


def _combined(
    kind: Literal["union", "intersect", "subtract"], of: Json, contents: Mapping[str, bytes], size: Size
) -> "Mask8":
    from runner.images.mask_sources import intersect, subtract, union

    specs = [spec for spec in of if isinstance(spec, dict)] if isinstance(of, list) else []
    masks = [draw_mask(spec, contents, size) for spec in specs]
    return {"union": union, "intersect": intersect, "subtract": subtract}[kind](masks)


def _found(spec: Mapping[str, Json], content: bytes) -> "Mask8":
    """Find a mask in a picture, at the picture's own size."""
    from runner.images.codec import decode
    from runner.images.color import to_srgb
    from runner.images.mask_sources import alpha_mask, color_mask

    photo = decode(content, "the picture")
    match spec["shape"]:
        case "alpha":
            return alpha_mask(photo)
        case "color":
            red, green, blue = (int(channel) for channel in _texts(spec["rgb"]))
            return color_mask(photo, (red, green, blue), Decimal(str(spec["tolerance"])))
        case _:
            from runner.engines.detect.engine import DETECTORS

            return DETECTORS[str(spec["what"])](to_srgb(photo))


def _texts(value: Json) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list | tuple) else []


def evaluate_mask(wanted: WantedMask, contents: Mapping[str, bytes]) -> MaskFacts:
    """Draw a mask and measure it; the contents are those of its sources.

    Raises:
        ImageError, EngineError: as ``draw_mask``.
    """
    from runner.images.mask import digest_mask, is_binary, mask_area

    mask = draw_mask(wanted.spec, contents, wanted.size)
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
