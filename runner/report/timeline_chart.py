"""The timeline of a run as an SVG drawing, with a table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from runner.report.drawing import ROW_PX, WIDTH_PX, Axis, chart, rect, text
from runner.report.timeline import PHASES, Part, Phase, Timeline, Try
from runner.report.wording import duration_text

if TYPE_CHECKING:
    from markupsafe import Markup

_MOST_BARS = 120
"""More attempts are drawn as how many were under way at a time."""

_LANE_PX, _BAR_PX = 10, 8
_BINS = 160
_HILL_PX = 44
_HEIGHTS: dict[Phase, int] = {"queue": 2, "run": 8, "download": 5, "other": 4, "failed": 8, "in_doubt": 8}
"""Phases differ in height too, for those who cannot tell their colors apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRow:
    """A step's row in the table, in words; the times are those of all its attempts together."""

    step: str
    actions: int
    began: str
    ended: str
    queue: str
    run: str
    download: str
    other: str
    attempts: int
    retried: int


@dataclass(frozen=True, slots=True)
class WaitRow:
    """A time in which nothing was worked on, in words."""

    start: str
    to: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineView:
    """The drawing, its table, and where the run waited."""

    svg: "Markup"
    rows: tuple[TimeRow, ...]
    waits: tuple[WaitRow, ...]
    legend: tuple[Phase, ...]


def view_timeline(timeline: Timeline | None) -> TimelineView | None:
    """Draw a timeline; None without one."""
    if timeline is None:
        return None
    steps = [(step, list(tries)) for step, tries in groupby(timeline.tries, key=lambda one: one.step)]
    found = {part.phase for one in timeline.tries for part in one.parts}
    return TimelineView(
        svg=_draw(timeline, steps),
        rows=tuple(_row(step, tries) for step, tries in steps),
        waits=tuple(
            WaitRow(duration_text(wait.began_ms), duration_text(wait.ended_ms), _wait_text(wait.queued))
            for wait in timeline.waits
        ),
        legend=tuple(phase for phase in PHASES if phase in found),
    )


def _draw(timeline: Timeline, steps: Sequence[tuple[str, list[Try]]]) -> "Markup":
    axis = Axis(timeline.duration_ms)
    draw_step = _bars if len(timeline.tries) <= _MOST_BARS else _hill
    shapes: list[Markup] = []
    top_px = 0.0
    for step, tries in steps:
        shapes.append(text(0, top_px + 11, step, "chart-row"))
        drawn, height_px = draw_step(tries, axis, top_px + ROW_PX)
        shapes += drawn
        top_px += ROW_PX + height_px + 6
    gone_on = "the run was stopped and gone on with"
    pauses = [rect(axis.x(at), 0, 1, top_px, "chart-pause", gone_on) for at in timeline.pauses]
    return chart([*axis.grid(top_px), *pauses, *shapes], top_px + ROW_PX, "Timeline of the attempts, by step")


def _bars(tries: Sequence[Try], axis: Axis, top_px: float) -> "tuple[list[Markup], float]":
    """Draw each attempt as a bar, in as many lanes as there were attempts at one time."""
    lanes: list[int] = []
    shapes: list[Markup] = []
    for one in sorted(tries, key=lambda one: one.began_ms):
        lane = next((at for at, ended_ms in enumerate(lanes) if ended_ms <= one.began_ms), len(lanes))
        lanes[lane : lane + 1] = [one.ended_ms]
        shapes += [_bar(part, one, axis, top_px + lane * _LANE_PX) for part in one.parts]
    return shapes, len(lanes) * _LANE_PX


def _bar(part: Part, one: Try, axis: Axis, top_px: float) -> "Markup":
    height_px = _HEIGHTS[part.phase]
    attempt = f", attempt {one.number}" if one.number > 1 else ""
    title = f"{one.cell}, {one.step}{attempt}: {part.phase.replace('_', ' ')} {duration_text(part.duration_ms)}"
    left_px = axis.x(part.began_ms)
    width_px = max(1.0, axis.x(part.ended_ms) - left_px)
    return rect(left_px, top_px + (_BAR_PX - height_px) / 2, width_px, height_px, f"phase-{_css(part.phase)}", title)


def _hill(tries: Sequence[Try], axis: Axis, top_px: float) -> "tuple[list[Markup], float]":
    """Draw how many attempts were in which phase at a time."""
    counts = _counts(tries, axis.longest_ms)
    most = max((sum(column.values()) for column in counts), default=0) or 1
    width_px = WIDTH_PX / _BINS
    shapes: list[Markup] = []
    for at, column in enumerate(counts):
        floor_px = top_px + _HILL_PX
        title = ", ".join(f"{phase.replace('_', ' ')} {times:.1f}" for phase, times in column.items() if times)
        for phase, times in column.items():
            height_px = times / most * _HILL_PX
            if height_px >= 0.2:
                floor_px -= height_px
                shapes.append(rect(at * width_px, floor_px, width_px, height_px, f"phase-{_css(phase)}", title))
    return [*shapes, text(WIDTH_PX, top_px - 3, f"at most {most:.0f} at a time", "chart-label end")], _HILL_PX


def _counts(tries: Sequence[Try], longest_ms: int) -> list[dict[Phase, float]]:
    """Count the attempts in each phase, as a mean over each of the bins."""
    bin_ms = max(1.0, longest_ms / _BINS)
    counts: list[dict[Phase, float]] = [dict.fromkeys(PHASES, 0.0) for _ in range(_BINS)]
    for part in (part for one in tries for part in one.parts):
        first, last = int(part.began_ms / bin_ms), min(_BINS - 1, int(part.ended_ms / bin_ms))
        for at in range(min(first, _BINS - 1), last + 1):
            overlap_ms = min(part.ended_ms, (at + 1) * bin_ms) - max(part.began_ms, at * bin_ms)
            counts[at][part.phase] += max(0.0, overlap_ms) / bin_ms
    return counts


def _row(step: str, tries: Sequence[Try]) -> TimeRow:
    def spent(*phases: Phase) -> str:
        total_ms = sum(part.duration_ms for one in tries for part in one.parts if part.phase in phases)
        return duration_text(total_ms) if total_ms else ""

    return TimeRow(
        step=step,
        actions=len({(one.cell, one.step) for one in tries}),
        began=duration_text(min(one.began_ms for one in tries)),
        ended=duration_text(max(one.ended_ms for one in tries)),
        queue=spent("queue"),
        run=spent("run"),
        download=spent("download"),
        other=spent("other", "failed", "in_doubt"),
        attempts=len(tries),
        retried=sum(one.number > 1 for one in tries),
    )


def _wait_text(queued: int) -> str:
    if not queued:
        return "nothing was under way"
    return f"{queued} action{' was' if queued == 1 else 's were'} in queue"


def _css(phase: Phase) -> str:
    return phase.replace("_", "-")
