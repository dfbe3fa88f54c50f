"""What the page shows of cells, actions and checks: the shapes of its text.

What a large run has very many of are named tuples: they are made in a third of the time, and give their values as rows.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from runner.report.checks import CheckState
from runner.report.ending import Outcome
from runner.report.parts import CellOutcome
from runner.report.wanted import PictureId


class Fact(NamedTuple):
    """A label with its text, and the picture of it where there is one."""

    label: str
    text: str
    picture: PictureId | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """Alike things as a table: what they are, its columns, and a row of text for each."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class FileView(NamedTuple):
    """An output: its path, where it lies from the report if it was written, and what became of it."""

    path: str
    url: str
    state: str


class ChangeView(NamedTuple):
    """What an edit changed, in words.

    Attributes:
        share, inside, outside: Of the picture, of the mask, of what is outside it; the latter empty without a mask.
        mean, max: CIEDE2000 differences: over the pixels that changed, and of all.
        measured: The size at which it was measured.
    """

    share: str
    inside: str
    outside: str
    mean: str
    max: str
    measured: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TryView:
    """One attempt at an action, in words; its state is ``running`` where the journal ends in it."""

    number: int
    at: str
    state: Literal["failed", "succeeded", "in_doubt", "running"]
    word: str
    time: str
    problem: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step as the recipe has it; lines from 1, ``first_line`` 0 where they are not known."""

    uses: str
    first_line: int
    last_line: int
    yaml: str


class CheckView(NamedTuple):
    """A check of a cell, in words.

    Attributes:
        step: Whose result was measured.
        on: What was measured: the step, before or after pasting back, the mask, the draw.
        value, demanded: What was measured against what.
    """

    type: str
    step: str
    on: str
    state: CheckState
    word: str
    value: str
    demanded: str
    message: str


class ActionView(NamedTuple):
    """An action, in words.

    Attributes:
        before, mask, after: What it edited, where, and what came out; None where there is no such picture.
        outline, heat: To lay over them: the border of the mask, and how much changed where.
        seed: Of the model's chance; empty where it has none, or does not say.
        phases: Where the time of the last attempt went, as far as it is known.
        tries: Every attempt, in order; none where the first succeeded: the action itself says it all.
        details, records: What the model said of its result: facts, and tables of alike things.
        problem: The error's code and message, or why it was skipped; empty where it has a result.
        shared: How many other cells have this action too.
    """

    step: str
    uses: str
    revision: str
    provider: str
    key: str
    outcome: Outcome
    word: str
    planned: str
    params: tuple[Fact, ...]
    before: PictureId | None
    mask: PictureId | None
    after: PictureId | None
    outline: PictureId | None
    heat: PictureId | None
    change: ChangeView | None
    seed: str
    started: str
    phases: tuple[Fact, ...]
    tries: tuple[TryView, ...]
    list_price: str
    quoted: str
    charged: str
    time: str
    attempts: int
    job: str
    raw: str
    notes: tuple[str, ...]
    details: tuple[Fact, ...]
    records: tuple[Records, ...]
    problem: str
    hint: str
    shared: int


class CellView(NamedTuple):
    """A cell, in words.

    Attributes:
        name: Its item, or its id where there is no matrix.
        title: Its item and its values in the matrix.
        cost: The charge in millionths of a dollar, to sort by.
        check: What its worst check says; ``unmeasured`` where checks were planned and none was measured.
        check_word: That check and its value, or how many passed; empty without checks.
        outline, heat: To lay over the pictures: the border of the mask, and how much the whole chain changed where.
        changed: The share of the picture that changed, 0 to 1, to sort by; -1 where it is not known.
        chain: Its actions, by their place in the list of all actions.
        omitted: Steps that do not apply, each with its reason.
    """

    id: str
    name: str
    title: str
    matrix: tuple[Fact, ...]
    outcome: CellOutcome
    word: str
    problem: str
    charged: str
    cost: int
    time: str
    duration_ms: int
    before: PictureId | None
    mask: PictureId | None
    after: PictureId | None
    outline: PictureId | None
    heat: PictureId | None
    change: ChangeView | None
    changed: float
    chain: tuple[int, ...]
    omitted: tuple[Fact, ...]
    check: CheckState | Literal["unmeasured", "none"]
    check_word: str
    checks: tuple[CheckView, ...]
    unmeasured: int
    files: tuple[FileView, ...]
