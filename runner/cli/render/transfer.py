"""Progress of results between the store and the cache remote: a bar on a terminal, else a line now and then."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from runner.cli.render.sizes import size_text

_LINES = 10
_FEW = 20


@contextmanager
def silent_transfer(_what: str, _total: int) -> Iterator[Callable[[int], None]]:
    """Show nothing."""
    yield lambda _size_bytes: None


@contextmanager
def plain_transfer(what: str, total: int, stream: TextIO) -> Iterator[Callable[[int], None]]:
    """Write a line at every tenth of the results, or at the end of a few."""
    done = size_bytes = 0

    def step(more_bytes: int) -> None:
        nonlocal done, size_bytes
        done, size_bytes = done + 1, size_bytes + more_bytes
        if done == total or (total >= _FEW and done * _LINES // total > (done - 1) * _LINES // total):
            stream.write(f"{what} {done}/{total} results, {size_text(size_bytes)}\n")
            stream.flush()

    yield step


@contextmanager
def animated_transfer(what: str, total: int, stream: TextIO) -> Iterator[Callable[[int], None]]:
    """Move a bar that is gone afterwards."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(file=stream, force_terminal=True, highlight=False, markup=False)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    size_bytes = 0
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=max(1, total))

        def step(more_bytes: int) -> None:
            nonlocal size_bytes
            size_bytes += more_bytes
            bar.update(task, advance=1, description=f"{what} {size_text(size_bytes)}")

        yield step
