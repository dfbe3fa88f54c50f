"""The sections of a recipe's document to what they say."""

from collections.abc import Mapping

from runner.recipe.mask_model import MaskSection
from runner.recipe.model import (
    CheckSection,
    DefaultsSection,
    GateSection,
    InputSection,
    MatrixSection,
    OutputSection,
    StepSection,
)
from runner.recipe.parsed import (
    InputKind,
    KeyColor,
    MaskKind,
    Operation,
    ParsedCheck,
    ParsedGate,
    ParsedInput,
    ParsedMask,
    ParsedMatrix,
    ParsedOutput,
    ParsedStep,
    ParsedValue,
    Requirement,
    Shape,
)
from runner.recipe.template import Template, parse_template


def parse_input(name: str, section: InputSection) -> ParsedInput:
    """Give what an input says."""
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


def parse_mask(name: str, section: MaskSection) -> ParsedMask:
    """Give what a mask says."""
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


def parse_step(at: int, section: StepSection, defaults: DefaultsSection) -> ParsedStep:
    """Give what a step says, with the recipe's defaults where it says nothing."""
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


def parse_matrix(section: MatrixSection) -> ParsedMatrix:
    """Give the values of the matrix, their names in the order of the alphabet."""
    values = section.__pydantic_extra__ or {}
    return ParsedMatrix(
        values={name: tuple(found) for name, found in sorted(values.items())},
        exclude=tuple(section.exclude),
        include=tuple(section.include),
    )


def parse_check(at: int, section: CheckSection) -> ParsedCheck:
    """Give what a check says; shares become numbers from 0 to 1."""
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


def parse_gate(section: GateSection | None) -> ParsedGate | None:
    """Give what the gate says; None where there is none."""
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


def parse_output(at: int, section: OutputSection) -> ParsedOutput:
    """Give what an output says."""
    return ParsedOutput(
        place=("outputs", at),
        step=section.from_,
        path=parse_template(section.path),
        format=section.format,
        quality=section.quality,
        keep=tuple(section.metadata.keep),
        mark=section.metadata.mark,
    )
