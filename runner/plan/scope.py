"""What the names in expressions stand for while a recipe is expanded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from runner.plan.plan import InputImage
from runner.recipe.parsed import ParsedRecipe


class Scope:
    """Names by dotted access; unlike a dict it has no attributes of its own that a name could meet."""

    __slots__ = ("_names",)

    def __init__(self, names: Mapping[str, object]) -> None:
        self._names = names

    def __getitem__(self, name: str) -> object:
        return self._names[name]


def names_of(scope: Scope) -> list[str]:
    """The names that a scope has, for hints; no method, because expressions could name it."""
    return list(scope._names)


class Picture:
    """An input picture as expressions see it; sizes in pixels, upright."""

    __slots__ = ("dir", "height", "image", "key", "name", "path", "stem", "suffix", "width")

    def __init__(self, image: InputImage, key: str) -> None:
        path = PurePosixPath(image.path)
        self.image = image
        self.key = key
        self.path = image.path
        self.name = path.name
        self.stem = path.stem
        self.suffix = path.suffix
        self.dir = "" if str(path.parent) == "." else str(path.parent)
        self.width = image.artifact.width_px
        self.height = image.artifact.height_px


def early_names(recipe: ParsedRecipe, row: Mapping[str, object] | None = None) -> dict[str, object]:
    """The names that have a value before there are items: variables, the recipe's name, and the row of a table."""
    names: dict[str, object] = {"vars": Scope(recipe.variables), "recipe": Scope({"name": recipe.name})}
    return names if row is None else {**names, "row": Scope(row)}


@dataclass(frozen=True, slots=True)
class StepPicture:
    """The picture that a step will give."""

    step: str


@dataclass(frozen=True, slots=True)
class MaskName:
    """A mask of the recipe."""

    name: str
