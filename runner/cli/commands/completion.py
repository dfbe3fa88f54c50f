"""``runner completion``."""

import click
from click.shell_completion import get_completion_class

from runner.cli.console import Console
from runner.cli.options import Command


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(console: Console, shell: str) -> None:
    """Print the completion script of a shell; in bash: eval "$(runner completion bash)"."""
    from runner.cli.main import cli

    kind = get_completion_class(shell)
    if kind is not None:
        console.result(kind(cli, {}, "runner", "_RUNNER_COMPLETE").source())
