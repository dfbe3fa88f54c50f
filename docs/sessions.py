"""Terminal sessions in the documents: replayed, so that what they show is what happens."""

import os
import re
import subprocess
import sys
from pathlib import Path

_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
_ROOT = Path(__file__).parent.parent


def replay(text: str, folder: Path) -> str:
    """Run the commands of a document's ``console`` blocks, one after the other, and write what they print.

    Args:
        text: The document. In its blocks a line after ``$`` is a command, what follows is what it printed.
        folder: An empty folder to run them in; ``cd`` holds from one block to the next.

    Returns:
        The document with the output as it is now.

    Raises:
        CalledProcessError: a command failed.
    """
    shell = _Shell(folder)
    return _BLOCK.sub(lambda block: f"```console\n{shell.session(block[1])}```", text)


def normalize(text: str) -> list[str]:
    """Make two replays comparable.

    Times, sizes and digests differ from one to the other, and with them the columns; work that goes on at the same time
    ends in any order, so the lines are sorted.
    """
    plain = re.sub(r"[0-9a-f]{6,}|\d+(?:[.,]\d+)*", "0", text)
    return sorted(re.sub(r"0 (?:ms|s|min)\b", "0 s", re.sub(r"\s+", " ", line)).strip() for line in plain.splitlines())


class _Shell:
    """Runs commands in a folder that ``cd`` changes, with ``runner`` on the path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "work"
        self._folder.mkdir()
        command = folder / "runner"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m runner "$@"\n', encoding="utf-8")
        command.chmod(0o755)
        self._environment = {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "HOME": str(folder),
            "PYTHONPATH": str(_ROOT),
            "COLUMNS": "100",
            "NO_COLOR": "1",
            "LANG": "C.UTF-8",
        }

    def session(self, block: str) -> str:
        commands = [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]
        return "".join(f"$ {command}\n{self._run(command)}" for command in commands)

    def _run(self, command: str) -> str:
        if command.startswith("cd "):
            self._folder /= command.removeprefix("cd ")
            return ""
        done = subprocess.run(
            ["bash", "-c", command],  # noqa: S607 - whichever bash is on the path
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, command, done.stdout)
        return done.stdout.decode().replace(f"{self._folder}{os.sep}", "").replace(str(self._folder), ".")
