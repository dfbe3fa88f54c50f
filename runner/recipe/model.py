"""What a recipe file may hold: the shape of the document, checked before anything is looked up.

These models are also the source of ``schemas/recipe.schema.json``.
"""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from runner.core.money import Money

NAME = r"[A-Za-z][A-Za-z0-9_-]{0,63}"


def _name(value: str) -> str:
    if not re.fullmatch(NAME, value):
        raise ValueError("a name: a letter, then letters, digits, '-' and '_', at most 64")
    return value


def _percent(value: object) -> Decimal:
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,4})?)\s*%", str(value))
    if match is None or Decimal(match[1]) > 100:
        raise ValueError("a share of the picture from 0% to 100%, such as 2%")
    return Decimal(match[1])


def _length(value: object) -> str:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,5}(?:\.\d{1,3})?\s*(?:px|%)?", text):
        raise ValueError("a length in pixels or in percent, such as 6, 6px or 2%")
    return text.replace(" ", "").removesuffix("px")


def _scalar(value: object) -> object:
    if isinstance(value, str | int | Decimal | bool):
        return value
    raise ValueError("text, a number, true or false")


def _parameter(value: object) -> object:
    if isinstance(value, str | int | Decimal | bool):
        return value
    if isinstance(value, list) and value and all(isinstance(part, str | int | Decimal) for part in value):
        return tuple(value)
    raise ValueError("text, a number, true, false, or a list of them")


_SCALAR_SCHEMA = {"type": ["string", "number", "boolean"]}
_LIST_SCHEMA = {"type": "array", "minItems": 1, "items": {"type": ["string", "number"]}}
Name = Annotated[str, AfterValidator(_name), Field(json_schema_extra={"pattern": f"^{NAME}$"})]
Percent = Annotated[
    Decimal, BeforeValidator(_percent), WithJsonSchema({"type": "string", "pattern": r"^\d{1,3}(\.\d+)?\s*%$"})
]
Length = Annotated[str, BeforeValidator(_length), WithJsonSchema({"type": ["string", "number"]}), PlainSerializer(str)]
ScalarValue = Annotated[Any, BeforeValidator(_scalar), WithJsonSchema(_SCALAR_SCHEMA)]
ParameterValue = Annotated[
    Any,
    BeforeValidator(_parameter),
    WithJsonSchema(
        {"anyOf": [_SCALAR_SCHEMA, {"type": "array", "minItems": 1, "items": {"type": ["string", "number"]}}]}
    ),
]
_AMOUNT_TEXT = {"type": "string", "pattern": r"^\$?\s*\d+(\.\d+)?\s*(USD)?$"}
_AMOUNT_SCHEMA = {"anyOf": [{"type": "number", "minimum": 0}, _AMOUNT_TEXT]}
Amount = Annotated[Money, WithJsonSchema(_AMOUNT_SCHEMA)]
Metadata = Literal["icc", "orientation", "exif", "gps", "xmp", "copyright"]


class Section(BaseModel):
    """A mapping of a recipe: no key but the ones it names."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class InputSection(Section):
    """Where pictures come from: exactly one of ``file``, ``files`` and ``glob``."""

    file: str | None = Field(None, description="One file, the same for every item; relative to the recipe.")
    files: Annotated[list[str], Field(min_length=1)] | None = Field(None, description="The items of the batch, listed.")
    glob: str | None = Field(None, description="The items of the batch, by pattern: *, ?, [a-z] and ** for folders.")
    exclude: list[str] | None = Field(None, description="Patterns of files that 'glob' leaves out.")
    key: str | None = Field(None, description="The stable identity of an item; ${{ item.stem }} when left out.")


_Box = Annotated[list[Length], Field(min_length=4, max_length=4)]
_Range = Annotated[list[Percent], Field(min_length=2, max_length=2)]


class ShapeSection(Section):
    """A drawn shape: exactly one. Numbers are pixels; 'n%' is of the picture's width or height."""

    rect: Annotated[list[Length], Field(min_length=4, max_length=4)] | None = Field(
        None, description="x, y, width, height."
    )
    ellipse: Annotated[list[Length], Field(min_length=4, max_length=4)] | None = Field(
        None, description="x, y, width, height of the box around it."
    )
    polygon: Annotated[list[Annotated[list[Length], Field(min_length=2, max_length=2)]], Field(min_length=3)] | None = (
        Field(None, description="Three points or more, each [x, y].")
    )


class OpSection(Section):
    """One operation on a mask: exactly one key."""

    grow: Length | None = Field(None, description="Move the border outwards.")
    shrink: Length | None = Field(None, description="Move the border inwards.")
    feather: Length | None = Field(None, description="Soften the border over this width.")
    threshold: Percent | None = Field(None, description="White from this level up, black below.")
    invert: Literal[True] | None = Field(None, description="Swap white and black.")
    fill_holes: Literal[True] | None = Field(None, description="Make black areas white that white surrounds.")


class RequireSection(Section):
    """What a mask must be; checked while planning, before any spend."""

    size: Literal["same"] | None = Field(None, description="The mask file has the picture's own size.")
    area: Annotated[list[Percent], Field(min_length=2, max_length=2)] | None = Field(
        None, description="Least and most white."
    )
    not_empty: bool = Field(True, description="Some of it is white.")
    binary: bool = Field(False, description="Black and white only, nothing between.")


class MaskSection(Section):
    """White is edited. Exactly one of ``file``, ``pair`` and ``shape``."""

    file: str | None = Field(None, description="One mask for every item.")
    pair: str | None = Field(None, description="A mask per item, such as masks/${{ item.stem }}.*")
    missing: Literal["error", "skip", "full"] = Field("error", description="When a pair has no mask for an item.")
    shape: ShapeSection | None = None
    polarity: Literal["white_edits", "black_edits"] = "white_edits"
    ops: list[OpSection] = Field(default_factory=list)
    require: RequireSection = Field(default_factory=RequireSection)


class DefaultsSection(Section):
    """What steps do when they do not say otherwise."""

    provider: str | None = Field(None, description="Where models run.")


class StepSection(Section):
    """One named edit."""

    id: Name
    uses: str = Field(description="A model id: see 'runner models'.")
    with_: dict[str, ParameterValue] = Field(default_factory=dict, alias="with", description="The model's parameters.")
    if_: str | bool | None = Field(None, alias="if", description="The step applies where this expression is true.")
    provider: str | None = Field(None, description="Where the model runs; 'local' unless something says otherwise.")
    paste_back: str | None = Field(None, description="A mask: outside it the original pixels are restored.")


class MetadataSection(Section):
    """Which metadata of the photo travels into the output."""

    keep: list[Metadata] = ["icc", "copyright"]
    mark: bool = Field(True, description="Write the IPTC source-type mark.")


class OutputSection(Section):
    """A file to write for every cell."""

    from_: str = Field(alias="from", description="A step's id.")
    path: str = Field(description="Relative to the project root.")
    format: Literal["jpeg", "png", "webp", "tiff", "avif"] | None = Field(
        None, description="By the path's ending when left out."
    )
    quality: Annotated[int, Field(ge=1, le=100)] | None = None
    metadata: MetadataSection = Field(default_factory=MetadataSection)


class BudgetSection(Section):
    """Caps on what a run may spend."""

    max: Amount | None = None
    per_item: Amount | None = None
    per_step: dict[str, Amount] = Field(default_factory=dict)


class RecipeDocument(Section):
    """A recipe. Keys that begin with ``x-`` are left alone: a home for anchors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, title="edit-runner recipe")

    version: Literal[1]
    name: Name
    description: str | None = None
    vars: dict[str, ScalarValue] = Field(default_factory=dict, description="Values for expressions: ${{ vars.name }}.")
    defaults: DefaultsSection = Field(default_factory=DefaultsSection)
    inputs: Annotated[dict[str, InputSection], Field(min_length=1)]
    masks: dict[str, MaskSection] = Field(default_factory=dict)
    steps: Annotated[list[StepSection], Field(min_length=1)]
    outputs: list[OutputSection] = Field(default_factory=list)
    budget: BudgetSection = Field(default_factory=BudgetSection)


NOT_YET: dict[str, frozenset[str]] = {
    "RecipeDocument": frozenset({"matrix", "checks", "gate", "report"}),
    "DefaultsSection": frozenset({"retry", "timeout", "on_check_fail", "paste_back"}),
    "InputSection": frozenset({"csv", "jsonl", "image", "where", "url", "allow_outside"}),
    "MaskSection": frozenset({"alpha", "color", "detect", "from", "union", "intersect", "subtract"}),
    "StepSection": frozenset({"retry", "timeout", "on_check_fail"}),
    "BudgetSection": frozenset({"on_check_fail"}),
}
"""Keys of the language that this version refuses instead of ignoring."""


def recipe_schema() -> dict[str, Any]:
    """The JSON Schema of a recipe, draft-07 as editors read it."""
    schema = RecipeDocument.model_json_schema(by_alias=True)
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    schema["patternProperties"] = {"^x-": True}
    definitions = schema["$defs"]
    for section, kinds in ONE_OF.items():
        definitions[section]["oneOf"] = [{"required": [kind]} for kind in kinds]
    return schema


ONE_OF: dict[str, tuple[str, ...]] = {
    "InputSection": ("file", "files", "glob"),
    "MaskSection": ("file", "pair", "shape"),
    "ShapeSection": ("rect", "ellipse", "polygon"),
    "OpSection": ("grow", "shrink", "feather", "threshold", "invert", "fill_holes"),
}
"""Sections that hold exactly one of these keys."""
