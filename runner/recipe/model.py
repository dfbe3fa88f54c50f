"""What a recipe file may hold: the shape of the document, checked before anything is looked up.

These models are also the source of ``schemas/recipe.schema.json``.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from runner.core.check import CheckType
from runner.recipe.fields import (
    Amount,
    Condition,
    Duration,
    Metadata,
    Name,
    ParameterValue,
    Percent,
    ScalarValue,
    Section,
    no_entries,
)
from runner.recipe.mask_model import MaskSection, OpSection, ShapeSection


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

    exclude: list[dict[str, ScalarValue]] = Field(default_factory=no_entries, description="Combinations to leave out.")
    include: list[dict[str, ScalarValue]] = Field(default_factory=no_entries, description="Combinations to add.")


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
    """The report: where it is written, and what it shows first."""

    dir: str | None = Field(None, description="Relative to the project root; reports/NAME when left out.")
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        None, description="Heads the report; the recipe's name when left out."
    )
    checks: list[CheckType] = Field(
        default_factory=no_entries, description="Types of checks, the one to see first in front."
    )


class MetadataSection(Section):
    """Which metadata of the photo travels into the output."""

    keep: list[Metadata] = Field(["icc", "copyright"])
    mark: bool = Field(True, description="Write the IPTC source-type mark.")


class OutputSection(Section):
    """A file to write for every cell."""

    from_: str = Field(alias="from", description="A step's id.")
    path: str = Field(description="Relative to the project root.")
    format: Literal["jpeg", "png", "webp", "tiff", "avif"] | None = Field(
        None, description="By the path's ending when left out."
    )
    quality: Annotated[int, Field(ge=1, le=100)] | None = None
    metadata: MetadataSection = Field(default_factory=MetadataSection.model_construct)


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
    defaults: DefaultsSection = Field(default_factory=DefaultsSection.model_construct)
    inputs: Annotated[dict[str, InputSection], Field(min_length=1)]
    masks: dict[str, MaskSection] = Field(default_factory=dict)
    matrix: MatrixSection = Field(default_factory=MatrixSection.model_construct)
    steps: Annotated[list[StepSection], Field(min_length=1)]
    checks: list[CheckSection] = Field(default_factory=no_entries)
    gate: GateSection | None = None
    outputs: list[OutputSection] = Field(default_factory=no_entries)
    budget: BudgetSection = Field(default_factory=BudgetSection.model_construct)
    report: ReportSection = Field(default_factory=ReportSection.model_construct)


ONE_OF: dict[type[Section], tuple[str, ...]] = {
    InputSection: ("file", "files", "glob", "csv", "jsonl", "url"),
    MaskSection: ("file", "pair", "shape", "alpha", "color", "detect", "from", "union", "intersect", "subtract"),
    ShapeSection: ("rect", "ellipse", "polygon"),
    OpSection: ("grow", "shrink", "feather", "threshold", "invert", "fill_holes"),
}
"""Sections that hold exactly one of these keys."""


def recipe_schema() -> dict[str, Any]:
    """The JSON Schema of a recipe, draft-07 as editors read it."""
    schema = RecipeDocument.model_json_schema(by_alias=True)
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    schema["patternProperties"] = {"^x-": True}
    for section, kinds in ONE_OF.items():
        schema["$defs"][section.__name__]["oneOf"] = [{"required": [kind]} for kind in kinds]
    for shape in (schema, *schema["$defs"].values()):
        _refuse_null(shape.get("properties", {}))
    return schema


def _refuse_null(properties: dict[str, Any]) -> None:
    """Say of each key that it has a value where it stands: pydantic lets what may be left out be null as well."""
    for name, value in properties.items():
        kinds = [kind for kind in value.get("anyOf", []) if kind != {"type": "null"}]
        if len(kinds) < len(value.get("anyOf", [])):
            rest = {key: said for key, said in value.items() if key not in {"anyOf", "default"}}
            properties[name] = {**rest, **(kinds[0] if len(kinds) == 1 else {"anyOf": kinds})}
