"""Our own bugs: a report file to send, and its own exit code."""

import re
import sys
from pathlib import Path

import click

from runner import __version__
from runner.core.errors import ExitCode

_SECRET = re.compile(
    r"(?i)((?:api[_-]?key|token|secret|password|authorization|bearer)[\"'=:\s]+)\S+|(https?://[^\s?'\"]+)\?\S+"
)


def report_bug(error: BaseException, arguments: list[str]) -> ExitCode:
    """Write what happened into a file and say where it is."""
    import platform
    import tempfile
    import traceback

    text = "\n".join(
        [
            f"edit-runner {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"command: runner {' '.join(arguments)}",
            "",
            *traceback.format_exception(error),
        ]
    )
    with tempfile.NamedTemporaryFile(
        "w", prefix="edit-runner-bug-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(without_secrets(text))
    click.echo(f"error[bug]: this is a bug in edit-runner: {type(error).__name__}", err=True)
    click.echo(f"hint: please report it with the file {Path(file.name)}", err=True)
    if "-v" in arguments or "--verbose" in arguments:
        sys.stderr.write(without_secrets("".join(traceback.format_exception(error))))
    return ExitCode.OUR_BUG


def without_secrets(text: str) -> str:
    """Blank what looks like a key, and the query of every address."""
    return _SECRET.sub(lambda match: f"{match[1]}…" if match[1] else f"{match[2]}?…", text)
