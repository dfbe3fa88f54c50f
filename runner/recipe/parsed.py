"""What a recipe says, once it is known to say something possible."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from runner.core.check import CheckType
from runner.core.digest import Digest
from runner.core.money import Money
from runner.recipe.template import Template
from runner.source.source import Place, Source

if TYPE_CHECKING:
    from runner.recipe.manifest import ColumnType

InputKind = Literal["file", "files", "glob", "csv", "jsonl", "url"]
MaskKind = Literal["file", "pair", "shape", "alpha", "color", "detect", "from", "union", "intersect", "subtract"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedInput:
    """Where pictures come from.

    Attributes:
        patterns: The path, the paths, the pattern or the address, each with what expressions it holds.
        exclude: Patterns of paths to leave out.
        key: Gives an item's identity.
        image: Gives a row's picture; None where items are no rows.
        where: Which rows are items.
        columns: Types of a table's columns that are not text.
    """

    name: str
    place: Place
    kind: InputKind
    patterns: tuple[Template, ...]
    exclude: tuple[Template, ...]
    key: Template
    image: Template | None
    where: Template | bool
    columns: "Mapping[str, ColumnType]"
    allow_outside: bool

    @property
    def is_batch(self) -> bool:
        """Whether the recipe runs over its pictures."""
        return self.kind not in {"file", "url"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation on a mask; the amount is ``6``, ``2%`` or empty."""

    name: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A drawn shape.

    Attributes:
        values: ``12`` (pixels) or ``4%`` texts: x, y, width, height; or the x and y of each point in turn.
    """

    kind: Literal["rect", "ellipse", "polygon"]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyColor:
    """A color and how far a pixel may be from it; the tolerance as decimal text."""

    rgb: tuple[int, ...]
    tolerance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a mask must be; the area in percent."""

    same_size: bool
    min_area: str | None
    max_area: str | None
    not_empty: bool
    binary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMask:
    """A named mask.

    Attributes:
        path: Of a file or a pair.
        shape: Of a drawn one.
        color: Of a color mask.
        detect: What is to be found.
        step: Whose picture is the mask.
        members: The masks that a combination is made of.
    """

    name: str
    place: Place
    kind: MaskKind
    path: Template | None
    shape: Shape | None
    color: KeyColor | None
    detect: Literal["face", "irises"] | None
    step: str | None
    members: tuple[str, ...]
    missing: Literal["error", "skip", "full"]
    black_edits: bool
    operations: tuple[Operation, ...]
    require: Requirement


ParsedValue: TypeAlias = "Template | int | bool | tuple[Template | int, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedStep:
    """One named edit; ``condition`` is what ``if`` holds. What the recipe's defaults say is filled in."""

    id: str
    place: Place
    uses: str
    parameters: Mapping[str, ParsedValue]
    condition: Template | bool
    provider: str | None
    paste_back: str | None
    attempts: int
    timeout_s: str | None
    redraws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMatrix:
    """Values by name, and the combinations to leave out and to add."""

    values: Mapping[str, tuple[object, ...]]
    exclude: tuple[Mapping[str, object], ...]
    include: tuple[Mapping[str, object], ...]

    def __bool__(self) -> bool:
        """Whether there is anything to combine."""
        return bool(self.values or self.exclude or self.include)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedCheck:
    """A condition on a step's result; ``params`` by the type's own names."""

    at: int
    step: str
    type: CheckType
    mask: str | None
    params: Mapping[str, ParsedValue]
    measure: Literal["raw", "final"]
    severity: Literal["error", "warn"]
    on_fail: Literal["fail", "quarantine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedGate:
    """What stops the batch; the rate from 0 to 1, as decimal text."""

    canary: int
    min_pass_rate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedOutput:
    """A file to write for every cell."""

    place: Place
    step: str
    path: Template
    format: str | None
    quality: int | None
    keep: tuple[str, ...]
    mark: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedBudget:
    """Caps on what a run may spend."""

    max: Money | None
    per_item: Money | None
    per_step: Mapping[str, Money]
    on_check_fail: Money | None = None


@dataclass(frozen=True, slots=True)
class ParsedReport:
    """Where the report is written, its heading, and the types of checks that it shows first; None as usual."""

    dir: str | None
    title: str | None
    checks: tuple[CheckType, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRecipe:
    """A recipe that says something possible.

    Attributes:
        steps: In an order in which a step comes after those that it takes pictures from.
        digest: Of the text.
    """

    source: Source
    digest: Digest
    name: str
    description: str
    variables: Mapping[str, object]
    provider: str | None
    inputs: Mapping[str, ParsedInput]
    masks: Mapping[str, ParsedMask]
    matrix: ParsedMatrix
    steps: tuple[ParsedStep, ...]
    checks: tuple[ParsedCheck, ...]
    gate: ParsedGate | None
    outputs: tuple[ParsedOutput, ...]
    budget: ParsedBudget
    report: ParsedReport

    @property
    def batch(self) -> ParsedInput | None:
        """The input that the recipe runs over; None where it runs once."""
        return next((declared for declared in self.inputs.values() if declared.is_batch), None)
