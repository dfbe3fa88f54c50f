"""What a recipe file may hold: the shape of the document, checked before anything is looked up.

These models are also the source of ``schemas/recipe.schema.json``.
"""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from runner.core.check import CheckType
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


def _duration(value: object) -> Decimal:
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*(s|m|h)?", str(value))
    if isinstance(value, bool) or match is None or Decimal(match[1]) == 0:
        raise ValueError("a time such as 30s, 10m or 1h")
    return Decimal(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2] or "s"]


def _condition(value: object) -> object:
    if isinstance(value, str | bool):
        return value
    raise ValueError("true, false or an expression")


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
_DURATION_TEXT = {"type": "string", "pattern": r"^\d+(\.\d+)?\s*[smh]?$"}
_DURATION_SCHEMA = {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, _DURATION_TEXT]}
Duration = Annotated[Decimal, BeforeValidator(_duration), WithJsonSchema(_DURATION_SCHEMA)]
Condition = Annotated[Any, BeforeValidator(_condition), WithJsonSchema({"type": ["string", "boolean"]})]
Metadata = Literal["icc", "orientation", "exif", "gps", "xmp", "copyright"]


class Section(BaseModel):
    """A mapping of a recipe: no key but the ones it names."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class InputSection(Section):
    """Where pictures come from: exactly one of ``file``, ``files``, ``glob``, ``csv``, ``jsonl`` and ``url``."""

    file: str | None = Field(None, description="One file, the same for every item; relative to the recipe.")
    files: Annotated[list[str], Field(min_length=1)] | None = Field(None, description="The items of the batch, listed.")
    glob: str | None = Field(None, description="The items of the batch, by pattern: *, ?, [a-z] and ** for folders.")
    csv: str | None = Field(None, description="A table with a row per item; see 'image'.")
    jsonl: str | None = Field(None, description="A JSON object per line and item; see 'image'.")
    url: str | None = Field(None, description="One picture by https, pinned in the lock file.")
    exclude: list[str] | None = Field(None, description="Patterns of files that 'glob' leaves out.")
    image: str | None = Field(None, description="A row's picture, such as ${{ row.path }}.")
    where: Condition | None = Field(None, description="Only the rows for which this expression is true.")
    columns: dict[str, Literal["text", "int", "number", "bool"]] | None = Field(
        None, description="Types of columns of 'csv'; text when left out."
    )
    allow_outside: bool = Field(False, description="Whether files may lie outside the project.")
    key: str | None = Field(None, description="The stable identity of an item; ${{ item.stem }} when left out.")


_Box = Annotated[list[Length], Field(min_length=4, max_length=4)]
_Range = Annotated[list[Percent], Field(min_length=2, max_length=2)]


_Names = Annotated[list[str], Field(min_length=2)]


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


class ColorSection(Section):
    """A key color: what is near it is white."""

    key: ParameterValue = Field(description="'#rrggbb' or [red, green, blue].")
    tolerance: Annotated[Decimal | int, Field(ge=0, le=100)] = Field(
        10, description="Difference of color that still counts."
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
    """White is edited. Exactly one of the kinds from ``file`` to ``subtract``."""

    file: str | None = Field(None, description="One mask for every item.")
    pair: str | None = Field(None, description="A mask per item, such as masks/${{ item.stem }}.*")
    missing: Literal["error", "skip", "full"] = Field("error", description="When a pair has no mask for an item.")
    shape: ShapeSection | None = None
    alpha: Literal[True] | None = Field(None, description="The picture's own transparency: opaque is white.")
    color: ColorSection | None = None
    detect: Literal["face", "irises"] | None = Field(
        None, description="What is found in the picture, locally and free."
    )
    from_: str | None = Field(None, alias="from", description="The picture of a step as a mask: steps.NAME")
    union: _Names | None = Field(None, description="White where any of these masks is.")
    intersect: _Names | None = Field(None, description="White where all of these masks are.")
    subtract: _Names | None = Field(None, description="The first of these masks without the others.")
    polarity: Literal["white_edits", "black_edits"] = "white_edits"
    ops: list[OpSection] = Field(default_factory=list)
    require: RequireSection = Field(default_factory=RequireSection)


class RetrySection(Section):
    """How often a failure that may pass is tried."""

    attempts: Annotated[int, Field(ge=1, le=10)] = 1


class RedrawSection(Section):
    """What a failed check asks for."""

    redraw: Annotated[int, Field(ge=0, le=5)] = Field(0, description="Further draws, paid; counted in the worst case.")


class DefaultsSection(Section):
    """What steps do when they do not say otherwise."""

    provider: str | None = Field(None, description="Where models run.")
    timeout: Duration | None = Field(None, description="What one attempt may take, such as 10m.")
    retry: RetrySection | None = None
    on_check_fail: RedrawSection | None = None


class StepSection(Section):
    """One named edit."""

    id: Name
    uses: str = Field(description="A model id: see 'runner models'.")
    with_: dict[str, ParameterValue] = Field(default_factory=dict, alias="with", description="The model's parameters.")
    if_: Condition | None = Field(None, alias="if", description="The step applies where this expression is true.")
    provider: str | None = Field(None, description="Where the model runs; 'local' unless something says otherwise.")
    paste_back: str | None = Field(None, description="A mask: outside it the original pixels are restored.")
    timeout: Duration | None = Field(None, description="What one attempt may take, such as 10m.")
    retry: RetrySection | None = None
    on_check_fail: RedrawSection | None = None


class MatrixSection(Section):
    """Values by name: a cell for every item and combination."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    __pydantic_extra__: dict[str, Annotated[list[ScalarValue], Field(min_length=1)]]

    exclude: list[dict[str, ScalarValue]] = Field(default_factory=list, description="Combinations to leave out.")
    include: list[dict[str, ScalarValue]] = Field(default_factory=list, description="Combinations to add.")


class CheckSection(Section):
    """A condition on a step's result; which keys it has depends on its type."""

    on: str = Field(description="A step's id.")
    type: CheckType
    mask: str | None = None
    max_changed: Percent | None = Field(None, description="Share of pixels outside the mask that may change.")
    min_changed: Percent | None = Field(None, description="Share of pixels inside the mask that must change.")
    tolerance: Annotated[int, Field(ge=0, le=255)] | None = Field(None, description="Difference that is no change.")
    target: ParameterValue | None = Field(None, description="'#rrggbb' or [red, green, blue].")
    max_delta_e: Annotated[Decimal | int, Field(ge=0, le=100)] | None = Field(None, description="CIEDE2000.")
    min: Annotated[Decimal | int, Field(ge=0, le=1)] | None = Field(None, description="SSIM, 0 to 1.")
    where: Literal["inside", "outside", "everywhere"] | None = None
    min_contrast: Annotated[Decimal | int, Field(ge=0, le=128)] | None = None
    value: ScalarValue | None = Field(None, description="Bytes, or a format.")
    measure: Literal["raw", "final"] = "final"
    severity: Literal["error", "warn"] = "error"
    on_fail: Literal["fail", "quarantine"] = "fail"


class GateSection(Section):
    """What stops the batch."""

    canary: Annotated[int, Field(ge=1)] = Field(1, description="Cells that run to the end first.")
    min_pass_rate: Percent = Field(description="Share of cells that must pass their checks.")


class ReportSection(Section):
    """Where the report is written."""

    dir: str | None = Field(None, description="Relative to the project root; reports/NAME when left out.")


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
    on_check_fail: Amount | None = Field(None, description="At most this for draws that failed checks ask for.")


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
    matrix: MatrixSection = Field(default_factory=MatrixSection)
    steps: Annotated[list[StepSection], Field(min_length=1)]
    checks: list[CheckSection] = Field(default_factory=list)
    gate: GateSection | None = None
    outputs: list[OutputSection] = Field(default_factory=list)
    budget: BudgetSection = Field(default_factory=BudgetSection)
    report: ReportSection = Field(default_factory=ReportSection)


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
    "InputSection": ("file", "files", "glob", "csv", "jsonl", "url"),
    "MaskSection": ("file", "pair", "shape", "alpha", "color", "detect", "from", "union", "intersect", "subtract"),
    "ShapeSection": ("rect", "ellipse", "polygon"),
    "OpSection": ("grow", "shrink", "feather", "threshold", "invert", "fill_holes"),
}
"""Sections that hold exactly one of these keys."""
