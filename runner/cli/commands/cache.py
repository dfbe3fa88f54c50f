"""``runner cache``."""

from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.options import Command
from runner.core.errors import ExitCode


@click.group()
def command() -> None:
    """Measure, verify or clean what earlier runs left in .runner."""


@command.command(cls=Command)
def stats(console: Console) -> None:
    """Say how many blobs there are and how large they are together."""
    from runner.app.cache import cache_stats

    found = cache_stats(Path.cwd())
    console.result(f"{found.blobs.blobs} blobs, {_size(found.blobs.size_bytes)}, {found.runs} runs in {found.folder}")


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
    console.result(f"{freed.blobs} blobs, {_size(freed.size_bytes)} {'would be dropped' if dry_run else 'dropped'}")


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.1f} MB"
