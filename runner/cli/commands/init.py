"""``runner init``."""

from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.options import Command

TEMPLATES = ("eyes", "inpaint", "batch")


@click.command(cls=Command)
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--template", type=click.Choice(TEMPLATES), default="eyes", show_default=True, help="Which sample.")
def command(console: Console, folder: Path, template: str) -> None:
    """Make a small project that runs at once: recipe, runner.toml, .gitignore and real photos with their credits."""
    from runner.app.init import make_project

    made = make_project(folder, template)
    console.note(f"made {made.sample.recipe_path} ({made.sample.title}) and its photos, {made.written} files")
    console.note("next:")
    if folder != Path():
        console.note(f"  cd {folder}")
    console.note(f"  runner plan {made.sample.recipe_path}")
    console.note(f"  runner run {made.sample.recipe_path}")
