"""Colors by meaning; whether there are any is decided by who prints."""

from collections.abc import Callable
from typing import Literal, TypeAlias

Tone = Literal["error", "warning", "good", "hint", "strong", "faint"]
Paint: TypeAlias = Callable[[str, Tone], str]
"""Gives a piece of text its tone."""


def plain(text: str, tone: Tone) -> str:  # noqa: ARG001 - has the shape of every Paint
    """Leave a text as it is."""
    return text


def colored(text: str, tone: Tone) -> str:
    """Color a text with ANSI codes."""
    import click

    match tone:
        case "error":
            return click.style(text, fg="red", bold=True)
        case "warning":
            return click.style(text, fg="yellow", bold=True)
        case "good":
            return click.style(text, fg="green")
        case "hint":
            return click.style(text, fg="cyan")
        case "strong":
            return click.style(text, bold=True)
        case "faint":
            return click.style(text, dim=True)
