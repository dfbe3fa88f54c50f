"""``runner models``."""

import sys
from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.options import Command, format_option
from runner.core.errors import ExitCode, UsageError


@click.command(cls=Command)
@click.argument("model", metavar="ID", required=False)
@format_option("text", "json")
def command(console: Console, model: str | None, format_name: str) -> None:
    """List the models that recipes can use; with ID show one in full: parameters, price and its date, providers."""
    from runner.app.project import Problems, open_project
    from runner.catalog.card import card_document
    from runner.cli.render.models import model_text, models_text

    project = open_project(Path.cwd())
    if isinstance(project, Problems):
        console.diagnostics(project.diagnostics)
        raise click.exceptions.Exit(int(ExitCode.FAILED))
    cards = list(project.catalog.cards.values())
    if model is None:
        if format_name == "json":
            console.json([card_document(card) for card in cards])
        else:
            console.result(models_text(cards, console.paint(sys.stdout)))
        return
    card = project.catalog.card(model)
    if card is None:
        raise UsageError("unknown-model", f"there is no model '{model}'", hint=project.catalog.hint(model))
    if format_name == "json":
        console.json(card_document(card))
    else:
        console.result(model_text(card, console.paint(sys.stdout)))
