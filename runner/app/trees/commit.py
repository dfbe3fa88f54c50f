"""The files of a project as they were at a commit; nothing is checked out."""

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from runner.app.trees.lfs import MOST_BYTES as MOST_POINTER_BYTES
from runner.app.trees.lfs import fetched_file, read_pointer
from runner.app.trees.listing import Blob, Listed
from runner.app.trees.tree import DISK, Followed, Held, Holding, OnDisk, Pointed
from runner.app.trees.walk import Listing, walk

MOST_LINKS = 40
_NO_BYTES = "its bytes are in Git LFS, and not here"


class CommitTree:
    """The files at a commit; what git does not track is as it is now.

    Close it, or use it in a ``with``.

    Args:
        listed: Of the commit.

    Attributes:
        outside: The files outside git that were asked for.
        pointed: The Git LFS pointers that were asked for and whose bytes are not here.
    """

    def __init__(self, listed: Listed) -> None:
        self._listed = listed
        self._folders = _by_folder(listed.then)
        self._listings: dict[Path, Listing] = {}
        self.outside: set[str] = set()
        self.pointed: set[str] = set()

    def resolve(self, path: Path) -> Path:
        current, pending, links = Path(path.anchor), list(reversed(path.parts[1:])), 0
        while pending:
            part = pending.pop()
            target = self._link(current / part) if part != ".." else None
            if target is None:
                current = current.parent if part == ".." else current / part
                continue
            links += 1
            if links > MOST_LINKS:
                raise RuntimeError(f"the links of '{path}' go in a circle")
            current = Path(target.anchor) if target.is_absolute() else current
            pending.extend(reversed(target.parts[1:] if target.is_absolute() else target.parts))
        return current

    def follow(self, path: str) -> Followed:
        return Followed(str(self.resolve(Path(path))))

    def exists(self, path: Path) -> bool:
        found = self.resolve(path)
        return self._is_file(found) or str(found) in self._folders or found.is_dir()

    def is_file(self, path: Path) -> bool:
        return self._is_file(self.resolve(path))

    def names(self, folder: Path) -> list[str]:
        return list(self._listing(folder).files)

    def matching(self, folder: Path, pattern: str) -> Iterable[str]:
        return walk(self._listing, folder, pattern)

    def holding(self, path: str, most_bytes: int) -> Holding:
        found = self.resolve(Path(path))
        blob = self._listed.then.get(str(found))
        if blob is None:
            return self._outside(found)
        if str(found) in self._listed.unchanged and found.is_file():
            return OnDisk()
        content = blob.objects.read(blob.oid, max(most_bytes, MOST_POINTER_BYTES + 1) if most_bytes >= 0 else -1)
        pointed = read_pointer(content)
        return Held(content) if pointed is None else self._behind(found, pointed, most_bytes)

    def read(self, path: Path, most_bytes: int = -1) -> bytes:
        match self.holding(str(path), most_bytes):
            case OnDisk():
                return DISK.read(self.resolve(path), most_bytes)
            case Held(content=content):
                return content if most_bytes < 0 else content[:most_bytes]
            case Pointed():
                raise OSError(0, _NO_BYTES)

    def has(self, path: Path) -> bool:
        """Say whether git had a file, links followed: one that it does not track it never has."""
        return str(self.resolve(path)) in self._listed.then

    def close(self) -> None:
        """End the programs that give objects."""
        for _, objects in self._listed.repositories:
            objects.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _is_file(self, path: Path) -> bool:
        name = str(path)
        return name in self._listed.then or (name not in self._listed.tracked and path.is_file())

    def _outside(self, path: Path) -> OnDisk:
        if str(path) in self._listed.tracked or not path.is_file():
            raise FileNotFoundError(2, "there was no such file", str(path))
        self.outside.add(str(path))
        return OnDisk()

    def _behind(self, path: Path, pointed: Pointed, most_bytes: int) -> Holding:
        """Look for the bytes of a pointer where Git LFS keeps what it fetched."""
        for repository, _ in self._listed.repositories:
            file = fetched_file(repository.common_folder, pointed)
            if file.is_file():
                return Held(DISK.read(file, most_bytes))
        self.pointed.add(str(path))
        return pointed

    def _link(self, path: Path) -> Path | None:
        """Say where a link leads; None where it is none."""
        blob = self._listed.then.get(str(path))
        if blob is not None:
            return _target(blob) if blob.is_link else None
        is_tracked = str(path) in self._folders or str(path) in self._listed.tracked
        return path.readlink() if not is_tracked and path.is_symlink() else None

    def _listing(self, folder: Path) -> Listing:
        found = self.resolve(folder)
        if found not in self._listings:
            self._listings[found] = self._list(found)
        return self._listings[found]

    def _list(self, folder: Path) -> Listing:
        """List a folder as it was, with what lies there outside git."""
        tracked = self._folders.get(str(folder), set())
        lying = {name for name in _lying_in(folder) if str(folder / name) not in self._listed.tracked}
        names = [(name, self.resolve(folder / name)) for name in sorted(tracked | lying)]
        files = tuple(name for name, place in names if self._is_file(place))
        folders = tuple(name for name, place in names if str(place) in self._folders or place.is_dir())
        return Listing(files, folders)


def _target(blob: Blob) -> Path:
    return Path(os.fsdecode(blob.objects.read(blob.oid, -1)))


def _lying_in(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:
        return []


def _by_folder(then: Iterable[str]) -> dict[str, set[str]]:
    """Name what is in every folder of a commit."""
    folders: dict[str, set[str]] = {}
    for path in then:
        folder, _, name = path.rpartition(os.sep)
        while folder and name not in folders.setdefault(folder, set()):
            folders[folder].add(name)
            folder, _, name = folder.rpartition(os.sep)
    return folders
