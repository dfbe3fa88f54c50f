"""``runner cache``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.console import Console
from runner.cli.execution import meter_of
from runner.cli.options import Command
from runner.cli.render.sizes import size_text
from runner.core.errors import ExitCode

if TYPE_CHECKING:
    from runner.app.exchange import Exchanged, Sides


@click.group()
def command() -> None:
    """Measure, verify or clean what earlier runs left in .runner; exchange it with the cache remote."""


@command.command(cls=Command)
@click.option("--remote", is_flag=True, help="Measure the cache remote as well, by its lists.")
def stats(console: Console, remote: bool) -> None:
    """Say how many blobs there are and how large they are together."""
    from runner.app.cache import cache_stats

    found = cache_stats(Path.cwd())
    size = size_text(found.blobs.size_bytes)
    console.result(f"{found.blobs.blobs} blobs, {size}, {found.runs} runs in {found.folder}")
    if remote:
        _remote_stats(console)


def _remote_stats(console: Console) -> None:
    from runner.app.exchange import remote_sizes

    with _sides(console) as sides:
        there = remote_sizes(sides)
        console.result(f"{there.blobs} blobs, {size_text(there.size_bytes)} in {sides.remote.address}")


@command.command(cls=Command)
def verify(console: Console) -> None:
    """Hash every blob again."""
    from runner.app.cache import verify_cache

    problems = verify_cache(Path.cwd())
    for problem in problems:
        console.result(f"{problem.path}: {problem.problem}")
    if problems:
        raise click.exceptions.Exit(int(ExitCode.FAILED))
    console.note("every blob is as it was written")


@command.command(cls=Command)
@click.option("--older-than", type=click.IntRange(0), metavar="DAYS", help="Forget results older than this first.")
@click.option("--dry-run", is_flag=True, help="Only say what would be dropped.")
def gc(console: Console, older_than: int | None, dry_run: bool) -> None:
    """Drop blobs that no result refers to."""
    from runner.app.cache import collect_garbage

    freed = collect_garbage(Path.cwd(), older_than, dry_run=dry_run)
    dropped = "would be dropped" if dry_run else "dropped"
    console.result(f"{freed.blobs} blobs, {size_text(freed.size_bytes)} {dropped}")


@command.command(cls=Command)
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
@click.option("--verify", is_flag=True, help="Also read what is there already, and replace what is damaged.")
def push(console: Console, dry_run: bool, verify: bool) -> None:
    """Send results to the cache remote that it has not."""
    from runner.app.exchange import measure_push, push_and_verify
    from runner.app.exchange import push as send

    with _sides(console) as sides:
        if dry_run:
            _tell(console, measure_push(sides), "would be sent to")
        elif verify:
            _tell(console, push_and_verify(sides, meter_of(console)), "sent to")
        else:
            _tell(console, send(sides, meter_of(console)), "sent to")


@command.command(cls=Command)
@click.option("--dry-run", is_flag=True, help="Only say what would be fetched.")
def pull(console: Console, dry_run: bool) -> None:
    """Fetch results from the cache remote that are not here."""
    from runner.app.exchange import measure_pull
    from runner.app.exchange import pull as fetch

    with _sides(console) as sides:
        if dry_run:
            _tell(console, measure_pull(sides), "would be fetched from")
        else:
            _tell(console, fetch(sides, meter_of(console)), "fetched from")


@contextmanager
def _sides(console: Console) -> "Iterator[Sides]":
    from runner.app.exchange import find_remote, open_sides

    address = find_remote(Path.cwd())
    if not isinstance(address, str):
        console.diagnostics(address.diagnostics)
        raise click.exceptions.Exit(int(ExitCode.FAILED))
    with open_sides(Path.cwd(), address) as sides:
        yield sides


def _tell(console: Console, exchanged: "Exchanged", how: str) -> None:
    if exchanged.note:
        console.note(f"warning: {exchanged.note}")
    size = size_text(exchanged.size_bytes)
    console.result(f"{exchanged.results} results, {size} {how} {exchanged.address}; {exchanged.there} on both sides")
