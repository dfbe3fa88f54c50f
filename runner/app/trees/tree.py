"""What a tree of files gives, and the one that lies on the disk now."""

import glob
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from runner.core.digest import Digest
from runner.core.record import record
from runner.store.files import FileStamp, stamp_of


@dataclass(frozen=True, slots=True)
class OnDisk:
    """The file's bytes are those that lie on the disk now, under the same path."""


@dataclass(frozen=True, slots=True)
class Held:
    """The file's bytes, which lie nowhere on the disk."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Pointed:
    """A Git LFS pointer whose bytes are not here; their digest is known from it."""

    digest: Digest
    size_bytes: int


Holding: TypeAlias = OnDisk | Held | Pointed


@record()
class Followed:
    """Where a path leads; the stamp of the file that lies there on the disk, where it was looked at on the way."""

    path: str
    stamp: FileStamp | None = None


class Tree(Protocol):
    """Files by absolute paths."""

    def resolve(self, path: Path) -> Path:
        """Follow links; the path need not be there.

        Raises:
            OSError, RuntimeError, ValueError: it is no path, or its links go in a circle.
        """

    def follow(self, path: str) -> Followed:
        """Follow the link that the last part of a path may be; its folder is resolved already.

        Raises:
            OSError, RuntimeError, ValueError: as ``resolve``.
        """

    def exists(self, path: Path) -> bool:
        """Say whether there is a file or folder, links followed."""

    def is_file(self, path: Path) -> bool:
        """Say whether there is a file, links followed."""

    def names(self, folder: Path) -> list[str]:
        """Name the files of a folder; none where there is no such folder."""

    def matching(self, folder: Path, pattern: str) -> Iterable[str]:
        """Find the files that a pattern matches, relative to a folder; ``**`` stands for any folders."""

    def holding(self, path: str, most_bytes: int) -> Holding:
        """Say where the bytes of a file are; at most so many are given.

        Raises:
            OSError: there is no such file.
        """

    def read(self, path: Path, most_bytes: int = -1) -> bytes:
        """Read a file, at most so many bytes.

        Raises:
            OSError: there is no such file, or its bytes are not here.
        """


_ON_DISK = OnDisk()


class _Files:
    """Tells files from folders: a listing says it of most at once, where each for itself costs a look at the disk."""

    def __init__(self, folder: Path) -> None:
        self._start = os.path.join(folder, "")  # noqa: PTH118 - a Path for each of many files takes most of the time
        self._names: dict[str, frozenset[str]] = {}

    def has(self, path: str) -> bool:
        """Whether there is a file, links followed; the path is relative to the folder."""
        folder, _, name = path.rpartition(os.sep)
        if folder not in self._names:
            self._names[folder] = _names_of_files(self._start + folder)
        # Where letters of both cases are the same, a file may be listed under another name than it was asked for.
        return name in self._names[folder] or os.path.isfile(self._start + path)  # noqa: PTH113 - as above


def _names_of_files(folder: str) -> frozenset[str]:
    try:
        with os.scandir(folder) as entries:
            return frozenset(entry.name for entry in entries if entry.is_file())
    except OSError:
        return frozenset()


class DiskTree:
    """The files as they are now."""

    def resolve(self, path: Path) -> Path:
        return path.resolve()

    def follow(self, path: str) -> Followed:
        try:
            status = os.lstat(path)
        except OSError:  # not there, or not to be looked at: what is done with it says why
            return Followed(path)
        if stat.S_ISLNK(status.st_mode):
            return Followed(str(Path(path).resolve()))
        return Followed(path, stamp_of(status))

    def exists(self, path: Path) -> bool:
        return path.exists()

    def is_file(self, path: Path) -> bool:
        return path.is_file()

    def names(self, folder: Path) -> list[str]:
        try:
            return [entry.name for entry in folder.iterdir() if entry.is_file()]
        except OSError:
            return []

    def matching(self, folder: Path, pattern: str) -> Iterable[str]:
        if pattern.endswith("/"):
            return ()
        found = glob.iglob(str(Path(pattern)), root_dir=folder, recursive=True)  # noqa: PTH207 - Path.glob refuses '..'
        files = _Files(folder)
        return (path.replace(os.sep, "/") for path in found if files.has(path))

    def holding(self, path: str, most_bytes: int) -> Holding:  # noqa: ARG002 - nothing is read here
        return _ON_DISK

    def read(self, path: Path, most_bytes: int = -1) -> bytes:
        with path.open("rb") as file:
            return file.read(most_bytes)


DISK = DiskTree()
