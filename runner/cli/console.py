"""Where things are printed: results to stdout, everything else to stderr."""

import os
import sys
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Self, TextIO

import click

from runner.cli.render.paint import Paint, colored, plain
from runner.core.diagnostic import Diagnostic
from runner.core.errors import RunnerError

Color = Literal["auto", "always", "never"]


@dataclass(frozen=True, slots=True)
class Console:
    """How loud and how colorful a command is.

    Attributes:
        color: ``auto`` is color on a terminal, without ``NO_COLOR`` and ``CI``.
        loudness: -1 quiet, 0 usual, 1 and more verbose.
    """

    color: Color = "auto"
    loudness: int = 0

    @classmethod
    def plain(cls) -> Self:
        """A console without color."""
        return cls("never")

    @classmethod
    def from_environment(cls, arguments: list[str]) -> Self:
        """A console for errors that end a command, before or after its options were read."""
        for choice in ("always", "never"):
            if f"--color={choice}" in arguments or ("--color", choice) in pairwise(arguments):
                return cls("always" if choice == "always" else "never")
        return cls()

    def paint(self, stream: TextIO) -> Paint:
        """Give colors for a stream, or none."""
        if self.color == "always":
            return colored
        environment = os.environ
        may = self.color == "auto" and stream.isatty() and not environment.get("NO_COLOR") and not environment.get("CI")
        return colored if may else plain

    def result(self, text: str) -> None:
        """Print a result."""
        click.echo(text, color=True)

    def json(self, document: Any) -> None:
        """Print one JSON document."""
        import orjson

        click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))

    def note(self, text: str) -> None:
        """Tell something that is no result; not when quiet."""
        if self.loudness >= 0:
            click.echo(text, err=True, color=True)

    def diagnostics(self, diagnostics: "tuple[Diagnostic, ...] | list[Diagnostic]") -> None:
        """Show problems of a recipe."""
        if diagnostics:
            from runner.cli.render.diagnostics import diagnostics_text

            click.echo(diagnostics_text(diagnostics, self.paint(sys.stderr)), err=True, color=True)

    def error(self, error: RunnerError) -> None:
        """Show why a command ends."""
        from runner.cli.render.layout import visible

        paint = self.paint(sys.stderr)
        click.echo(f"{paint(f'error[{error.code}]', 'error')}: {visible(error.message)}", err=True, color=True)
        if error.hint:
            click.echo(f"{paint('hint', 'hint')}: {visible(error.hint)}", err=True, color=True)
