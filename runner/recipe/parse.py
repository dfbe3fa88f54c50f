"""A recipe's text to a ``ParsedRecipe``: everything that can be checked without looking at a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from runner.core.diagnostic import Diagnostic, in_file_order
from runner.core.digest import Digest, digest_bytes
from runner.core.money import Money
from runner.recipe.expression import Template, parse_template
from runner.recipe.model import InputSection, MaskSection, OutputSection, RecipeDocument, StepSection
from runner.recipe.names import check_names
from runner.recipe.order import order_steps
from runner.recipe.source import Place, SequenceNode, Source
from runner.recipe.structure import check_structure

InputKind = Literal["file", "files", "glob"]
MaskKind = Literal["file", "pair", "shape"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedInput:
    """Where pictures come from.

    Attributes:
        patterns: The path, the paths or the pattern, each with what expressions it holds.
        exclude: Patterns of paths to leave out.
        key: Gives an item's identity.
    """

    name: str
    place: Place
    kind: InputKind
    patterns: tuple[Template, ...]
    exclude: tuple[Template, ...]
    key: Template

    @property
    def is_batch(self) -> bool:
        """Whether the recipe runs over its pictures."""
        return self.kind != "file"


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
class Requirement:
    """What a mask must be; the area in percent."""

    same_size: bool
    min_area: str | None
    max_area: str | None
    not_empty: bool
    binary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMask:
    """A named mask; ``path`` for a file or a pair, ``shape`` for a drawn one."""

    name: str
    place: Place
    kind: MaskKind
    path: Template | None
    shape: Shape | None
    missing: Literal["error", "skip", "full"]
    black_edits: bool
    operations: tuple[Operation, ...]
    require: Requirement


ParsedValue: TypeAlias = "Template | int | bool | tuple[Template | int, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedStep:
    """One named edit; ``condition`` is what ``if`` holds."""

    id: str
    place: Place
    uses: str
    parameters: Mapping[str, ParsedValue]
    condition: Template | bool
    provider: str | None
    paste_back: str | None


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
    steps: tuple[ParsedStep, ...]
    outputs: tuple[ParsedOutput, ...]
    budget: ParsedBudget

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
    problems += _several_batches(source, document)
    if document is None or problems:
        return in_file_order(problems)
    steps = tuple(_step(at, section) for at, section in enumerate(document.steps))
    ordered = order_steps(source, steps)
    return ordered if isinstance(ordered, list) else _recipe(source, document, ordered)


def _recipe(source: Source, document: RecipeDocument, steps: tuple[ParsedStep, ...]) -> ParsedRecipe:
    return ParsedRecipe(
        source=source,
        digest=digest_bytes(source.text.encode()),
        name=document.name,
        description=document.description or "",
        variables=document.vars,
        provider=document.defaults.provider,
        inputs={name: _input(name, section) for name, section in document.inputs.items()},
        masks={name: _mask(name, section) for name, section in document.masks.items()},
        steps=steps,
        outputs=tuple(_output(at, section) for at, section in enumerate(document.outputs)),
        budget=ParsedBudget(
            max=document.budget.max, per_item=document.budget.per_item, per_step=document.budget.per_step
        ),
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
    batches = [name for name, section in document.inputs.items() if section.file is None]
    for name in batches[1:]:
        message = f"'{name}' is a second batch input"
        hint = f"the recipe runs over '{batches[0]}'; give '{name}' one 'file'"
        yield source.diagnostic(source.key_span(("inputs", name)), "several-batches", message, hint=hint)


def _input(name: str, section: InputSection) -> ParsedInput:
    kind: InputKind = "file" if section.file is not None else "files" if section.files is not None else "glob"
    texts = section.files or [section.file or section.glob or ""]
    return ParsedInput(
        name=name,
        place=("inputs", name),
        kind=kind,
        patterns=tuple(parse_template(text) for text in texts),
        exclude=tuple(parse_template(text) for text in section.exclude or ()),
        key=parse_template(section.key or "${{ item.stem }}"),
    )


def _mask(name: str, section: MaskSection) -> ParsedMask:
    path = section.file if section.file is not None else section.pair
    return ParsedMask(
        name=name,
        place=("masks", name),
        kind="file" if section.file is not None else "pair" if section.pair is not None else "shape",
        path=None if path is None else parse_template(path),
        shape=_shape(section),
        missing=section.missing,
        black_edits=section.polarity == "black_edits",
        operations=tuple(_operation(operation.model_dump(exclude_none=True)) for operation in section.ops),
        require=_requirement(section),
    )


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


def _step(at: int, section: StepSection) -> ParsedStep:
    return ParsedStep(
        id=section.id,
        place=("steps", at),
        uses=section.uses,
        parameters={name: _value(value) for name, value in section.with_.items()},
        condition=_condition(section.if_),
        provider=section.provider,
        paste_back=section.paste_back,
    )


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
