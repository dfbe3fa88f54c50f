"""The photos of the sample projects, which the package scikit-image carries, with their credits."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from runner.core.errors import UsageError

PACKAGE = "skimage"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePhoto:
    """One photo of a sample project.

    Attributes:
        file_name: Its name in the folder `data` of scikit-image.
        path: Where it goes in the project, with forward slashes.
        credit: Who made it and where it came from, as scikit-image says.
        terms: How it may be used, as scikit-image says.
    """

    file_name: str
    path: str
    credit: str
    terms: str


_MIDDLEBURY = (
    "stereo pair 'Motorcycle' by N. Nesic, P. Westling, X. Wang, Y. Kitajima, G. Krathwohl and D. Scharstein, "
    "Middlebury 2014 stereo benchmark, reduced to a quarter; made for D. Scharstein et al., 'High-resolution stereo "
    "datasets with subpixel-accurate ground truth', GCPR 2014"
)
_NOT_STATED = "no license is stated; name the paper, and ask its authors before publishing"
_CC0 = "CC0, no copyright restrictions"

ASTRONAUT = SamplePhoto(
    file_name="astronaut.png",
    path="photos/astronaut.png",
    credit="the astronaut Eileen Collins; NASA, Great Images database",
    terms="public domain, no known copyright restrictions",
)
GARAGE_LEFT = SamplePhoto(
    file_name="motorcycle_left.png", path="photos/garage-left.png", credit=_MIDDLEBURY, terms=_NOT_STATED
)
GARAGE_RIGHT = SamplePhoto(
    file_name="motorcycle_right.png", path="photos/garage-right.png", credit=_MIDDLEBURY, terms=_NOT_STATED
)
GRASS = SamplePhoto(
    file_name="grass.png", path="photos/grass.png", credit="'Grass 01' by linolafett, DeviantArt", terms=_CC0
)
BRICK = SamplePhoto(file_name="brick.png", path="photos/brick.png", credit="'Bricks 25', CC0Textures", terms=_CC0)
CHELSEA = SamplePhoto(
    file_name="chelsea.png",
    path="photos/prints/chelsea.png",
    credit="Chelsea the cat, by Stefan van der Walt",
    terms=_CC0,
)
COFFEE = SamplePhoto(
    file_name="coffee.png",
    path="photos/prints/coffee.png",
    credit="a cup of coffee by Rachel Michetti, courtesy of Pikolo Espresso Bar",
    terms=_CC0,
)
ROCKET = SamplePhoto(
    file_name="rocket.jpg",
    path="photos/prints/rocket.jpg",
    credit="launch of DSCOVR on a Falcon 9; SpaceX Photos",
    terms="released into the public domain",
)
GALAXIES = SamplePhoto(
    file_name="hubble_deep_field.jpg",
    path="photos/prints/galaxies.jpg",
    credit="Hubble eXtreme Deep Field; NASA, HubbleSite",
    terms="may be used freely in the public domain",
)

SAMPLE_PHOTOS = (ASTRONAUT, GARAGE_LEFT, GARAGE_RIGHT, GRASS, BRICK, CHELSEA, COFFEE, ROCKET, GALAXIES)


def read_photo(photo: SamplePhoto, package: str = PACKAGE) -> bytes:
    """Read a photo out of an installed package, without importing it.

    Args:
        photo: One of ``SAMPLE_PHOTOS``.
        package: Where scikit-image is.

    Raises:
        UsageError: scikit-image is not installed, or this version of it does not carry the photo.
    """
    path = _data_folder(package) / photo.file_name
    if not path.is_file():
        raise UsageError(
            "no-sample-photo",
            f"the installed scikit-image does not carry '{photo.file_name}'",
            hint='pip install --upgrade "edit-runner[local]"',
        )
    return path.read_bytes()


def credits_text(photos: tuple[SamplePhoto, ...]) -> str:
    """Say in Markdown where photos come from and how they may be used."""
    rows = [f"| `{photo.path}` | {photo.credit} | {photo.terms} |" for photo in photos]
    return "\n".join([*_CREDITS_HEAD, *rows, ""])


_CREDITS_HEAD = (
    "# Credits of the sample photos",
    "",
    "Every template of `runner init` has some of these photos. They were copied, unchanged, out of the installed",
    "package scikit-image, which says this about them.",
    "",
    "| photo | what it is and who made it | terms |",
    "|---|---|---|",
)


def _data_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise UsageError(
            "no-sample-photos",
            "the sample photos come with the package scikit-image, which is not installed",
            hint='pip install "edit-runner[local]"',
        )
    return Path(spec.origin).parent / "data"
