"""Git, asked without changing anything: no index, no hook, no filter, no network."""

import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from runner.core.errors import UsageError

LONGEST_S = 120

_PLACES = frozenset(
    "GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX GIT_COMMON_DIR GIT_NAMESPACE GIT_OBJECT_DIRECTORY"  # noqa: SIM905 - easier to read
    " GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_SHALLOW_FILE GIT_LITERAL_PATHSPECS GIT_GLOB_PATHSPECS".split()
)
"""What a hook's environment says about the repository that the hook runs in."""

_HARMLESS = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_NO_PROGRAMS = ("--no-pager", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")


@dataclass(frozen=True)
class Repository:
    """A work tree of git.

    Attributes:
        top: Its top folder, absolute, links followed.
    """

    top: Path

    def ask(self, *arguments: str) -> bytes:
        """Run a command that only reads.

        Raises:
            UsageError: it fails.
        """
        done = _run(self.top, (*self._no_filters, *arguments))
        if done.returncode:
            raise UsageError("no-history", f"git {arguments[0]} fails in '{self.top}'", hint=_said(done))
        return done.stdout

    def commit(self, ref: str) -> str | None:
        """Find the commit of a ref; None where there is none, or it is not in this clone."""
        done = _run(self.top, ("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"))
        return None if done.returncode else done.stdout.decode("ascii").strip()

    @property
    def is_shallow(self) -> bool:
        """Whether a part of the history is not in this clone."""
        return _run(self.top, ("rev-parse", "--is-shallow-repository")).stdout.strip() == b"true"

    @cached_property
    def common_folder(self) -> Path:
        """Where the objects of all work trees lie."""
        return self.top / os.fsdecode(self.ask("rev-parse", "--git-common-dir").rstrip(b"\n"))

    def open_objects(self) -> "subprocess.Popen[bytes]":
        """Start the program that gives the bytes of objects; its caller ends it."""
        command = _command(self.top, ("cat-file", "--batch"))
        return subprocess.Popen(  # noqa: S603 - git, with arguments of ours
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
        )

    @cached_property
    def _no_filters(self) -> tuple[str, ...]:
        """Switch off every filter that is configured: looking at files must start no program."""
        found = _run(
            self.top, ("config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|process|required)$")
        )
        names = [os.fsdecode(name) for name in found.stdout.split(b"\0") if name]
        return tuple(part for name in names for part in ("-c", _switched_off(name)))


def find_repository(folder: Path) -> Repository:
    """Find the work tree that a folder is in.

    Raises:
        UsageError: there is no git, the folder is in no work tree, or git does not trust its owner.
    """
    done = _run(folder, ("rev-parse", "--show-toplevel"))
    if done.returncode:
        hint = _said(done) or "git init makes one"
        raise UsageError("no-git", f"'{folder}' is in no work tree of git", hint=hint)
    return Repository(Path(os.fsdecode(done.stdout.rstrip(b"\n"))).resolve())


def is_work_tree(folder: Path) -> bool:
    """Say whether a folder is the top of a work tree: that of a submodule which was fetched, for one."""
    return (folder / ".git").exists()


def read_exactly(stream: IO[bytes], size_bytes: int) -> bytes:
    """Read so many bytes of a stream.

    Raises:
        OSError: it ends before.
    """
    content = stream.read(size_bytes)
    if len(content) < size_bytes:
        raise OSError("git ended in the middle of an object")
    return content


def _switched_off(name: str) -> str:
    return f"{name}={'false' if name.endswith('.required') else ''}"


def _run(folder: Path, arguments: tuple[str, ...]) -> "subprocess.CompletedProcess[bytes]":
    command = _command(folder, arguments)
    try:
        return subprocess.run(  # noqa: S603 - git, with arguments of ours and a checked ref
            command, capture_output=True, check=False, timeout=LONGEST_S, env=_environment()
        )
    except FileNotFoundError as error:
        raise UsageError("no-git", "git is not installed", hint="install git") from error
    except subprocess.TimeoutExpired as error:
        raise UsageError("no-git", f"git did not answer within {LONGEST_S} s") from error


def _command(folder: Path, arguments: tuple[str, ...]) -> list[str]:
    return ["git", *_NO_PROGRAMS, "-C", str(folder), *arguments]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _PLACES} | _HARMLESS


def _said(done: "subprocess.CompletedProcess[bytes]") -> str:
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return said[0] if said else ""
