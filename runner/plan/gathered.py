"""What was found on disk for a recipe: pictures by where the recipe names them, nothing decoded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from runner.core.record import record
from runner.plan.plan import InputImage
from runner.source.source import Place


@record()
class Item:
    """One picture of the batch input; ``row`` where it comes from a table."""

    key: str
    image: InputImage
    row: Mapping[str, object] | None = None


@record()
class Found:
    """A picture of the batch before it has a key; ``row`` where it comes from a table."""

    image: InputImage
    row: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """The pictures that the recipe's inputs name: the items of the batch, and the shared ones by input name."""

    items: tuple[Item, ...]
    shared: Mapping[str, InputImage]


@record(kw_only=True)
class WantedFile:
    """A file that a step or a mask names by its path, relative to the recipe.

    Attributes:
        kind: A picture, or a mask; a mask's path may end in ``.*``.
    """

    kind: Literal["picture", "mask"]
    path: str
    place: Place


@record()
class FileProblem:
    """Why a wanted file cannot be used."""

    code: str
    message: str
    hint: str = ""
