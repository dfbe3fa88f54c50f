"""The recipes of the cookbook, each run in a project of its own."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.docs.conftest import Command
from tests.docs.pictures import (
    SIZE,
    copy_photo,
    copy_portrait,
    draw_green_screen,
    draw_logo,
    draw_mask,
    draw_photo,
)

_TEXT = (Path(__file__).parents[2] / "docs" / "cookbook.md").read_text(encoding="utf-8")
_RECIPES = {
    match[1]: match[0] for match in re.findall(r"```yaml\n(version: 1\nname: ([a-z-]+)\n.*?)```", _TEXT, re.DOTALL)
}
_TABLES = dict(re.findall(r"```csv (\S+)\n(.*?)```", _TEXT, re.DOTALL))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a recipe finds and what it writes.

    Attributes:
        files: Writes the pictures of a project.
        written: Width and height by path below ``out/``.
    """

    files: Callable[[Path], object]
    written: Mapping[str, tuple[int, int]]


def _portraits(project: Path) -> None:
    copy_portrait(project / "portraits" / "spring" / "ada.jpg")
    copy_portrait(project / "portraits" / "ada_draft.jpg")


def _people(project: Path) -> None:
    """The portrait without consent is not even there: nobody may look for it."""
    for name in ("ada", "grace", "mary"):
        copy_portrait(project / "portraits" / f"{name}.jpg")


def _street(project: Path) -> None:
    copy_photo("motorcycle_left.png", project / "street" / "with-van.png", width=320)
    copy_photo("motorcycle_right.png", project / "street" / "other-side.png", width=320)
    with Image.open(project / "street" / "with-van.png") as photo:
        draw_mask(project / "street" / "with-van.mask.png", (250, 20, 40, 30), photo.size)


def _sofas(project: Path) -> None:
    copy_photo("gravel.png", project / "fabrics" / "linen.png", (0, 0, 128, 128))
    for seed, (name, suffix) in enumerate({"oslo": "png", "turin": "tif"}.items()):
        draw_photo(project / "sofas" / f"{name}.jpg", seed)
        draw_mask(project / "masks" / f"{name}.{suffix}", (40, 40, 60, 40))


def _web(project: Path) -> None:
    copy_photo("coffee.png", project / "photos" / "coffee.png")
    copy_photo("chelsea.png", project / "photos" / "cat.jpg")


def _tables(project: Path) -> None:
    for texture, name in {"brick": "oak", "grass": "walnut", "gravel": "marble", "text": "slate"}.items():
        copy_photo(f"{texture}.png", project / "finishes" / f"{name}.png", (0, 0, 100, 100))
    for seed, name in enumerate(("DESK-01", "KIDS-01")):
        draw_photo(project / "tables" / f"{name}.png", seed)
        draw_mask(project / "masks" / f"{name}.png", (60, 30, 30, 30))


def _half_masked(project: Path) -> None:
    draw_photo(project / "refs" / "plaster.png", 9)
    draw_photo(project / "photos" / "kitchen.png", 1)
    draw_photo(project / "photos" / "stairs.png", 2)
    draw_mask(project / "masks" / "stairs.png", (0, 0, 80, 120))


def _large_and_small(project: Path) -> None:
    draw_photo(project / "photos" / "large.png", 1, (800, 600))
    draw_photo(project / "photos" / "small.png", 2)


def _bottles(project: Path) -> None:
    copy_photo("brick.png", project / "refs" / "label.png", (0, 0, 128, 128))
    draw_photo(project / "bottles" / "red.png", 3)


def _many(project: Path) -> None:
    for seed in range(8):
        draw_photo(project / "photos" / f"{seed}.png", seed)


def _logo(project: Path) -> None:
    draw_logo(project / "brand" / "logo.png")
    draw_photo(project / "photos" / "a.png", 1, (320, 240))


def _studio(project: Path) -> None:
    draw_green_screen(project / "studio" / "box.png")
    draw_photo(project / "scenes" / "table.png", 4)


_HEAD = (640, 760)
_CASES = {
    "hazel-eyes": Case(files=_portraits, written={"ada.jpg": _HEAD}),
    "campaign-eyes": Case(files=_people, written={"001-emerald-green.png": _HEAD, "002-light-blue.png": _HEAD}),
    "without-the-van": Case(files=_street, written={"street.png": (320, 215)}),
    "sofas-in-linen": Case(files=_sofas, written={"oslo-linen.png": SIZE, "turin-linen.png": SIZE}),
    "cards": Case(
        files=lambda project: draw_photo(project / "products" / "mug.png"),
        written={"1200/mug.webp": (1200, 1200), "600/mug.webp": (600, 600), "150/mug.webp": (150, 150)},
    ),
    "web": Case(files=_web, written={"coffee.jpg": (1600, 1067), "cat.jpg": (1600, 1064)}),
    "tables": Case(
        files=_tables,
        written={
            f"{table}/{finish}.jpg": SIZE
            for table, finishes in {"DESK-01": "oak walnut marble slate", "KIDS-01": "oak walnut"}.items()
            for finish in finishes.split()
        },
    ),
    "masked-only": Case(files=_half_masked, written={"stairs.webp": SIZE}),
    "at-most-four-hundred": Case(files=_large_and_small, written={"large.webp": (400, 300), "small.webp": SIZE}),
    "only-the-label": Case(files=_bottles, written={"red.png": SIZE}),
    "careful-batch": Case(files=_many, written={f"{seed}.jpg": (144, 108) for seed in range(8)}),
    "with-logo": Case(files=_logo, written={"a.png": (320, 240)}),
    "keyed": Case(files=_studio, written={"box.png": SIZE}),
}


def test_every_recipe_of_the_cookbook_is_run() -> None:
    assert list(_RECIPES) == list(_CASES)


@pytest.mark.parametrize("name", _RECIPES)
def test_a_recipe_is_short(name: str) -> None:
    assert 10 <= len(_RECIPES[name].splitlines()) <= 25


@pytest.mark.slow
@pytest.mark.parametrize("name", _CASES)
def test_a_recipe_of_the_cookbook_does_what_it_says(name: str, project: Path, command: Command) -> None:
    _make(project, name)
    ended = command("run", f"{name}.yaml", "--yes", "-q")
    assert (ended.code, ended.document.get("state")) == (0, "succeeded"), ended.err
    assert _written(project) == _CASES[name].written
    assert [check for check in ended.document.get("checks", []) if not check["passed"]] == []


@pytest.mark.slow
def test_pasted_pixels_outside_the_label_are_the_photo_s(project: Path, command: Command) -> None:
    _make(project, "only-the-label")
    command("run", "only-the-label.yaml", "-q")
    photo, filled = (_pixels(project / folder / "red.png") for folder in ("bottles", "out"))
    columns, rows = SIZE
    x, y, width, height = (
        round(share * side / 100) for share, side in ((30, columns), (40, rows), (40, columns), (35, rows))
    )
    outside = np.ones((rows, columns), bool)
    outside[y : y + height, x : x + width] = False
    assert np.array_equal(photo[outside], filled[outside])
    assert not np.array_equal(photo[~outside], filled[~outside])


@pytest.mark.slow
def test_the_scene_shows_where_the_screen_was_and_the_product_stays(project: Path, command: Command) -> None:
    _make(project, "keyed")
    command("run", "keyed.yaml", "-q")
    studio, scene, placed = (_pixels(project / path) for path in ("studio/box.png", "scenes/table.png", "out/box.png"))
    assert np.array_equal(placed[:30], scene[:30])
    assert np.array_equal(placed[45:75, 65:95], studio[45:75, 65:95])
    assert np.array_equal(placed[-10:], studio[-10:])


def _make(project: Path, name: str) -> None:
    _CASES[name].files(project)
    (project / f"{name}.yaml").write_text(_RECIPES[name], encoding="utf-8")
    for path, text in _TABLES.items():
        (project / path).write_text(text, encoding="utf-8")


def _written(project: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for path in sorted((project / "out").rglob("*.*")):
        with Image.open(path) as picture:
            found[path.relative_to(project / "out").as_posix()] = picture.size
    return found


def _pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))
