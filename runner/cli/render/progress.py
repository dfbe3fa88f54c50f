"""Progress of a run on a stream: a bar where there is a terminal, else a line for each thing that ended."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO, TypeAlias

from runner.cli.render.layout import cut
from runner.cli.render.tally import Tally
from runner.core.event import ActionSucceeded, Event
from runner.plan.plan import Plan

Listener: TypeAlias = Callable[[Event], None]

MOST_NAME = 32


def may_animate(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Say whether a stream is a terminal that a bar may move on: not in CI, with ``NO_COLOR`` or on a dumb one."""
    is_quiet = environment.get("CI") or environment.get("NO_COLOR") or environment.get("TERM") == "dumb"
    return stream.isatty() and not is_quiet


@contextmanager
def silent_progress() -> Iterator[Listener]:
    """Listen and show nothing."""
    yield lambda _event: None


@contextmanager
def plain_progress(plan: Plan, stream: TextIO) -> Iterator[Listener]:
    """Listen to a run; write a line for what ended, and the totals when the run ends."""
    tally = Tally(plan)

    def listen(event: Event) -> None:
        line = tally.add(event)
        if line is not None:
            stream.write(line + "\n")
            stream.flush()

    yield listen


@contextmanager
def animated_progress(plan: Plan, stream: TextIO) -> Iterator[Listener]:
    """Listen to a run; move a bar, with what went wrong in lines above it, and the totals when the run ends."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    tally = Tally(plan)
    console = Console(file=stream, force_terminal=True, highlight=False, markup=False)
    with Progress(
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task("", total=max(1, tally.total))

        def listen(event: Event) -> None:
            line = tally.add(event)
            bar.update(task, completed=tally.done, description=_running(tally))
            if line is not None and not _is_usual(event):
                bar.console.print(line, soft_wrap=True)

        yield listen


def _is_usual(event: Event) -> bool:
    """A success without notes needs no line of its own where a bar moves."""
    return isinstance(event, ActionSucceeded) and not event.notes


def _running(tally: Tally) -> str:
    names = list(tally.running.values())
    more = f" +{len(names) - 1}" if len(names) > 1 else ""
    return "  ".join(part for part in (tally.money, cut(names[0], MOST_NAME) + more if names else "") if part)
