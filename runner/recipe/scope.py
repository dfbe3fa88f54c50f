"""Names in expressions by dotted access."""

from collections.abc import Mapping


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
