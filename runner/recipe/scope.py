"""Names in expressions by dotted access."""

from collections.abc import Mapping
from typing import Final

ABSENT: Final = object()
"""Stands for a part that is not there."""


class Scope:
    """Names by dotted access; unlike a dict it has no attributes of its own that a name could meet."""

    __slots__ = ("_names",)

    def __init__(self, names: Mapping[str, object]) -> None:
        self._names = names

    def __getitem__(self, name: str) -> object:
        return self._names[name]

    def __contains__(self, name: str) -> bool:
        return name in self._names


def names_of(scope: Scope) -> list[str]:
    """The names that a scope has, for hints; no method, because expressions could name it."""
    return list(scope._names)


class Parted:
    """What expressions may look into: its attributes are parts, but for those that begin with ``_``."""

    __slots__ = ()


def part_of(whole: object, name: str) -> object:
    """Give a part of what a name stands for; ``ABSENT`` where it has none of this name, or is nothing with parts."""
    if type(whole) is Scope:
        return whole._names.get(name, ABSENT)
    if isinstance(whole, Parted) and not name.startswith("_"):
        return getattr(whole, name, ABSENT)
    return ABSENT
