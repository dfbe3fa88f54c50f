"""A document that is not JSON yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A document to be written piece by piece, because as JSON data it is several times as large.

    Attributes:
        members: By name; values of the types of the program.
        as_json: Gives such a value as JSON has it, one level deep; raises ``TypeError`` where it knows no way.
    """

    members: Mapping[str, object]
    as_json: Callable[[object], object]
