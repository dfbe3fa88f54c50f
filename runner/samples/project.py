"""The sample projects: the files that `runner init` writes."""

import json
from dataclasses import dataclass
from pathlib import Path

from runner.core.errors import UsageError
from runner.samples.photos import (
    ASTRONAUT,
    BRICK,
    CHELSEA,
    COFFEE,
    GALAXIES,
    GARAGE_LEFT,
    GARAGE_RIGHT,
    GRASS,
    ROCKET,
    SAMPLE_PHOTOS,
    SamplePhoto,
    credits_text,
    read_photo,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A template of `runner init`: one recipe with its photos; the recipe is named as the template.

    Attributes:
        title: What the recipe shows, for `runner init --help`.
        photos: What the recipe reads.
    """

    name: str
    title: str
    photos: tuple[SamplePhoto, ...]

    @property
    def recipe_path(self) -> str:
        """Where the recipe stands in the project, with forward slashes."""
        return f"recipes/{self.name}.yaml"


EYES = Sample(name="eyes", title="recolor the eyes of a portrait: crop, enlarge, recolor", photos=(ASTRONAUT,))
INPAINT = Sample(
    name="inpaint",
    title="restore a covered part of a photo from a second photo, inside a mask",
    photos=(GARAGE_LEFT, GARAGE_RIGHT, GRASS),
)
BATCH = Sample(
    name="batch",
    title="make cards of one size from every photo of a folder",
    photos=(BRICK, CHELSEA, COFFEE, ROCKET, GALAXIES),
)

SAMPLES = {sample.name: sample for sample in (EYES, INPAINT, BATCH)}
"""The templates by name; the first is what `runner init` makes when it is not told."""


def find_sample(name: str) -> Sample:
    """Find a template.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in SAMPLES:
        raise UsageError("unknown-template", f"no template '{name}'", hint=f"one of {', '.join(SAMPLES)}")
    return SAMPLES[name]


def project_files(sample: Sample) -> dict[str, bytes]:
    """Read and write out, in memory, every file of a new project.

    Two templates give the same bytes for every file that they share, so one may be added to a project of the other.

    Returns:
        Content by path relative to the project, with forward slashes.

    Raises:
        UsageError: the photos are not installed, see `read_photo`.
    """
    texts = {
        sample.recipe_path: recipe_text(sample),
        "runner.toml": _SETTINGS,
        ".gitattributes": _ATTRIBUTES,
        ".gitignore": _IGNORED,
        "photos/CREDITS.md": credits_text(SAMPLE_PHOTOS),
        "schemas/recipe.schema.json": _schema_text(),
    }
    photos = {photo.path: read_photo(photo) for photo in sample.photos}
    return {path: text.encode() for path, text in texts.items()} | photos


def recipe_text(sample: Sample) -> str:
    """Read a sample recipe: out of the installed package, or out of the repository that is installed in place."""
    file_name = f"{sample.name}.yaml"
    packaged = Path(__file__).parent / "recipes" / file_name
    in_repository = Path(__file__).parents[2] / "recipes" / file_name
    return (packaged if packaged.is_file() else in_repository).read_text(encoding="utf-8")


def _schema_text() -> str:
    """Write the schema that the first line of each recipe points an editor to."""
    from runner.recipe.model import recipe_schema

    return json.dumps(recipe_schema(), indent=2, ensure_ascii=False) + "\n"


_SETTINGS = """\
# This folder is the root of the project: recipes may read below it, outputs and state are written below it.

# Where models run when a recipe does not say: here, on this machine, free of charge.
provider = "local"
"""

_IGNORED = """\
# State, outputs and reports: made again by `runner run`.
.runner/
out/
reports/
"""

_ATTRIBUTES = """\
# Lock files hold a fact a line: where two branches add some, both sides stay, and the next run puts them in order.
recipes/*.lock text eol=lf merge=union
"""
