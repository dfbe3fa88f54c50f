"""``runner doctor``."""

import sys
from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.options import Command
from runner.core.errors import ExitCode


@click.command(cls=Command)
@click.option("--provider", metavar="NAME", help="Check this provider only.")
def command(console: Console, provider: str | None) -> None:
    """Check versions, engines, write access, clock, keys and balance; say what to type where something is wrong."""
    from runner.app.doctor import examine
    from runner.cli.render.layout import columns

    findings = examine(Path.cwd(), provider)
    paint = console.paint(sys.stdout)
    tones = {"ok": "good", "warning": "warning", "error": "error"}
    rows = [[finding.state, finding.what, finding.says] for finding in findings]
    for line, finding in zip(columns(rows, ("left", "left", "left")), findings, strict=True):
        console.result(paint(line, tones[finding.state]) if finding.state != "ok" else line)  # type: ignore[arg-type]  # the three tones
        if finding.hint:
            console.result(f"    {paint('hint', 'hint')}: {finding.hint}")
    if any(finding.state == "error" for finding in findings):
        raise click.exceptions.Exit(int(ExitCode.FAILED))
