"""The plan: every cell, action, mask and output of a recipe, with prices and decisions; a value.

These types are also the ``runner-plan/1`` document: ``plan/document.py`` writes and reads them as JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from runner.core.artifact import Artifact, Size
from runner.core.check import CheckType
from runner.core.diagnostic import Diagnostic
from runner.core.digest import ActionKey, Digest, Json
from runner.core.money import ZERO, Money
from runner.core.record import record

Decision = Literal["run", "reuse", "collect", "blocked"]
Scalar: TypeAlias = str | int | bool | tuple[str | int, ...]
"""A parameter that is no picture; decimals are text in canonical form, so that equal values have equal keys."""


@record(kw_only=True)
class InputImage:
    """A parameter that is an input; the path is relative to the project root, with forward slashes."""

    path: str
    artifact: Artifact
    kind: Literal["input"] = "input"


@record(kw_only=True)
class StepImage:
    """A parameter that is the result of another action; its size where the models on the way say it."""

    step: str
    key: ActionKey
    size: Size | None
    kind: Literal["step"] = "step"


@record(kw_only=True)
class FileSource:
    """A file that a mask is made from: its own, or the picture that something is found in.

    Attributes:
        ref: What the mask's spec calls it: the digest of its bytes.
    """

    ref: str
    path: str
    kind: Literal["file"] = "file"


@record(kw_only=True)
class StepSource:
    """The result of an action that a mask is made from; the spec calls it by ``ref``, which is the action's key."""

    ref: str
    key: ActionKey
    kind: Literal["step"] = "step"


MaskSource: TypeAlias = Annotated[FileSource | StepSource, Field(discriminator="kind")]


@record(kw_only=True)
class MaskImage:
    """A parameter that is a mask, evaluated.

    Attributes:
        digest: Of the raster after its operations; of its description where it is made from a step's result.
        area: Share of the picture that is edited, 0 to 1; 0 where it is not known before the run.
        path: The mask's own file, relative to the root, for people; None where it has none.
        spec: Kind, polarity and operations, enough to draw the same raster again from the sources.
        sources: The files and results that the spec refers to.
    """

    name: str
    digest: Digest
    size: Size
    area: float
    path: str | None
    spec: dict[str, Json]
    sources: tuple[MaskSource, ...] = ()
    kind: Literal["mask"] = "mask"


ImageValue: TypeAlias = Annotated[InputImage | StepImage | MaskImage, Field(discriminator="kind")]
ParamValue: TypeAlias = ImageValue | Scalar


@record(kw_only=True)
class Action:
    """One step applied; shared by all cells for which it is the same.

    Attributes:
        raw_key: The key of the work without ``paste_back``: what is bought. Equal to ``key`` without one.
        needs: The actions whose results this one takes.
        list_price: What the work costs when nothing is cached.
        payable: What it costs now, at most.
        output_size: The size of the result where the model's card says it.
        attempts: How often a retryable failure is tried in all.
        timeout_s: Seconds that one attempt may take, as decimal text; None for no limit.
        redraws: How many further draws a failed check may ask for; counted in the worst case.
        draw: Which deliberate result under the same work this is, from 0.
    """

    key: ActionKey
    raw_key: ActionKey
    step: str
    uses: str
    provider: str
    revision: str
    cells: tuple[str, ...]
    params: Mapping[str, ParamValue]
    paste_back: MaskImage | None
    needs: tuple[ActionKey, ...]
    output_size: Size | None
    list_price: Annotated[Money, Field(alias="list")]
    payable: Money = ZERO
    decision: Decision = "run"
    reason: str = ""
    attempts: int = 1
    timeout_s: str | None = None
    redraws: int = 0
    draw: int = 0


CheckParam: TypeAlias = MaskImage | Scalar


@record(kw_only=True)
class Check:
    """A condition on the result of one step in one cell.

    Attributes:
        at: Which of the recipe's checks, from 0.
        key: The action whose result is measured.
        measure: The provider's own result, or that after ``paste_back``.
        params: By the type's own names; shares from 0 to 1 and other numbers as decimal text.
    """

    at: int
    cell: str
    step: str
    key: ActionKey
    type: CheckType
    measure: Literal["raw", "final"]
    severity: Literal["error", "warn"]
    on_fail: Literal["fail", "quarantine"]
    params: Mapping[str, CheckParam]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What stops the batch: ``canary`` cells first, and the share of cells that must pass, as decimal text."""

    canary: int
    min_pass_rate: str


@record(kw_only=True)
class Cell:
    """One item with one combination of the matrix.

    Attributes:
        photo: The item's own picture; None where the recipe has no batch input.
        actions: The action of each step that applies to this cell, in the order of the chain.
        skipped: Steps that do not apply, each with its reason.
    """

    id: str
    item: str
    matrix: Mapping[str, str]
    photo: InputImage | None
    actions: Mapping[str, ActionKey]
    skipped: Mapping[str, str]


@record(kw_only=True)
class MaskState:
    """A mask as it was evaluated for a cell, and what is wrong with it."""

    name: str
    cell: str
    size: Size | None
    area: float | None
    problems: tuple[str, ...]


@record(kw_only=True)
class Output:
    """A file to write.

    Attributes:
        path: Relative to the project root, with forward slashes.
        step: Whose result it is.
        key: The action that gives the result.
        source: The input picture whose metadata travels, where there is one.
        media_type: The format to write.
        quality: 1 to 100; None for the format's own default.
        keep: Which metadata travels.
        mark: Whether the IPTC source-type mark is written.
    """

    cell: str
    path: str
    step: Annotated[str, Field(alias="from")]
    key: ActionKey
    source: InputImage | None
    media_type: str
    quality: int | None
    keep: tuple[str, ...]
    mark: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepQuote:
    """What one step costs over the whole batch."""

    id: str
    uses: str
    provider: str
    actions: int
    cached: int
    due: int
    list_price: Annotated[Money, Field(alias="list")]
    cached_value: Money
    payable: Money
    worst_case: Money
    unit: str
    unit_price: Money
    price_as_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The plan in figures; ``due`` counts the actions that will run."""

    cells: int
    actions: int
    cached: int
    due: int
    blocked: int
    list_price: Annotated[Money, Field(alias="list")]
    cached_value: Money
    payable: Money
    worst_case: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetState:
    """The caps, and whether the worst case fits under every one; ``over`` says which it does not, and why.

    Attributes:
        on_check_fail: For draws after a failed check.
    """

    max: Money | None
    ok: bool
    over: tuple[str, ...] = ()
    per_item: Money | None = None
    per_step: Mapping[str, Money] = field(default_factory=dict)
    on_check_fail: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a plan will cost at most."""

    totals: Totals
    steps: tuple[StepQuote, ...]
    budget: BudgetState


EMPTY_QUOTE = Quote(
    totals=Totals(
        cells=0,
        actions=0,
        cached=0,
        due=0,
        blocked=0,
        list_price=ZERO,
        cached_value=ZERO,
        payable=ZERO,
        worst_case=ZERO,
    ),
    steps=(),
    budget=BudgetState(max=None, ok=True),
)
"""That of a plan without actions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeName:
    """Which recipe a plan is of; the digest is of its text."""

    path: str
    name: str
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All the work of a recipe: each key once, what is needed first.

    Attributes:
        root: The project root, absolute.
        provider: The default provider of its steps.
        report_dir: Where the report is written, relative to the root; empty for the usual place.
        select: What the cells were selected by; empty where they are all.
        cards: The digest of each model's card, by model id.
        report_title: Heads the report; empty for the recipe's name.
        report_checks: The types of checks that the report shows first, in order.
    """

    recipe: RecipeName
    root: str
    provider: str
    cells: tuple[Cell, ...]
    actions: tuple[Action, ...]
    masks: tuple[MaskState, ...]
    outputs: tuple[Output, ...]
    quote: Quote
    checks: tuple[Check, ...] = ()
    gate: Gate | None = None
    report_dir: str = ""
    select: tuple[str, ...] = ()
    cards: Mapping[str, Digest] = field(default_factory=dict)
    report_title: str = ""
    report_checks: tuple[CheckType, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
