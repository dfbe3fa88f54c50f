"""``--select``: a part of the cells."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol, TypeVar

from runner.app.cell_list import MARK
from runner.core.errors import UsageError

FAILED = "failed"
CHANGED = "changed:"


@dataclass(frozen=True, slots=True)
class SelectDoors:
    """What selecting asks for only when it needs it.

    Attributes:
        failed: Gives the ids of the cells that failed in the last run.
        changed: Gives the ids of the cells whose work is another than at a git ref.
        listed: Gives the ids of the cells in a file, by its name behind ``@``.
    """

    failed: Callable[[], Collection[str]]
    changed: Callable[[str], Collection[str]]
    listed: Callable[[str], Collection[str]]


class Selectable(Protocol):
    """What a selection looks at."""

    @property
    def id(self) -> str:
        """Of the cell."""

    @property
    def item(self) -> str:
        """The key of its item."""

    @property
    def matrix(self) -> Mapping[str, str]:
        """Its values of the matrix, by name."""


AnyCell = TypeVar("AnyCell", bound=Selectable)


def select_cells(cells: tuple[AnyCell, ...], select: tuple[str, ...], doors: SelectDoors) -> tuple[AnyCell, ...]:
    """Keep the cells that any of the selections names.

    A selection is an item's key, a cell's id, a pattern of either, ``NAME=VALUE`` over the matrix or ``item.key``,
    ``failed``, ``changed:REF``, ``@FILE`` with a cell's id on each line, or several of these joined by commas, which
    must all hold.

    Args:
        cells: All cells.
        select: The selections; none keep everything.
        doors: Know what the cells themselves do not say.

    Raises:
        UsageError: a selection is of a kind or name that there is not, a file cannot be read, or nothing is selected.
    """
    if not select:
        return cells
    tests = [[_test(part.strip(), cells, doors) for part in text.split(",")] for text in select]
    kept = tuple(cell for cell in cells if any(all(test(cell) for test in parts) for parts in tests))
    if not kept:
        keys = ", ".join(dict.fromkeys(cell.item for cell in cells[:8]))
        hint = f"the keys begin with: {keys}" if keys else ""
        raise UsageError("nothing-selected", f"no cell is selected by {' or '.join(select)}", hint=hint)
    return kept


def _test(text: str, cells: Sequence[Selectable], doors: SelectDoors) -> Callable[[Selectable], bool]:
    if text == FAILED or text.startswith(CHANGED):
        ids = doors.failed() if text == FAILED else doors.changed(text.removeprefix(CHANGED))
        return lambda cell: cell.id in ids
    if text.startswith(MARK):
        listed = frozenset(doors.listed(text))
        return lambda cell: cell.id in listed
    name, is_named, value = text.partition("=")
    if not is_named:
        return lambda cell: fnmatchcase(cell.item, text) or fnmatchcase(cell.id, text)
    if name == "item.key":
        return lambda cell: fnmatchcase(cell.item, value)
    names = {known for cell in cells for known in cell.matrix}
    if name not in names:
        known = ", ".join(sorted({*names, "item.key"}))
        raise UsageError("unknown-name", f"the recipe has no matrix value '{name}'", hint=f"there are: {known}")
    return lambda cell: fnmatchcase(cell.matrix.get(name, ""), value)
