"""``plan --against``: what a change of a recipe, its pictures, cards and settings means, and what it costs."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import jsonschema
import orjson
import pytest

from runner.app.schema import find_schema
from tests.cli.conftest import Runner, draw_photo
from tests.cli.repositories import PLAN, RECIPE, against, commit_all, draw_mask, git, keep_results, told, write_project


@pytest.fixture
def sofas(project: Path, runner: Runner) -> Path:
    """A project in git on ``main``, whose recipe has been run; its branch ``work`` is checked out."""
    (project / "cards.yaml").unlink()
    write_project(project)
    commit_all(project)
    git(project, "checkout", "-q", "-b", "work")
    keep_results(project, runner)
    return project


def edit(old: str, new: str) -> Callable[[Path], None]:
    """A change of the recipe's text."""

    def change(root: Path) -> None:
        recipe = root / "recipes" / "sofas.yaml"
        text = recipe.read_text()
        assert old in text
        recipe.write_text(text.replace(old, new))

    return change


def nothing(root: Path) -> None:
    """Leave all as it is."""


def another_photo(root: Path) -> None:
    draw_photo(root / "photos" / "b.png", seed=70)


def another_mask(root: Path) -> None:
    draw_mask(root / "masks" / "c.png", right=50)


def new_photo(root: Path) -> None:
    draw_photo(root / "photos" / "d.png", seed=71)
    draw_mask(root / "masks" / "d.png", right=40)


def photo_gone(root: Path) -> None:
    (root / "photos" / "a.png").unlink()


def photo_renamed(root: Path) -> None:
    (root / "photos" / "a.png").rename(root / "photos" / "z.png")
    (root / "masks" / "a.png").rename(root / "masks" / "z.png")


def own_card(root: Path) -> None:
    """The same model at another price."""
    card = Path(__file__).parents[2] / "runner" / "catalog" / "cards" / "reference-inpaint.yaml"
    (root / "models").mkdir()
    (root / "models" / "inpaint.yaml").write_text(card.read_text().replace("amount: 0.55", "amount: 0.60"))


def local_provider(root: Path) -> None:
    (root / "runner.toml").write_text('provider = "local"\n')


EVERY_FABRIC = ("a/oak", "a/walnut", "b/oak", "b/walnut", "c/oak", "c/walnut")


@pytest.mark.parametrize(
    ("change", "expected", "list_delta", "payable_delta"),
    [
        (nothing, [], "0.00", "0.00"),
        (photo_renamed, [], "0.00", "0.00"),
        (
            another_photo,
            [
                "changed brand b/oak b/walnut: photo changed",
                "changed fabric b/oak: photo changed",
                "changed fabric b/walnut: photo changed",
            ],
            "0.00",
            "1.65",
        ),
        (
            another_mask,
            ["changed fabric c/oak: mask 'fabric' changed", "changed fabric c/walnut: mask 'fabric' changed"],
            "0.00",
            "1.10",
        ),
        (
            edit("[4, 4, 20, 10]", "[4, 4, 24, 10]"),
            [f"changed brand {item}/oak {item}/walnut: mask 'tag' changed" for item in "abc"]
            + [f"changed fabric {cell}: mask 'tag' changed" for cell in EVERY_FABRIC],
            "0.00",
            "4.95",
        ),
        (
            edit("prompt: a studio", "prompt: a garden"),
            [f"changed brand {item}/oak {item}/walnut: 'prompt' changed" for item in "abc"]
            + [f"changed fabric {cell}: 'prompt' changed in step 'brand'" for cell in EVERY_FABRIC],
            "0.00",
            "4.95",
        ),
        (
            edit("[oak, walnut]", "[oak, teal]"),
            [f"added fabric {item}/teal: finish=teal is new" for item in "abc"]
            + [f"removed fabric {item}/walnut: finish=walnut is gone" for item in "abc"],
            "0.00",
            "1.65",
        ),
        (
            new_photo,
            ["added brand d/oak d/walnut: new item", "added fabric d/oak: new item", "added fabric d/walnut: new item"],
            "1.65",
            "1.65",
        ),
        (
            photo_gone,
            [
                "removed brand a/oak a/walnut: the item is gone",
                "removed fabric a/oak: the item is gone",
                "removed fabric a/walnut: the item is gone",
            ],
            "-1.65",
            "0.00",
        ),
        (
            edit("  - id: fabric\n", "  - id: fabric\n    if: ${{ matrix.finish == 'oak' }}\n"),
            [f"removed fabric {item}/walnut: is skipped: 'if' is false" for item in "abc"],
            "-1.65",
            "0.00",
        ),
        (
            own_card,
            [f"changed brand {item}/oak {item}/walnut: price was $0.55" for item in "abc"]
            + [f"changed fabric {cell}: price was $0.55" for cell in EVERY_FABRIC],
            "0.45",
            "0.00",
        ),
        (
            local_provider,
            [f"changed brand {item}/oak {item}/walnut: provider was 'runflow'" for item in "abc"]
            + [f"changed fabric {cell}: provider was 'runflow'" for cell in EVERY_FABRIC],
            "0.00",
            "0.00",
        ),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_change_is_named_with_its_reason_and_its_dollars(
    runner: Runner,
    sofas: Path,
    change: Callable[[Path], None],
    expected: list[str],
    list_delta: str,
    payable_delta: str,
) -> None:
    change(sofas)
    commit_all(sofas) if change is not nothing else None
    found = against(runner, "main")
    assert sorted(told(found)) == sorted(expected)
    assert (found["list_delta"], found["payable_delta"]) == (list_delta, payable_delta)
    changes = [each for kind in ("added", "changed", "removed") for each in found[kind]]
    for name in ("list_delta", "payable_delta"):
        assert sum((Decimal(each[name]) for each in changes), Decimal()) == Decimal(found[name])


def test_the_document_has_the_comparison_where_its_schema_says(runner: Runner, sofas: Path) -> None:
    another_photo(sofas)
    document = orjson.loads(runner(*PLAN, "--against", "main", "--format", "json").out)
    jsonschema.validate(document, find_schema("plan"))
    assert (document["against"]["ref"], document["against"]["commit"]) == ("main", git(sofas, "rev-parse", "main"))
    plain = orjson.loads(runner(*PLAN, "--format", "json").out)
    assert "against" not in plain
    assert plain["plan_id"] == document["plan_id"]


def test_text_and_markdown_name_exactly_what_changed(runner: Runner, sofas: Path) -> None:
    for change in (another_photo, another_mask, edit("[oak, walnut]", "[oak, teal]")):
        change(sofas)
    text = runner(*PLAN, "--against", "main").out
    assert "list unchanged, payable +$3.30; 3 changed, 3 added, 3 removed" in text
    markdown = runner(*PLAN, "--against", "main", "--format", "markdown").out
    rows = [line for line in markdown.splitlines() if line.startswith(("| changed | `", "| added | `", "| removed"))]
    assert rows[:8] == [
        "| changed | `b` | photo changed | brand ×1, fabric ×1 | $0.00 | +$1.10 |",
        "| changed | `c` | mask 'fabric' changed | fabric ×1 | $0.00 | +$0.55 |",
        "| added | `a` | finish=teal is new | fabric ×1 | +$0.55 | +$0.55 |",
        "| added | `b` | finish=teal is new | fabric ×1 | +$0.55 | +$0.55 |",
        "| added | `c` | finish=teal is new | fabric ×1 | +$0.55 | +$0.55 |",
        "| removed | `a` | finish=walnut is gone | fabric ×1 | -$0.55 | $0.00 |",
        "| removed | `b` | finish=walnut is gone | fabric ×1 | -$0.55 | $0.00 |",
        "| removed | `c` | finish=walnut is gone | fabric ×1 | -$0.55 | $0.00 |",
    ]
    assert markdown.splitlines()[:5] == [
        "<!-- edit-runner plan -->",
        "",
        "### sofas: $3.30 to pay (+$3.30 against main)",
        "",
        "**Within the budget**: at most \\$3.30 of \\$10.00",
    ]


def test_what_the_policy_refuses_stands_first(runner: Runner, sofas: Path) -> None:
    another_photo(sofas)
    (sofas / "runner.toml").write_text('provider = "runflow"\n[policy]\nmax_run = "1.00 USD"\n')
    assert runner(*PLAN, "--format", "markdown").out.splitlines()[4].startswith("**Refused**: the run may cost \\$1.65")
    edit("max: 10 USD", "max: 1 USD")(sofas)
    assert runner(*PLAN, "--format", "markdown").out.splitlines()[4].startswith("**Over budget**: the worst case is")
    annotation = runner(*PLAN, "--format", "github").out
    assert annotation.startswith("::error file=recipes/sofas.yaml,title=sofas::$1.65 to pay; over budget: the worst")


def test_a_recipe_that_cannot_be_planned_is_told_in_the_comment(runner: Runner, sofas: Path) -> None:
    edit("uses: runflow/reference-inpaint", "uses: runflow/reference-paint")(sofas)
    ended = runner(*PLAN, "--against", "main", "--format", "markdown")
    assert ended.code == 1
    assert "**Cannot be planned**: 2 problems" in ended.out
    assert "- `recipes/sofas.yaml:12:11` error: there is no model 'runflow/reference-paint'\n" in ended.out


def test_a_recipe_that_was_not_there_is_added(runner: Runner, sofas: Path) -> None:
    (sofas / "recipes" / "sofas.yaml").rename(sofas / "recipes" / "new.yaml")
    ended = runner("plan", "recipes/new.yaml", "--against", "main", "--format", "json")
    found = orjson.loads(ended.out)["against"]
    assert {change["reason"] for change in found["added"]} == {"the recipe is new"}
    assert (found["list_delta"], found["payable_delta"]) == ("4.95", "0.00")
    assert found["notes"] == ["There is no such recipe at main: all is added."]


def test_a_recipe_that_was_broken_is_added_and_the_reason_told(runner: Runner, sofas: Path) -> None:
    recipe = sofas / "recipes" / "sofas.yaml"
    recipe.write_text(RECIPE.replace("finish: [oak", "finnish: [oak"))
    commit_all(sofas)
    recipe.write_text(RECIPE)
    found = against(runner, "HEAD")
    assert len(found["added"]) == 9
    assert found["notes"][0].startswith("The recipe at HEAD cannot be planned, so that all counts as added: recipes/s")


def test_rows_of_a_table_are_those_of_the_ref(runner: Runner, sofas: Path) -> None:
    (sofas / "sofas.csv").write_text("id,path\n1,../photos/a.png\n2,../photos/b.png\n")
    old = "photo: { glob: ../photos/*.png }"
    edit(old, 'photo: { csv: ../sofas.csv, image: "${{ row.path }}", key: "${{ row.id }}" }')(sofas)
    commit_all(sofas)
    (sofas / "sofas.csv").write_text("id,path\n1,../photos/a.png\n2,../photos/c.png\n")
    assert told(against(runner, "HEAD"))[0] == "changed brand 2/oak 2/walnut: photo changed"


def test_a_selection_is_compared_with_the_same_selection(runner: Runner, sofas: Path) -> None:
    another_photo(sofas)
    photo_gone(sofas)
    assert told(against(runner, "main", "--select", "c")) == []
    assert [line.split(":")[0] for line in told(against(runner, "main", "--select", "b,finish=oak"))] == [
        "changed brand b/oak",
        "changed fabric b/oak",
    ]


def test_cells_that_changed_since_a_ref_are_selected_by_their_pictures_too(runner: Runner, sofas: Path) -> None:
    another_mask(sofas)
    document = orjson.loads(runner(*PLAN, "--select", "changed:main", "--format", "json").out)
    assert [cell["id"] for cell in document["cells"]] == ["c/oak", "c/walnut"]


def test_a_saved_plan_is_compared_by_its_prices_and_todays_results(runner: Runner, sofas: Path) -> None:
    runner(*PLAN, "-o", "before.json")
    another_photo(sofas)
    found = against(runner, "before.json")
    assert [line.split(":")[0] for line in told(found)] == [
        "changed brand b/oak b/walnut",
        "changed fabric b/oak",
        "changed fabric b/walnut",
    ]
    assert (found["commit"], found["payable_delta"]) == ("", "1.65")
    (sofas / "before.json").write_text("{}")
    assert runner(*PLAN, "--against", "before.json").code == 2


@pytest.mark.slow
def test_real_photos_are_named_with_the_right_dollars(runner: Runner, project: Path, shared_data: Path) -> None:
    places = sorted((shared_data / "dev" / "objects").iterdir())[:3]
    for folder in ("photos", "masks", "recipes"):
        (project / folder).mkdir(exist_ok=True)
    for photo in (project / "photos").iterdir():
        photo.unlink()
    for name, place in zip("abc", places, strict=True):
        (project / "photos" / f"{name}.jpg").write_bytes((place / "target.jpg").read_bytes())
        (project / "masks" / f"{name}.png").write_bytes((place / "mask.png").read_bytes())
    (project / "cloth.jpg").write_bytes((places[0] / "reference.jpg").read_bytes())
    recipe = RECIPE.replace("*.png", "*.jpg").replace("cloth.png", "cloth.jpg")
    (project / "recipes" / "sofas.yaml").write_text(recipe)
    (project / "runner.toml").write_text('provider = "runflow"\n')
    (project / ".gitignore").write_text(".runner/\n")
    commit_all(project)
    keep_results(project, runner)
    git(project, "checkout", "-q", "-b", "work")
    (project / "photos" / "b.jpg").write_bytes((places[1] / "reference.jpg").read_bytes())
    ops = 'fabric: { pair: "../masks/${{ item.stem }}.*", ops: [{ grow: 3 }] }'
    recipe = recipe.replace('fabric: { pair: "../masks/${{ item.stem }}.*" }', ops)
    (project / "recipes" / "sofas.yaml").write_text(recipe.replace("[oak, walnut]", "[oak, walnut, teal]"))
    commit_all(project)
    found = against(runner, "main")
    finishes = ("oak", "walnut")
    assert sorted(told(found)) == sorted(
        [
            "changed brand b/oak b/walnut b/teal: photo changed",
            *(f"changed fabric b/{finish}: photo changed, mask 'fabric' changed" for finish in finishes),
            *(
                f"changed fabric {item}/{finish}: mask 'fabric' changed"
                for item in "ac"
                for finish in ("oak", "walnut")
            ),
            *(f"added fabric {item}/teal: finish=teal is new" for item in "abc"),
        ]
    )
    assert (found["list_delta"], found["payable_delta"]) == ("1.65", "5.50")
