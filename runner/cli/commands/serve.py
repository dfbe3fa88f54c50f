"""``runner serve``."""

from pathlib import Path

import click

from runner.cli.console import Console
from runner.cli.options import Command
from runner.core.errors import ExitCode, UsageError


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8787, show_default=True, help="The port; 0 for any free one."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".runner/server"),
    show_default=True,
    metavar="DIR",
    help="Where runs and pictures are kept.",
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, metavar="N", help="Engines at once."
)
@click.option(
    "--api-key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keys, one a line; needed on any address but loopback.",
)
@click.option(
    "--callback-allow", multiple=True, metavar="HOST", help="Callbacks may reach this private host; repeatable."
)
@click.option(
    "--fetch-allow", multiple=True, metavar="HOST", help="Inputs may come from this private host; repeatable."
)
@click.option("--price", multiple=True, metavar="MODEL=USD", help="What a run of a model costs; repeatable.")
@click.option("--balance", metavar="USD", help="What each organization has to spend; play money when left out.")
@click.option(
    "--keep-days",
    type=click.IntRange(1, 36_500),
    metavar="N",
    help="Forget runs, assets and their files after N days; keep them for ever when left out.",
)
def command(
    console: Console,
    host: str,
    port: int,
    data: Path,
    workers: int,
    api_key_file: Path | None,
    callback_allow: tuple[str, ...],
    fetch_allow: tuple[str, ...],
    price: tuple[str, ...],
    balance: str | None,
    keep_days: int | None,
) -> None:
    """Serve Runflow's HTTP API over the engines of this machine, until Ctrl-C or SIGTERM."""
    try:
        from runner.app.serve import ServeRequest, serve_api
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("runner"):
            raise
        package = error.name.partition(".")[0]
        message = f"runner serve needs the package '{package}', which is not installed"
        raise UsageError("not-installed", message, hint='pip install "edit-runner[server]"') from error

    problems = serve_api(
        ServeRequest(
            host=host,
            port=port,
            data=data,
            workers=workers,
            api_key_file=api_key_file,
            callback_allow=callback_allow,
            fetch_allow=fetch_allow,
            prices=price,
            balance=balance,
            keep_days=keep_days,
            place=Path.cwd(),
        ),
        tell=lambda url: console.result(f"serving {url}"),
    )
    if problems is not None:
        console.diagnostics(problems.diagnostics)
        raise click.exceptions.Exit(int(ExitCode.FAILED))
