"""``runner schema``."""

import json
from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.options import Command


@click.command(cls=Command)
@click.argument("name", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it into a file, which is left alone where it is the same.",
)
def command(console: Console, name: str | None, output: Path | None) -> None:
    """Print the JSON Schema NAME; without one, list them: recipe, plan, run, model-card, config."""
    from runner.app.schema import SCHEMAS, find_schema, write_schema

    if name is None:
        console.result("\n".join(SCHEMAS))
    elif output is None:
        console.result(json.dumps(find_schema(name), indent=2, ensure_ascii=False))
    elif write_schema(name, output):
        console.note(f"wrote {output}")
