"""What ``run`` and ``resume`` share: options, progress, and how the end is told."""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from runner.cli.console import Console
from runner.core.errors import UsageError

if TYPE_CHECKING:
    from runner.app.carry_out import RunDone
    from runner.app.connect import Callbacks
    from runner.app.manner import Manner
    from runner.app.transfer import Meter
    from runner.core.event import Event
    from runner.plan.plan import Plan

F = TypeVar("F", bound=Callable[..., Any])


def execution_options(function: F) -> F:
    """``--jobs``, ``--keep-going/--fail-fast``, ``--report``, ``--callback-url`` and ``--callback-port``."""
    jobs = click.option(
        "--jobs", "-j", type=click.IntRange(1, 256), help="Actions at once; as many as the providers take if not given."
    )
    failing = click.option(
        "--keep-going/--fail-fast", default=True, show_default=True, help="After a failure, do the rest or stop."
    )
    report = click.option(
        "--report", type=click.Path(file_okay=False), metavar="DIR", help="Where the report is written."
    )
    callback_url = click.option(
        "--callback-url", metavar="URL", help="Where providers report the end of a job; with --callback-port."
    )
    callback_port = click.option(
        "--callback-port",
        type=click.IntRange(1, 65535),
        metavar="PORT",
        help="The port of this machine's loopback where such reports come in.",
    )
    return jobs(failing(report(callback_url(callback_port(function)))))


def manner_of(jobs: int | None, keep_going: bool, callbacks: "Callbacks | None", **others: bool) -> "Manner":
    """How an execution is to go about its work; ``others`` are further members of ``Manner``."""
    from runner.app.manner import Manner

    on_failure: Literal["keep-going", "fail-fast"] = "keep-going" if keep_going else "fail-fast"
    return Manner(jobs=jobs, on_failure=on_failure, callbacks=callbacks, **others)


def callbacks_of(url: str | None, port: int | None) -> "Callbacks | None":
    """How providers are to report the end of a job; None where neither is given.

    Raises:
        UsageError: only one is given, or the address is none that can be handed out.
    """
    from runner.app.connect import make_callbacks

    if url is None and port is None:
        return None
    if url is None or port is None:
        message = "--callback-url and --callback-port belong together"
        raise UsageError("bad-callback", message, hint="--callback-url https://… --callback-port 8790")
    return make_callbacks(url, port)


def progress_of(console: Console) -> "Callable[[Plan], AbstractContextManager[Callable[[Event], None]]]":
    """How an execution is watched: a bar on a terminal, lines elsewhere, nothing when quiet."""
    from runner.cli.render.progress import animated_progress, may_animate, plain_progress, silent_progress

    if console.loudness < 0:
        return lambda _plan: silent_progress()
    if may_animate(sys.stderr, os.environ):
        return lambda plan: animated_progress(plan, sys.stderr)
    return lambda plan: plain_progress(plan, sys.stderr)


def meter_of(console: Console) -> "Meter":
    """How results on their way to and from the cache remote are watched."""
    from runner.cli.render.progress import may_animate
    from runner.cli.render.transfer import animated_transfer, plain_transfer, silent_transfer

    if console.loudness < 0:
        return silent_transfer
    show = animated_transfer if may_animate(sys.stderr, os.environ) else plain_transfer
    return lambda what, total: show(what, total, sys.stderr) if total else silent_transfer(what, total)


def tell_end(console: Console, done: "RunDone", format_name: str) -> None:
    """Print how a run ended, and end with its exit code."""
    if format_name == "json":
        _tell_all(console, done)
    else:
        _tell_figures(console, done)
    if done.warning:
        console.note(f"warning: {done.warning}")
    if done.exit_code:
        raise click.exceptions.Exit(int(done.exit_code))


def _tell_figures(console: Console, done: "RunDone") -> None:
    from runner.cli.render.runs import run_text

    console.result(run_text(done.closing, console.paint(sys.stdout)))
    kept = ", as it was: nothing has changed" if done.is_report_kept else ""
    console.result(f"report    {_shown(done.report)}{kept}")


def _tell_all(console: Console, done: "RunDone") -> None:
    from runner.app.show import read_run
    from runner.report.document import run_document

    console.json(run_document(read_run(done.root, done.closing.run_id)))


def _shown(path: "os.PathLike[str]") -> str:
    """A path as short as it can be from here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
