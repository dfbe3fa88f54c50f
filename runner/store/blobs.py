"""Blobs: bytes on the disk under the digest of what they are."""

import contextlib
import errno
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from runner.core.digest import Digest, digest_bytes, parse_digest
from runner.core.errors import StoreError

_WORTH_LISTING = 8
"""Blobs of one folder: to look for more of them one by one takes longer than to list it."""


@dataclass(frozen=True, slots=True)
class BlobSizes:
    """How many blobs, and how much they hold."""

    blobs: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class BlobProblem:
    """A file among the blobs that is not what its name says."""

    path: Path
    problem: str


class BlobStore:
    """Content-addressed files: ``blobs/sha256/ab/abcd…``, made in ``tmp`` and renamed into place whole.

    Args:
        folder: The ``.runner`` folder; made with the first blob.
    """

    def __init__(self, folder: Path) -> None:
        self._blobs = folder / "blobs" / "sha256"
        self._tmp = folder / "tmp"

    def put(self, content: bytes, digest: Digest | None = None) -> Digest:
        """Keep bytes; they are on the disk when this returns. A damaged blob of the same digest is mended.

        Args:
            content: What is kept.
            digest: Of it, where it was taken already.

        Raises:
            StoreError: the disk is full or the folder cannot be written.
        """
        digest = digest or digest_bytes(content)
        path = self.path(digest)
        try:
            if _holds(path, digest):
                os.utime(path)  # young again: gc leaves alone what somebody is about to refer to
            else:
                self._write(path, content)
        except OSError as error:
            raise write_error(path, error) from error
        return digest

    def read(self, digest: Digest) -> bytes:
        """Give the bytes back, verified.

        Raises:
            StoreError: the blob is missing, damaged or cannot be read.
        """
        path = self.path(digest)
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise StoreError("missing-blob", f"the result '{digest}' is not in the store") from error
        except OSError as error:
            raise StoreError("unreadable-blob", f"cannot read '{path}': {error.strerror}") from error
        if digest_bytes(content) != digest:
            raise StoreError(
                "damaged-blob", f"'{path}' is damaged", hint="remove that file, and the work is done again"
            )
        return content

    def path(self, digest: Digest) -> Path:
        """Say where a blob is or would be."""
        return self._blobs / digest[:2] / digest

    def contains(self, digest: Digest) -> bool:
        """Say whether a blob is there, by its name alone."""
        return self.path(digest).is_file()

    def among(self, digests: Iterable[Digest]) -> set[Digest]:
        """Say which blobs are there, by their names alone; of many, each folder is listed once."""
        by_folder: dict[str, set[Digest]] = {}
        for digest in digests:
            by_folder.setdefault(digest[:2], set()).add(digest)
        found: set[Digest] = set()
        for folder, wanted in by_folder.items():
            if len(wanted) < _WORTH_LISTING:
                found.update(filter(self.contains, wanted))
            else:
                found |= wanted & _file_names(self._blobs / folder)
        return found

    def digests(self) -> Iterator[Digest]:
        """Give the digest of every blob, in order."""
        for path in self._files():
            with contextlib.suppress(ValueError):  # a foreign file: verify names it
                yield parse_digest(path.name)

    def sizes(self) -> BlobSizes:
        """Count the blobs and add up what they take."""
        return _sum_up(self._files())

    def verify(self) -> Iterator[BlobProblem]:
        """Digest every blob again, and give those that are not what they should be."""
        for path in self._files():
            try:
                problem = "" if _holds(path, parse_digest(path.name)) else "the bytes do not match the digest"
            except (ValueError, OSError) as error:
                problem = str(error)
            if problem:
                yield BlobProblem(path, problem)

    def garbage(self, keep: AbstractSet[Digest], *, older_than_s: float = 3600.0) -> list[Path]:
        """List what ``gc`` would remove: blobs that nothing refers to, and left-over temp files."""
        return [path for path, _ in self._garbage(keep, older_than_s)]

    def gc(self, keep: AbstractSet[Digest], *, older_than_s: float = 3600.0) -> BlobSizes:
        """Remove blobs that nothing refers to.

        Args:
            keep: What is referred to.
            older_than_s: Younger ones stay: another process may be about to refer to them.

        Returns:
            What was removed.

        Raises:
            StoreError: a file cannot be removed.
        """
        freed = BlobSizes(0, 0)
        for path, size_bytes in self._garbage(keep, older_than_s):  # one by one: put may make the next one young
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise write_error(path, error) from error
            freed = BlobSizes(freed.blobs + 1, freed.size_bytes + size_bytes)
        return freed

    def _garbage(self, keep: AbstractSet[Digest], older_than_s: float) -> Iterator[tuple[Path, int]]:
        """Give the path and size of each; a file's age is looked at when it is given."""
        youngest = time.time() - older_than_s
        unused = (path for path in self._files() if path.name not in keep)
        for path in (*unused, *(self._tmp.iterdir() if self._tmp.is_dir() else ())):
            with contextlib.suppress(FileNotFoundError):  # another process cleans up, too
                found = path.stat()
                if found.st_mtime <= youngest:
                    yield path, found.st_size

    def _files(self) -> Iterator[Path]:
        if self._blobs.is_dir():
            for folder in sorted(self._blobs.iterdir()):
                yield from sorted(folder.iterdir())

    def _write(self, path: Path, content: bytes) -> None:
        self._tmp.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content, tmp=self._tmp / f"{os.getpid()}-{secrets.token_hex(8)}")


def write_whole(path: Path, content: bytes, *, tmp: Path) -> None:
    """Write a file so that at every instant it is absent, old or complete: temp file, fsync, rename.

    Args:
        path: Replaced if it is there.
        content: The whole file.
        tmp: Where to write first, on the same file system; gone afterwards, also when writing fails.

    Raises:
        OSError: as the system says.
    """
    try:
        with tmp.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        tmp.replace(path)
    except BaseException:
        tmp.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def write_error(path: Path, error: OSError) -> StoreError:
    """Say in words why a file cannot be written."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StoreError("disk-full", f"no space left to write '{path}'", hint="make room, then runner resume")
    return StoreError(
        "cannot-write",
        f"cannot write '{path}': {error.strerror or error}",
        hint="look at the permissions of its folder",
    )


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _file_names(folder: Path) -> set[Digest]:
    try:
        with os.scandir(folder) as entries:
            return {Digest(entry.name) for entry in entries if entry.is_file()}
    except FileNotFoundError:
        return set()


def _holds(path: Path, digest: Digest) -> bool:
    return path.is_file() and digest_bytes(path.read_bytes()) == digest


def _sum_up(paths: Iterator[Path]) -> BlobSizes:
    sizes = [path.stat().st_size for path in paths]
    return BlobSizes(len(sizes), sum(sizes))
