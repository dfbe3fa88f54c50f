"""Where outputs are written: never outside the project, never over an input."""

import errno
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from runner.core.digest import digest_bytes
from runner.core.errors import RunnerError
from runner.store.blobs import write_whole


class Targets:
    """Says where outputs go; each folder is looked at once, so make a new one for what is written later.

    Args:
        root: The project root.
        protected: Of ``protect``.
    """

    def __init__(self, root: Path, protected: Mapping[str, str]) -> None:
        self._protected = protected
        self._folders = _Folders(root)

    def of(self, path: str) -> str:
        """Say where an output goes, links in its folder followed.

        Args:
            path: Relative to the project root.

        Raises:
            RunnerError: ``outside-root``, ``over-input`` or ``not-a-file``.
        """
        name, file = os.path.split(path)
        try:
            folder = self._folders.of(name)
        except (OSError, RuntimeError) as error:
            raise RunnerError("cannot-write", f"'{path}' cannot be written: {error}") from error
        target = os.path.join(folder, file)  # noqa: PTH118 - a tenth of the time, for each of many outputs
        if not self._folders.is_inside(folder):
            raise RunnerError(
                "outside-root", f"'{path}' leads out of the project, to '{folder}'", hint="remove the link"
            )
        if _is_protected(target, self._protected):
            raise RunnerError("over-input", f"'{path}' is an input of this plan", hint="write to another folder")
        if os.path.isdir(target):  # noqa: PTH112 - as above
            message = f"'{path}' is a folder"
            raise RunnerError("not-a-file", message, hint="write to another path, or remove the folder")
        return target


def protect(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """Say which files must not be written over: those that the plan reads, and what they link to.

    Returns:
        Each by its path in one case, because file systems differ in whether case matters.
    """
    folders, protected = _Folders(root), dict[str, str]()
    for path in paths:
        name, last = os.path.split(path)
        file = os.path.join(folders.of(name), last)  # noqa: PTH118 - as above
        protected[file.casefold()] = file
        if os.path.islink(file):  # noqa: PTH114 - as above
            linked = os.path.realpath(file)
            protected[linked.casefold()] = linked
    return protected


class _Folders:
    """The folders of a root, links followed, each looked at once."""

    def __init__(self, root: Path) -> None:
        self._top = root.resolve()
        self._known: dict[str, str] = {}
        self._inside: dict[str, bool] = {}

    def of(self, name: str) -> str:
        """Follow a path relative to the root."""
        if name not in self._known:
            self._known[name] = str((self._top / name).resolve())
        return self._known[name]

    def is_inside(self, folder: str) -> bool:
        if folder not in self._inside:
            self._inside[folder] = Path(folder).is_relative_to(self._top)
        return self._inside[folder]


def _is_protected(target: str, protected: Mapping[str, str]) -> bool:
    file = protected.get(target.casefold())
    if file is None:
        return False
    return file == target or (os.path.exists(target) and os.path.exists(file) and os.path.samefile(target, file))  # noqa: PTH110, PTH121 - as above


def write_output(target: Path, content: bytes, *, token: str) -> None:
    """Put an output in its place, whole.

    Args:
        target: Of ``Targets``.
        content: The whole file.
        token: Makes the temp name this run's own; a resumed run replaces what it left behind.

    Raises:
        RunnerError: ``disk-full`` or ``cannot-write``.
    """
    tmp = target.with_name(f".{token}-{digest_bytes(target.name.encode())[:16]}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        tmp.unlink(missing_ok=True)
        write_whole(target, content, tmp=tmp)
    except OSError as error:
        raise _in_words(target, error) from error


def _in_words(target: Path, error: OSError) -> RunnerError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return RunnerError("disk-full", f"no space left to write '{target}'", hint="make room, then runner resume")
    return RunnerError(
        "cannot-write",
        f"cannot write '{target}': {error.strerror or error}",
        hint="look at the permissions of its folder",
    )
