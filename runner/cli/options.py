"""Options that several commands have."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import click

from runner.cli.console import Color, Console

F = TypeVar("F", bound=Callable[..., Any])


class Command(click.Command):
    """A command with the options of all commands; its function is given a ``Console`` first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += [
            click.Option(["-q", "--quiet"], is_flag=True, help="Results and errors only."),
            click.Option(["-v", "--verbose"], count=True, help="Say more."),
            click.Option(
                ["--color"], type=click.Choice(["auto", "always", "never"]), default="auto", help="When to color."
            ),
        ]

    def invoke(self, ctx: click.Context) -> Any:
        quiet, verbose = ctx.params.pop("quiet"), ctx.params.pop("verbose")
        color = cast("Color", ctx.params.pop("color"))
        ctx.params["console"] = Console(color, -1 if quiet else verbose)
        return super().invoke(ctx)


def format_option(*choices: str) -> Callable[[F], F]:
    """``--format`` with the first choice as the usual one."""
    return click.option(
        "--format",
        "format_name",
        type=click.Choice(choices),
        default=choices[0],
        show_default=True,
        help="How to print.",
    )


def provider_option() -> Callable[[F], F]:
    """``--provider`` for steps that name none."""
    return click.option(
        "--provider", metavar="NAME", help="Where models run: local, runflow, or another of runner.toml."
    )


def frozen_option() -> Callable[[F], F]:
    """``--frozen`` to what is locked and there."""
    return click.option(
        "--frozen", is_flag=True, help="No network, no purchase: all must be in the lock file and the store."
    )


def select_option() -> Callable[[F], F]:
    """``--select`` by item keys."""
    return click.option(
        "--select",
        multiple=True,
        metavar="KEY",
        help="Only these cells: a key, a pattern such as 'SOFA-*', NAME=VALUE, failed, changed:REF, @FILE; repeatable.",
    )
