"""``runner schema``."""

import json

import click

from runner.cli.console import Console
from runner.cli.options import Command


@click.command(cls=Command)
@click.argument("name", required=False)
def command(console: Console, name: str | None) -> None:
    """Print the JSON Schema NAME; without one, list them: recipe, plan, run, model-card, config."""
    from runner.app.schema import SCHEMAS, find_schema

    if name is None:
        console.result("\n".join(SCHEMAS))
    else:
        console.result(json.dumps(find_schema(name), indent=2, ensure_ascii=False))
