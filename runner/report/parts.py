"""The parts of a run's summary: cells, steps, outputs and what needs a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from runner.core.digest import ActionKey, Digest
from runner.core.money import Money
from runner.plan.plan import Cell, StepQuote
from runner.report.checks import CheckSummary
from runner.report.ending import ActionSummary, Outcome

CellOutcome = Literal["succeeded", "reused", "failed", "quarantined", "skipped", "in_doubt"]
"""As an action's; ``quarantined`` where every failure is a check's that puts the outputs into quarantine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSummary:
    """A planned file and what became of it.

    Attributes:
        path: Where it stands or was to stand, relative to the project root, with forward slashes.
        key: The action that gives its picture.
        digest: Of the file written; None where none was.
        quarantined: Whether it was written elsewhere than planned, because a check failed.
        code, error: Why it could not be written; empty otherwise.
    """

    cell: str
    path: str
    key: ActionKey
    digest: Digest | None
    unchanged: bool
    quarantined: bool
    code: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSummary:
    """A cell and what became of it.

    Attributes:
        outcome: The worst of its actions, checks and outputs.
        checks: Those that were measured, in the order of the recipe.
        unmeasured: How many checks were planned and never measured.
        charged: For its whole chain; an action that several cells share counts in each.
    """

    cell: Cell
    outcome: CellOutcome
    actions: tuple[ActionSummary, ...]
    checks: tuple[CheckSummary, ...]
    unmeasured: int
    outputs: tuple[OutputSummary, ...]
    charged: Money
    duration_ms: int

    @property
    def has_failed(self) -> bool:
        """Whether it is not what the recipe demands: failed, or in quarantine."""
        return self.outcome in {"failed", "quarantined"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSummary:
    """A step over the whole batch: what was quoted and what happened.

    Attributes:
        outcomes: How many of its actions ended in which way; an outcome that did not occur is absent.
        reserved: What is set aside for those that are in doubt.
    """

    quote: StepQuote
    outcomes: Mapping[Outcome, int]
    reserved: Money
    charged: Money
    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that needs a person.

    Attributes:
        outcome: ``failed``, ``quarantined``, or ``in_doubt`` where money may have been spent.
        code: Stable, in kebab-case.
        messages: One per cell, in the order of ``cells``.
    """

    outcome: Literal["failed", "quarantined", "in_doubt"]
    subject: str
    code: str
    hint: str
    cells: tuple[str, ...]
    messages: tuple[str, ...]
