"""What the names in expressions stand for while a recipe is expanded."""

from collections.abc import Mapping
from dataclasses import dataclass

from runner.plan.plan import InputImage
from runner.recipe.parsed import ParsedRecipe
from runner.recipe.scope import Parted, Scope


class Picture(Parted):
    """An input picture as expressions see it; parts of its path as ``pathlib`` has them."""

    __slots__ = ("image", "key")

    def __init__(self, image: InputImage, key: str) -> None:
        self.image = image
        self.key = key

    @property
    def path(self) -> str:
        """Relative to the project root, with forward slashes."""
        return self.image.path

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.image.path.rpartition("/")[2]

    @property
    def stem(self) -> str:
        """The name without its ending."""
        name = self.name
        return name[: _end_of_stem(name)]

    @property
    def suffix(self) -> str:
        """The ending of the name with its dot; empty where there is none."""
        name = self.name
        return name[_end_of_stem(name) :]

    @property
    def dir(self) -> str:
        """The path of its folder; empty for the project root."""
        folder, slash, _ = self.image.path.rpartition("/")
        return folder or slash

    @property
    def width(self) -> int:
        """In pixels, upright."""
        return self.image.artifact.width_px

    @property
    def height(self) -> int:
        """In pixels, upright."""
        return self.image.artifact.height_px


def _end_of_stem(name: str) -> int:
    at = name.rfind(".")
    return at if 0 < at < len(name) - 1 else len(name)


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
