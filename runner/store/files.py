"""Facts about files and masks that are costly to find out again."""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

from runner.core.artifact import Artifact, MaskFacts, Size
from runner.core.digest import Digest
from runner.core.record import record
from runner.store.state import Cell, State

_COLUMNS = "path, file_size, mtime_ns, inode, digest, media_type, width_px, height_px"
_Row: TypeAlias = tuple[str, int, int, int, Digest, str, int, int]
"""A row of these."""
_SETTLED_NS = 2_000_000_000


@record()
class FileStamp:
    """What changes when a file changes, as far as can be seen without reading it."""

    size_bytes: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file that was read: its stamp was taken before, so that a change while reading is noticed."""

    path: Path
    stamp: FileStamp
    artifact: Artifact


def take_stamp(path: Path | str) -> FileStamp:
    """Look at a file without reading it.

    Raises:
        OSError: it is not there or cannot be looked at.
    """
    return stamp_of(os.stat(path))  # noqa: PTH116 - a Path each takes longer


def stamp_of(status: os.stat_result) -> FileStamp:
    """Take the stamp of a file that was looked at."""
    return FileStamp(status.st_size, status.st_mtime_ns, status.st_ino)


class FileDigests:
    """What a file held when it had this stamp."""

    def __init__(self, state: State) -> None:
        self._state = state

    def get(self, path: Path, stamp: FileStamp) -> Artifact | None:
        """Give what is known of a file, without reading it; None where it changed or was never seen."""
        for before, artifact in self.lookup([_name(path)]).values():
            if before == stamp:
                return artifact
        return None

    def lookup(self, paths: Iterable[str]) -> dict[str, tuple[FileStamp, Artifact]]:
        """Give what is known of files by their absolute paths, each with the stamp that it had."""
        rows = self._state.read_among(f"SELECT {_COLUMNS} FROM files WHERE path IN ({{}})", paths)  # noqa: S608 - constants
        return {row[0]: _file(row) for row in cast("Iterator[_Row]", rows)}

    def remember(self, seen: Iterable[SeenFile]) -> None:
        """Keep what is known of files, in one transaction; nothing where the state is read-only.

        A file that changed within the last two seconds is left out: a second change in the same tick of the
        file system's clock would not be noticed.

        Raises:
            StoreError: the state cannot be written.
        """
        settled_ns = time.time_ns() - _SETTLED_NS
        rows = [_row(file) for file in seen if file.stamp.mtime_ns < settled_ns]
        if not rows or not self._state.writable:
            return

        def change(connection: sqlite3.Connection) -> None:
            connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

        self._state.write(change)


class MaskCache:
    """Masks by the digest of all that decides their raster."""

    def __init__(self, state: State) -> None:
        self._state = state

    def get(self, spec: Digest) -> MaskFacts | None:
        """Give what is known of a mask; None where it was never evaluated."""
        query = "SELECT digest, width_px, height_px, area, is_binary FROM masks WHERE spec = ?"
        rows = self._state.read(query, (spec,))
        return _mask_facts(rows[0]) if rows else None

    def remember(self, facts: Mapping[Digest, MaskFacts]) -> None:
        """Keep what is known of masks, in one transaction; nothing where the state is read-only.

        Raises:
            StoreError: the state cannot be written.
        """
        rows = [_mask_row(spec, mask) for spec, mask in facts.items()]
        if not rows or not self._state.writable:
            return

        def change(connection: sqlite3.Connection) -> None:
            connection.executemany("INSERT OR REPLACE INTO masks VALUES (?, ?, ?, ?, ?, ?)", rows)

        self._state.write(change)


def _name(path: Path) -> str:
    return str(path.absolute())


def _row(file: SeenFile) -> tuple[Cell, ...]:
    artifact, stamp = file.artifact, file.stamp
    facts = (artifact.digest, artifact.media_type, artifact.width_px, artifact.height_px)
    return (_name(file.path), stamp.size_bytes, stamp.mtime_ns, stamp.inode, *facts)


def _file(row: _Row) -> tuple[FileStamp, Artifact]:
    _, size_bytes, mtime_ns, inode, digest, media_type, width_px, height_px = row
    artifact = Artifact(
        digest=digest, media_type=media_type, size_bytes=size_bytes, width_px=width_px, height_px=height_px
    )
    return FileStamp(size_bytes, mtime_ns, inode), artifact


def _mask_row(spec: Digest, mask: MaskFacts) -> tuple[Cell, ...]:
    return (spec, mask.digest, mask.size.width_px, mask.size.height_px, mask.area, int(mask.is_binary))


def _mask_facts(row: tuple[Cell, ...]) -> MaskFacts:
    digest, width_px, height_px, area, is_binary = row
    return MaskFacts(
        digest=Digest(str(digest)),
        size=Size(cast("int", width_px), cast("int", height_px)),
        area=cast("float", area),
        is_binary=bool(is_binary),
    )
