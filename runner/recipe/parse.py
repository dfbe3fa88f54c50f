"""A recipe's text to a ``ParsedRecipe``: everything that can be checked without looking at a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from runner.core.check import CheckType
from runner.core.diagnostic import Diagnostic, in_file_order
from runner.core.digest import Digest, digest_bytes
from runner.core.money import Money
from runner.recipe.checks import check_checks
from runner.recipe.expression import Template, parse_template
from runner.recipe.members import check_members
from runner.recipe.model import (
    CheckSection,
    DefaultsSection,
    GateSection,
    InputSection,
    MaskSection,
    MatrixSection,
    OutputSection,
    RecipeDocument,
    StepSection,
)
from runner.recipe.names import check_names
from runner.recipe.order import check_mask_order, order_steps
from runner.recipe.source import Place, SequenceNode, Source
from runner.recipe.structure import check_structure

InputKind = Literal["file", "files", "glob", "csv", "jsonl", "url"]
MaskKind = Literal["file", "pair", "shape", "alpha", "color", "detect", "from", "union", "intersect", "subtract"]
ColumnType = Literal["text", "int", "number", "bool"]


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
    columns: Mapping[str, ColumnType]
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
    report_dir: str | None

    @property
    def batch(self) -> ParsedInput | None:
        """The input that the recipe runs over; None where it runs once."""
        return next((declared for declared in self.inputs.values() if declared.is_batch), None)


def parse_recipe(source: Source) -> ParsedRecipe | list[Diagnostic]:
    """Check a document that could be read, and give what it says.

    Returns:
        The recipe, or every mistake in it, in file order.
    """
    document, problems = check_structure(source)
    problems += check_names(source)
    problems += _repeated_ids(source)
    problems += check_checks(source)
    problems += check_members(source)
    problems += _several_batches(source, document)
    if document is None or problems:
        return in_file_order(problems)
    masks = {name: _mask(name, section) for name, section in document.masks.items()}
    steps = tuple(_step(at, section, document.defaults) for at, section in enumerate(document.steps))
    ordered = order_steps(source, steps, masks)
    if isinstance(ordered, list):
        return ordered
    recipe = _recipe(source, document, ordered, masks)
    return list(check_mask_order(source, ordered, masks, recipe.checks)) or recipe


def _recipe(
    source: Source, document: RecipeDocument, steps: tuple[ParsedStep, ...], masks: Mapping[str, ParsedMask]
) -> ParsedRecipe:
    return ParsedRecipe(
        source=source,
        digest=digest_bytes(source.text.encode()),
        name=document.name,
        description=document.description or "",
        variables=document.vars,
        provider=document.defaults.provider,
        inputs={name: _input(name, section) for name, section in document.inputs.items()},
        masks=masks,
        matrix=_matrix(document.matrix),
        steps=steps,
        checks=tuple(_check(at, section) for at, section in enumerate(document.checks)),
        gate=_gate(document.gate),
        outputs=tuple(_output(at, section) for at, section in enumerate(document.outputs)),
        budget=ParsedBudget(
            max=document.budget.max,
            per_item=document.budget.per_item,
            per_step=document.budget.per_step,
            on_check_fail=document.budget.on_check_fail,
        ),
        report_dir=document.report.dir,
    )


def _repeated_ids(source: Source) -> Iterator[Diagnostic]:
    steps = source.node(("steps",))
    first: dict[object, int] = {}
    for at in range(len(steps.items) if isinstance(steps, SequenceNode) else 0):
        node = source.node(("steps", at, "id"))
        value = getattr(node, "value", None)
        if node is None or value is None:
            continue
        if value in first:
            message = f"two steps have the id '{value}'"
            yield source.diagnostic(node.span, "repeated-id", message, hint=f"the first is on line {first[value]}")
        first.setdefault(value, node.span.line)


def _several_batches(source: Source, document: RecipeDocument | None) -> Iterator[Diagnostic]:
    if document is None:
        return
    batches = [name for name, section in document.inputs.items() if section.file is None and section.url is None]
    for name in batches[1:]:
        message = f"'{name}' is a second batch input"
        hint = f"the recipe runs over '{batches[0]}'; give '{name}' one 'file'"
        yield source.diagnostic(source.key_span(("inputs", name)), "several-batches", message, hint=hint)


def _input(name: str, section: InputSection) -> ParsedInput:
    kind = next(kind for kind in _INPUT_KINDS if getattr(section, kind) is not None)
    named = getattr(section, kind)
    texts: list[str] = named if isinstance(named, list) else [named]
    return ParsedInput(
        name=name,
        place=("inputs", name),
        kind=kind,
        patterns=tuple(parse_template(text) for text in texts),
        exclude=tuple(parse_template(text) for text in section.exclude or ()),
        key=parse_template(section.key or "${{ item.stem }}"),
        image=None if section.image is None else parse_template(section.image),
        where=_condition(section.where),
        columns=section.columns or {},
        allow_outside=section.allow_outside,
    )


_INPUT_KINDS: tuple[InputKind, ...] = ("file", "files", "glob", "csv", "jsonl", "url")


def _mask(name: str, section: MaskSection) -> ParsedMask:
    path = section.file if section.file is not None else section.pair
    return ParsedMask(
        name=name,
        place=("masks", name),
        kind=_mask_kind(section),
        path=None if path is None else parse_template(path),
        shape=_shape(section),
        color=_key_color(section),
        detect=section.detect,
        step=None if section.from_ is None else section.from_.removeprefix("steps."),
        members=tuple(section.union or section.intersect or section.subtract or ()),
        missing=section.missing,
        black_edits=section.polarity == "black_edits",
        operations=tuple(_operation(operation.model_dump(exclude_none=True)) for operation in section.ops),
        require=_requirement(section),
    )


def _mask_kind(section: MaskSection) -> MaskKind:
    if section.from_ is not None:
        return "from"
    return next(kind for kind in _MASK_KINDS if getattr(section, kind) is not None)


_MASK_KINDS: tuple[MaskKind, ...] = (
    "file",
    "pair",
    "shape",
    "alpha",
    "color",
    "detect",
    "union",
    "intersect",
    "subtract",
)


def _key_color(section: MaskSection) -> KeyColor | None:
    if section.color is None:
        return None
    key = section.color.key
    rgb = tuple(bytes.fromhex(key[1:])) if isinstance(key, str) else tuple(key)
    return KeyColor(rgb=rgb, tolerance=str(section.color.tolerance))


def _shape(section: MaskSection) -> Shape | None:
    if section.shape is None:
        return None
    if section.shape.polygon is not None:
        return Shape(kind="polygon", values=tuple(number for point in section.shape.polygon for number in point))
    if section.shape.ellipse is not None:
        return Shape(kind="ellipse", values=tuple(section.shape.ellipse))
    return Shape(kind="rect", values=tuple(section.shape.rect or ()))


def _operation(section: Mapping[str, object]) -> Operation:
    name, amount = next(iter(section.items()))
    if amount is True:
        return Operation(name=name, amount="")
    return Operation(name=name, amount=f"{amount}%" if name == "threshold" else str(amount))


def _requirement(section: MaskSection) -> Requirement:
    area = section.require.area
    return Requirement(
        same_size=section.require.size == "same",
        min_area=None if area is None else str(area[0]),
        max_area=None if area is None else str(area[1]),
        not_empty=section.require.not_empty,
        binary=section.require.binary,
    )


def _step(at: int, section: StepSection, defaults: DefaultsSection) -> ParsedStep:
    retry, timeout = section.retry or defaults.retry, section.timeout or defaults.timeout
    redraw = section.on_check_fail or defaults.on_check_fail
    return ParsedStep(
        id=section.id,
        place=("steps", at),
        uses=section.uses,
        parameters={name: _value(value) for name, value in section.with_.items()},
        condition=_condition(section.if_),
        provider=section.provider,
        paste_back=section.paste_back,
        attempts=retry.attempts if retry is not None else 1,
        timeout_s=str(timeout) if timeout is not None else None,
        redraws=redraw.redraw if redraw is not None else 0,
    )


def _matrix(section: MatrixSection) -> ParsedMatrix:
    values = section.__pydantic_extra__ or {}
    return ParsedMatrix(
        values={name: tuple(found) for name, found in sorted(values.items())},
        exclude=tuple(section.exclude),
        include=tuple(section.include),
    )


def _check(at: int, section: CheckSection) -> ParsedCheck:
    given = section.model_dump(exclude_none=True, exclude=_COMMON_KEYS)
    shares = {key: str(value / 100) for key, value in given.items() if key in {"max_changed", "min_changed"}}
    return ParsedCheck(
        at=at,
        step=section.on,
        type=section.type,
        mask=section.mask,
        params={key: _value(value) for key, value in {**given, **shares}.items()},
        measure=section.measure,
        severity=section.severity,
        on_fail=section.on_fail,
    )


_COMMON_KEYS = {"on", "type", "mask", "measure", "severity", "on_fail"}


def _gate(section: GateSection | None) -> ParsedGate | None:
    if section is None:
        return None
    return ParsedGate(canary=section.canary, min_pass_rate=str(section.min_pass_rate / 100))


def _condition(value: str | bool | None) -> Template | bool:
    if isinstance(value, str):
        return parse_template(value)
    return value is not False


def _value(value: object) -> ParsedValue:
    if isinstance(value, tuple):
        return tuple(part if isinstance(part, int) else parse_template(str(part)) for part in value)
    if isinstance(value, bool | int):
        return value
    return parse_template(str(value))


def _output(at: int, section: OutputSection) -> ParsedOutput:
    return ParsedOutput(
        place=("outputs", at),
        step=section.from_,
        path=parse_template(section.path),
        format=section.format,
        quality=section.quality,
        keep=tuple(section.metadata.keep),
        mark=section.metadata.mark,
    )
