"""Exchanges results again and again, each time with copies of both sides, and is killed one instant later each time.

An instant is the moment before or after something lasting is done: a write to the database, a flush, a rename, a link.
Called as ``python -m tests.cli.exchange_crash FOLDER COMMAND``: ``FOLDER/full`` is the project that was run,
``FOLDER/empty`` one that was not, and the command is ``push`` in the one, ``pull`` in the other.
"""

import contextlib
import os
import shutil
import sys
from pathlib import Path

from runner.cli.main import run_command
from runner.store.state import State
from tests.execute.instants import counted

MOST_INSTANTS = 400


def main(folder: Path, command: str) -> None:
    """Be killed at every instant."""
    _exchange(_copy(folder, command, "warm"), command)  # what is imported by now, no child has to import
    for instant in range(1, MOST_INSTANTS):
        child = os.fork()
        if child == 0:
            _exchange_until(instant, folder, command)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.stdout.write(f"{instant}\n")
            return


def settings_for(share: Path) -> str:
    """Write settings that name a shared folder."""
    return f'[cache]\nremote = "file://{share}"\n'


def _copy(folder: Path, command: str, name: str) -> Path:
    """Copy both sides as they were before the exchange."""
    wreck = folder / f"{name}-{command}"
    shutil.copytree(folder / ("full" if command == "push" else "empty"), wreck / "project")
    if command == "pull":
        shutil.copytree(folder / "share", wreck / "share")
    (wreck / "project" / "runner.toml").write_text(settings_for(wreck / "share"))
    return wreck


def _exchange(wreck: Path, command: str) -> int:
    os.chdir(wreck / "project")
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        return run_command(["cache", command, "-q"])


def _exchange_until(instant: int, folder: Path, command: str) -> None:
    wreck, left = _copy(folder, command, f"{instant:03}"), [instant]
    os.fsync = counted(os.fsync, left)
    os.link = counted(os.link, left)
    Path.replace = counted(Path.replace, left)  # type: ignore[method-assign]  # to be killed around the true one
    State.write = counted(State.write, left)  # type: ignore[method-assign]  # to be killed around the true one
    os._exit(_exchange(wreck, command))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
