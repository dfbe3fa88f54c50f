"""Where outputs are written: never outside the project, never over an input."""

import errno
from collections.abc import Iterable, Mapping
from pathlib import Path

from runner.core.digest import digest_bytes
from runner.core.errors import RunnerError
from runner.store.blobs import write_whole


def protect(root: Path, paths: Iterable[str]) -> dict[str, Path]:
    """Say which files must not be written over: those that the plan reads, and what they link to.

    Returns:
        Each by its path in one case, because file systems differ in whether case matters.
    """
    files = [root.resolve() / path for path in paths]
    named = [file.parent.resolve() / file.name for file in files]
    return {str(file).casefold(): file for file in (*named, *(file.resolve() for file in files))}


def target_of(root: Path, path: str, protected: Mapping[str, Path]) -> Path:
    """Say where an output goes, links in its folder followed.

    Args:
        root: The project root.
        path: Relative to it.
        protected: Of ``protect``.

    Raises:
        RunnerError: ``outside-root``, ``over-input`` or ``not-a-file``.
    """
    top = root.resolve()
    try:
        folder = (top / path).parent.resolve()
    except (OSError, RuntimeError) as error:
        raise RunnerError("cannot-write", f"'{path}' cannot be written: {error}") from error
    target = folder / Path(path).name
    if not folder.is_relative_to(top):
        raise RunnerError("outside-root", f"'{path}' leads out of the project, to '{folder}'", hint="remove the link")
    if _is_protected(target, protected):
        raise RunnerError("over-input", f"'{path}' is an input of this plan", hint="write to another folder")
    if target.is_dir():
        raise RunnerError("not-a-file", f"'{path}' is a folder", hint="write to another path, or remove the folder")
    return target


def _is_protected(target: Path, protected: Mapping[str, Path]) -> bool:
    file = protected.get(str(target).casefold())
    return file is not None and (file == target or (target.exists() and file.exists() and target.samefile(file)))


def write_output(target: Path, content: bytes, *, token: str) -> None:
    """Put an output in its place, whole.

    Args:
        target: Of ``target_of``.
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
