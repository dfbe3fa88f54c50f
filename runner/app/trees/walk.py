"""Patterns over folders that are listed by anybody: what ``glob`` does for those on the disk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import filter as matching_names
from glob import has_magic
from pathlib import Path, PurePosixPath

MOST_DEPTH = 64
"""Folders inside one another; more is a circle of links."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The names in one folder, links followed."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


List = Callable[[Path], Listing]


def walk(listing: List, folder: Path, pattern: str) -> Iterator[str]:
    """Find the files that a pattern matches, relative to a folder; some perhaps twice.

    Args:
        listing: Lists a folder; nothing where there is none.
        folder: Absolute.
        pattern: As ``glob`` takes it: ``**`` is any folders, and a name that begins with a dot is named so.
    """
    parts = PurePosixPath(pattern).parts
    begin = PurePosixPath()
    if parts and parts[0] == "/":
        folder, begin, parts = Path("/"), PurePosixPath("/"), parts[1:]
    return (path.as_posix() for path in _found(listing, folder, begin, parts)) if parts else iter(())


def _found(listing: List, folder: Path, shown: PurePosixPath, parts: tuple[str, ...]) -> Iterator[PurePosixPath]:
    part, rest = parts[0], parts[1:]
    if len(shown.parts) > MOST_DEPTH:
        return
    if part == "**":
        yield from _any_depth(listing, folder, shown, rest)
    elif rest:
        for name in [part] if not has_magic(part) else _matching(listing(folder).folders, part):
            yield from _found(listing, folder / name, shown / name, rest)
    else:
        yield from (shown / name for name in _matching(listing(folder).files, part))


def _any_depth(listing: List, folder: Path, shown: PurePosixPath, rest: tuple[str, ...]) -> Iterator[PurePosixPath]:
    yield from _found(listing, folder, shown, rest or ("*",))
    for name in _matching(listing(folder).folders, "*"):
        yield from _found(listing, folder / name, shown / name, ("**", *rest))


def _matching(names: tuple[str, ...], part: str) -> list[str]:
    visible = names if part.startswith(".") else [name for name in names if not name.startswith(".")]
    return matching_names(visible, part)
