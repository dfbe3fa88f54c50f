"""``runner report``."""

import os
from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.options import Command, format_option


@click.command(cls=Command)
@click.argument("run", required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Where to write it."
)
@click.option("--full", is_flag=True, help="Put the pictures in full size beside the page.")
@click.option("--single-file", is_flag=True, help="Put all into the page, up to 60 cells, so that it can be sent.")
@click.option(
    "--templates",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Your own page.html.j2, style.css or script.js.",
)
@format_option("html", "markdown")
def command(
    console: Console,
    run: str | None,
    output: Path | None,
    full: bool,
    single_file: bool,
    templates: Path | None,
    format_name: str,
) -> None:
    """Write the HTML report of a run again: of the newest, or of the one whose id begins with RUN."""
    if full and single_file:
        raise click.UsageError("--full puts files beside the page, --single-file puts none: choose one")
    if format_name == "markdown":
        _print_comment(console, run)
        return
    from runner.app.report import ReportManner
    from runner.app.report_templates import read_templates
    from runner.app.show import report_run

    overrides = read_templates(templates) if templates is not None else {}
    manner = ReportManner(is_full=full, is_alone=single_file, templates=overrides)
    console.result(os.path.relpath(report_run(Path.cwd(), run, output, manner)))


def _print_comment(console: Console, run: str | None) -> None:
    from runner.app.show import read_with_earlier
    from runner.cli.render.run_markdown import run_markdown

    console.result(run_markdown(*read_with_earlier(Path.cwd(), run)))
