"""Drafts: a recipe's cells with their parameters evaluated, before files and masks are looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from runner.catalog.card import ModelCard
from runner.core.diagnostic import Diagnostic
from runner.core.record import record
from runner.plan.gathered import WantedFile
from runner.plan.plan import InputImage, Scalar
from runner.plan.scope import StepPicture
from runner.recipe.parsed import ParsedCheck, ParsedStep


@record()
class MaskUse:
    """A mask as a cell uses it; ``files`` are the paths that its parts' expressions gave, by mask name."""

    name: str
    files: Mapping[str, WantedFile]


DraftValue: TypeAlias = InputImage | WantedFile | StepPicture | MaskUse | Scalar


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draft:
    """One step, before files and masks are looked at; of one cell, or of all those for which it is the same.

    Attributes:
        reads: The steps whose pictures it takes, where nothing else of its cells enters; None where something does.
    """

    step: ParsedStep
    card: ModelCard
    provider: str
    params: Mapping[str, DraftValue]
    paste_back: MaskUse | None
    reads: tuple[str, ...] | None


@record(kw_only=True)
class DraftCheck:
    """A check of a cell with its parameters evaluated."""

    check: ParsedCheck
    mask: MaskUse | None
    params: Mapping[str, Scalar]


@record(kw_only=True)
class DraftOutput:
    """A file that a cell writes."""

    at: int
    path: str


@record(kw_only=True)
class DraftCell:
    """One item with its drafts in the order of the chain; ``skipped`` gives a reason per step that does not apply."""

    id: str
    item: str
    matrix: Mapping[str, str]
    photo: InputImage | None
    drafts: tuple[Draft, ...]
    skipped: Mapping[str, str]
    checks: tuple[DraftCheck, ...]
    outputs: tuple[DraftOutput, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """All cells, and what went wrong in them."""

    cells: tuple[DraftCell, ...]
    diagnostics: tuple[Diagnostic, ...]


def wanted_files(cells: tuple[DraftCell, ...]) -> Iterator[WantedFile]:
    """The files that drafts name by path, each once, in order."""
    yield from dict.fromkeys(file for cell in cells for file in _files(cell))


def as_scalar(value: object) -> Scalar:
    """Give a value as it stands in a plan: numbers that are not whole as text, so that equal values have equal keys.

    Raises:
        TypeError: the value is no scalar.
    """
    match value:
        case Decimal():
            return str(value)
        case tuple() | list():
            return tuple(str(part) if isinstance(part, Decimal) else part for part in value)
        case str() | int() | bool():
            return value
        case _:
            raise TypeError(f"no scalar: {value!r}")


def _files(cell: DraftCell) -> Iterator[WantedFile]:
    for draft in cell.drafts:
        for value in draft.params.values():
            if isinstance(value, WantedFile):
                yield value
            elif isinstance(value, MaskUse):
                yield from value.files.values()
        if draft.paste_back is not None:
            yield from draft.paste_back.files.values()
    for check in cell.checks:
        if check.mask is not None:
            yield from check.mask.files.values()
