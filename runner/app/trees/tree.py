"""What a tree of files gives, and the one that lies on the disk now."""

import glob
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from runner.core.digest import Digest


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


class Tree(Protocol):
    """Files by absolute paths."""

    def resolve(self, path: Path) -> Path:
        """Follow links; the path need not be there.

        Raises:
            OSError, RuntimeError, ValueError: it is no path, or its links go in a circle.
        """

    def follow(self, path: str) -> str:
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


class DiskTree:
    """The files as they are now."""

    def resolve(self, path: Path) -> Path:
        return path.resolve()

    def follow(self, path: str) -> str:
        try:
            status = os.lstat(path)
        except OSError:  # not there, or not to be looked at: what is done with it says why
            return path
        return str(Path(path).resolve()) if stat.S_ISLNK(status.st_mode) else path

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
        start = os.path.join(folder, "")  # noqa: PTH118 - a Path for each of many files takes most of the time
        return (path.replace(os.sep, "/") for path in found if os.path.isfile(start + path))  # noqa: PTH113

    def holding(self, path: str, most_bytes: int) -> Holding:  # noqa: ARG002 - nothing is read here
        return _ON_DISK

    def read(self, path: Path, most_bytes: int = -1) -> bytes:
        with path.open("rb") as file:
            return file.read(most_bytes)


DISK = DiskTree()
