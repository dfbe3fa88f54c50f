"""A recipe as it was in git."""

import subprocess
from pathlib import Path

from runner.core.errors import UsageError


def text_at(path: Path, ref: str) -> str:
    """Read a file as it was at a ref; nothing of the repository is changed.

    Raises:
        UsageError: there is no git, no such ref, or the file was not there then.
    """
    if ref.startswith("-"):
        raise UsageError("no-such-ref", f"'{ref}' is no git ref")
    command = ["git", "-C", str(path.resolve().parent), "show", f"{ref}:./{path.name}"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603 - git, with a checked ref
    except FileNotFoundError as error:
        raise UsageError("no-git", "git is not installed", hint="install git, or select by keys") from error
    except subprocess.TimeoutExpired as error:
        raise UsageError("no-git", f"git did not give '{ref}:{path.name}' within a minute") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        hint = said[0] if said else "git log shows the refs"
        raise UsageError("no-such-ref", f"git has no '{path.name}' at '{ref}'", hint=hint)
    try:
        return done.stdout.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("not-utf-8", f"'{path.name}' at '{ref}' is not UTF-8") from error
