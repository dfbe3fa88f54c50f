"""What a benchmark found, and how it is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.measure import Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One program at one size of work.

    Attributes:
        work: How much: ``10,000 photos × 2 steps``.
        program: Its name.
        figures: What it took; None where it could not be measured.
        ratio: Its time over that of the floor or of what it is compared with; None for the floor itself.
        note: What a reader must know, such as why it was not measured.
    """

    work: str
    program: str
    figures: Figures | None
    ratio: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is to be reached, and what was.

    Attributes:
        text: What is claimed.
        measured: The figure, most often a ratio within one run.
        bar: What it is held against.
        at_least: The figure has to be at least the bar; else at most.
        unit: Written behind both.
    """

    text: str
    measured: float
    bar: float
    at_least: bool = False
    unit: str = " ×"

    @property
    def is_reached(self) -> bool:
        """Whether the figure keeps the bar."""
        return self.measured >= self.bar if self.at_least else self.measured <= self.bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One job, measured.

    Attributes:
        rows: What each program took.
        claims: What was to be reached.
        notes: Sentences for a reader: how it was measured, how it grows.
    """

    rows: Sequence[Row] = ()
    claims: Sequence[Claim] = ()
    notes: Sequence[str] = ()


def lines_of(result: Result) -> Iterator[str]:
    """Write a job: what was to be reached, what each program took, and the notes."""
    if result.claims:
        yield from ("| to reach | bar | measured | reached |", "|---|--:|--:|---|")
        yield from (_claim(claim) for claim in result.claims)
        yield ""
    if result.rows:
        yield from ("| work | program | wall s | CPU s | peak MiB | × | |", "|---|---|--:|--:|--:|--:|---|")
        yield from (_row(row) for row in result.rows)
        yield ""
    for note in result.notes:
        yield from (note, "")


def _claim(claim: Claim) -> str:
    sign, reached = "≥" if claim.at_least else "≤", "yes" if claim.is_reached else "**no**"
    bar, measured = f"{sign} {_short(claim.bar)}{claim.unit}", f"{_short(claim.measured)}{claim.unit}"
    return f"| {claim.text} | {bar} | {measured} | {reached} |"


def _row(row: Row) -> str:
    ratio = "" if row.ratio is None else _short(row.ratio)
    if row.figures is None:
        return f"| {row.work} | {row.program} | | | | {ratio} | {row.note} |"
    taken = row.figures
    times = "" if taken.times > 1 else "measured once"
    note = " · ".join(part for part in (times, row.note) if part)
    return (
        f"| {row.work} | {row.program} | {taken.wall_s:.2f} | {taken.cpu_s:.2f} | {taken.peak_mib:.0f} "
        f"| {ratio} | {note} |"
    )


def _short(figure: float) -> str:
    return f"{figure:.0f}" if figure >= 100 else f"{figure:.2f}"
