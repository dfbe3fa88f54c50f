"""What is told of a change, in figures and as colors; `heat` measures and draws it."""

from dataclasses import dataclass

SEEN = 2.3
"""CIEDE2000 from which most people see that two colors side by side differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatLevel:
    """A color of the picture, for differences from ``least`` to the next level's."""

    least: float
    color: str
    word: str


LEVELS = (
    HeatLevel(least=SEEN, color="#5c01a6", word="just visible"),
    HeatLevel(least=5, color="#b12a90", word="slight"),
    HeatLevel(least=10, color="#e16462", word="clear"),
    HeatLevel(least=20, color="#fca636", word="strong"),
    HeatLevel(least=40, color="#f0f921", word="another color"),
)
"""From the map "plasma", which also those tell apart who see few colors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How much of a picture changed visibly.

    Attributes:
        share: Of the whole picture, 0 to 1.
        inside, outside: Of the mask where it is at least half white, and where it is black; None without such pixels.
        mean: CIEDE2000 over the pixels that changed; 0 where none did.
        max: CIEDE2000, the largest of all pixels.
        columns, rows: At which it was measured.
    """

    share: float
    inside: float | None
    outside: float | None
    mean: float
    max: float
    columns: int
    rows: int
