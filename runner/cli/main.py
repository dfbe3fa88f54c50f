"""The command ``runner``: finds the command that was typed, and turns every ending into an exit code."""

import gc
import os
import sys
from pathlib import Path
from typing import Any

import click

from runner.cli.bug import report_bug
from runner.cli.console import Console
from runner.core.errors import ExitCode, Refused, RunnerError, UsageError

# Nothing is plugged in: pydantic would look through all installed packages for some at each start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

COMMANDS = {
    "init": "Make a small project that runs at once.",
    "check": "Read and check recipes.",
    "plan": "Say what a recipe will do and cost; change nothing.",
    "run": "Run a recipe.",
    "resume": "Go on with an interrupted run.",
    "report": "Write the report of a run again.",
    "show": "Print a saved plan or a run.",
    "runs": "List the runs of a project.",
    "models": "List models, or show one in full.",
    "mask": "Draw one mask over its photo.",
    "serve": "Serve Runflow's HTTP API over the local engines.",
    "cache": "Measure, verify, clean or share the cache.",
    "doctor": "Check what is installed and what is in reach.",
    "schema": "Print a JSON Schema.",
    "completion": "Print the completion script of a shell.",
}


class LazyGroup(click.Group):
    """Imports a command's module when it is called, so that ``--help`` and completion are quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command = import_module(f"runner.cli.commands.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a test goes through all of them
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            from runner.source.nearest import did_you_mean

            hint = did_you_mean(args[0], COMMANDS)
            ctx.fail(f"there is no command '{args[0]}'" + (f"; {hint}" if hint else ""))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        path = ctx.params.pop("profile")
        if path is None:
            return super().invoke(ctx)
        from runner.cli.profile import profiled

        with profiled(path):
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--profile",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write where the main process spends its time, for python -m pstats FILE.",
)
@click.version_option(package_name="edit-runner", prog_name="runner")
def cli() -> None:
    """Run batches of photo edits from a recipe: priced before, paid at most once, reported after."""


def main() -> None:
    """Run the command line and exit."""
    code = run_command(sys.argv[1:])
    gc.freeze()  # else the collector would look through all that is there before it ends with the process
    sys.exit(code)


def run_command(arguments: list[str]) -> int:
    """Run one command line.

    Returns:
        The exit code.
    """
    try:
        # Commands return nothing; click gives the code of an ``Exit`` back as a value.
        code = cli.main(arguments, prog_name="runner", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one place where every failure ends
        return int(_end(error, arguments))
    return code if isinstance(code, int) else int(ExitCode.DONE)


def _end(error: BaseException, arguments: list[str]) -> ExitCode:
    """Tell why a command ends."""
    match error:
        case click.Abort() | KeyboardInterrupt():
            Console.plain().note("interrupted")
            return ExitCode.INTERRUPTED
        case click.ClickException():
            error.show()
            return ExitCode.USAGE
        case RunnerError():
            Console.from_environment(arguments).error(error)
            return exit_code_of(error)
        case BrokenPipeError():
            # The reader has gone, as with `| head`; Python would complain once more when it flushes at exit.
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - closed by the end of the process
            return ExitCode.DONE
        case _:
            return report_bug(error, arguments)


def exit_code_of(error: RunnerError) -> ExitCode:
    """The exit code that an error ends a command with."""
    match error:
        case UsageError():
            return ExitCode.USAGE
        case Refused():
            return ExitCode.REFUSED
        case _:
            return ExitCode.FAILED
