"""Three recipes that use the language in full: planned and run over real files, their money computed by hand."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.docs.conftest import Command, Ended
from tests.docs.pictures import copy_photo, copy_portrait, draw_logo, draw_mask, draw_photo

_RECIPES = Path(__file__).parent / "recipes"


@dataclass(frozen=True, slots=True)
class Money:
    """The four figures of a plan, in US dollars."""

    list: str
    cached: str
    payable: str
    worst_case: str


def _money(totals: dict[str, str]) -> Money:
    keys = ("list", "cached_value", "payable", "worst_case")
    return Money(*(f"{Decimal(totals[key]):.2f}" for key in keys))


def _by_step(plan: Ended) -> dict[str, tuple[int, Money]]:
    return {step["id"]: (step["actions"], _money(step)) for step in plan.document["steps"]}


def _place(project: Path, name: str) -> str:
    (project / f"{name}.yaml").write_bytes((_RECIPES / f"{name}.yaml").read_bytes())
    return f"{name}.yaml"


def _pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


# One edit


@pytest.fixture
def lobby(project: Path) -> str:
    """A lobby with a tiled floor, a picture of oak, and a mask of the floor."""
    draw_photo(project / "assets" / "lobby.png", 1, (240, 180))
    copy_photo("brick.png", project / "refs" / "oak.png", (0, 0, 128, 128))
    draw_mask(project / "masks" / "lobby.floor.png", (30, 110, 120, 50), (240, 180))
    return _place(project, "lobby-floor-to-oak")


def test_one_edit_costs_one_request(lobby: str, command: Command) -> None:
    hosted = command("plan", lobby, "--provider", "runflow")
    assert hosted.code == 0, hosted.err
    assert _money(hosted.document["totals"]) == Money("0.55", "0.00", "0.55", "0.55")  # 1 × $0.55, all of it due
    local = command("plan", lobby)
    assert _money(local.document["totals"]) == Money("0.55", "0.00", "0.00", "0.00")  # the same work, free here


@pytest.mark.slow
def test_one_edit_is_run_and_leaves_the_rest_of_the_lobby_alone(lobby: str, project: Path, command: Command) -> None:
    ended = command("run", lobby, "-q")
    assert (ended.code, ended.document.get("state")) == (0, "succeeded"), ended.err
    assert [check["passed"] for check in ended.document["checks"]] == [True, True]
    before, after = _pixels(project / "assets" / "lobby.png"), _pixels(project / "out" / "lobby-oak.png")
    margin_px = 6 + 4  # grow and feather
    outside = np.ones(before.shape[:2], bool)
    outside[110 - margin_px : 160 + margin_px, 30 - margin_px : 150 + margin_px] = False
    assert np.array_equal(before[outside], after[outside])
    assert not np.array_equal(before[115:155, 35:145], after[115:155, 35:145])


# A catalogue


@pytest.fixture
def catalog(project: Path) -> str:
    """Three products and a draft, a mask each, a logo and four fabrics."""
    size = (200, 150)
    for seed, name in enumerate(("sofas/SOFA-001", "sofas/SOFA-002", "STOOL-01", "sofas/SOFA-003_draft")):
        draw_photo(project / "catalog" / f"{name}.jpg", seed, size)
        draw_mask(project / "masks" / f"{Path(name).name}.png", (70, 40, 60, 50), size)
    draw_logo(project / "brand" / "logo.png")
    fabrics = {"oak-linen": "brick", "walnut-wool": "grass", "white-boucle": "gravel", "limited-teal": "camera"}
    for fabric, texture in fabrics.items():
        copy_photo(f"{texture}.png", project / "refs" / f"{fabric}.png", (0, 0, 100, 100))
    return _place(project, "autumn-catalog")


def test_a_catalogue_has_a_cell_for_each_finish_but_the_excluded_and_the_included(
    catalog: str, command: Command
) -> None:
    plan = command("plan", catalog)
    assert plan.code == 0, plan.err
    cells = {(cell["item"], cell["matrix"]["finish"]) for cell in plan.document["cells"]}
    finishes = ("oak-linen", "walnut-wool", "white-boucle")
    products = {(item, finish) for item in ("SOFA-001", "SOFA-002", "STOOL-01") for finish in finishes}
    assert cells == (products - {("STOOL-01", "white-boucle")}) | {("SOFA-001", "limited-teal")}


def test_a_catalogue_is_priced_by_actions_not_by_cells(catalog: str, command: Command) -> None:
    plan = command("plan", catalog)
    assert _by_step(plan) == {
        "brand": (3, Money("1.65", "0.00", "1.65", "1.65")),  # 3 photos × $0.55; reads no finish
        "fabric": (9, Money("4.95", "0.00", "4.95", "4.95")),  # 3 × 3 - 1 + 1 = 9 cells × $0.55
        "web": (9, Money("0.00", "0.00", "0.00", "0.00")),
    }
    assert _money(plan.document["totals"]) == Money("6.60", "0.00", "6.60", "6.60")
    assert (plan.document["totals"]["cells"], plan.document["totals"]["actions"]) == (9, 21)
    assert plan.document["budget"]["ok"]


@pytest.mark.slow
def test_a_catalogue_is_run_and_what_was_done_is_cached(catalog: str, project: Path, command: Command) -> None:
    ended = command("run", catalog, "--provider", "local", "--select", "SOFA-002", "-q")
    assert (ended.code, ended.document.get("state")) == (0, "succeeded"), ended.err
    plan = command("plan", catalog, "--provider", "local")
    # Of 3 + 9 actions at $0.55, the 1 + 3 of SOFA-002 are there.
    assert _money(plan.document["totals"]) == Money("6.60", "2.20", "0.00", "0.00")
    ended = command("run", catalog, "--provider", "local", "-q")
    assert (ended.code, ended.document.get("state")) == (0, "succeeded"), ended.err
    plan = command("plan", catalog, "--provider", "local")
    assert _money(plan.document["totals"]) == Money("6.60", "6.60", "0.00", "0.00")
    written = sorted(path.relative_to(project / "dist").as_posix() for path in (project / "dist").rglob("*.jpg"))
    assert written == [
        "SOFA-001/limited-teal.jpg",
        "SOFA-001/oak-linen.jpg",
        "SOFA-001/walnut-wool.jpg",
        "SOFA-001/white-boucle.jpg",
        "SOFA-002/oak-linen.jpg",
        "SOFA-002/walnut-wool.jpg",
        "SOFA-002/white-boucle.jpg",
        "STOOL-01/oak-linen.jpg",
        "STOOL-01/walnut-wool.jpg",
    ]


# Portraits


_PEOPLE = """\
id,path,eye_color,rgb,consent
P-01,faces/one.png,light blue,"#6f9fd8",yes
P-02,faces/two.png,emerald green,"#2f8f5b",yes
P-03,faces/three.png,,,yes
P-04,faces/nobody.png,amber,"#b8782a",no
"""


@pytest.fixture
def portraits(project: Path) -> str:
    """Three portraits; of the fourth row there is no picture, and no consent either."""
    for name in ("one", "two", "three"):
        copy_portrait(project / "faces" / f"{name}.png")
    (project / "portraits.csv").write_text(_PEOPLE, encoding="utf-8")
    return _place(project, "campaign-eyes")


@pytest.mark.slow  # irises are found while planning: a mask shows them
def test_portraits_are_priced_with_the_second_draw_that_a_failed_check_may_ask_for(
    portraits: str, command: Command
) -> None:
    plan = command("plan", portraits, "--provider", "runflow")
    assert plan.code == 0, plan.err
    # Two of the rows have consent and a color: 2 × $0.29; each may be drawn twice: 2 × 2 × $0.29.
    assert _money(plan.document["totals"]) == Money("0.58", "0.00", "0.58", "1.16")
    assert (plan.document["totals"]["cells"], plan.document["totals"]["actions"]) == (3, 2)


@pytest.mark.slow
def test_portraits_are_run_as_the_table_says(portraits: str, project: Path, command: Command) -> None:
    ended = command("run", portraits, "-q")
    assert (ended.code, ended.document.get("state")) == (0, "succeeded"), ended.err
    assert sorted(path.name for path in (project / "out").iterdir()) == ["P-01.webp", "P-02.webp"]
    failed = [check for check in ended.document["checks"] if check["severity"] == "error" and not check["passed"]]
    assert failed == []
    assert {check["type"] for check in ended.document["checks"]} == {"outside_mask_unchanged", "color_in_mask"}
