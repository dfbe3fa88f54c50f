"""The parts of a run's summary: cells, steps, outputs and what needs a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from runner.core.digest import ActionKey, Digest
from runner.core.money import Money
from runner.plan.plan import Cell, StepQuote
from runner.report.ending import ActionSummary, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSummary:
    """A planned file and what became of it.

    Attributes:
        path: Relative to the project root, with forward slashes.
        key: The action that gives its picture.
        digest: Of the file written; None where none was.
        code, error: Why it could not be written; empty otherwise.
    """

    cell: str
    path: str
    key: ActionKey
    digest: Digest | None
    unchanged: bool
    code: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSummary:
    """A cell and what became of it.

    Attributes:
        outcome: The worst of its actions and outputs.
        charged: For its whole chain; an action that several cells share counts in each.
    """

    cell: Cell
    outcome: Outcome
    actions: tuple[ActionSummary, ...]
    outputs: tuple[OutputSummary, ...]
    charged: Money
    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSummary:
    """A step over the whole batch: what was quoted and what happened.

    Attributes:
        outcomes: How many of its actions ended in which way; an outcome that did not occur is absent.
    """

    quote: StepQuote
    outcomes: Mapping[Outcome, int]
    charged: Money
    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that needs a person.

    Attributes:
        outcome: ``failed``, or ``in_doubt`` where money may have been spent.
        code: Stable, in kebab-case.
        messages: One per cell, in the order of ``cells``.
    """

    outcome: Literal["failed", "in_doubt"]
    subject: str
    code: str
    hint: str
    cells: tuple[str, ...]
    messages: tuple[str, ...]
