"""Tables, matrix, selection, checks and gate through the command line."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Ended, Runner, draw_photo

HEAD = "version: 1\nname: cards\n"
TABLE = """\
version: 1
name: cards
inputs:
  photo:
    csv: p.csv
    image: ${{ row.path }}
    key: ${{ row.id }}
    where: ${{ row.ok == 'yes' }}
matrix: { size: [20, 30] }
steps:
  - { id: small, uses: image/resize, with: { image: "${{ item }}", width: "${{ matrix.size }}" } }
outputs: [{ from: small, path: "out/${{ item.key }}-${{ matrix.size }}.png" }]
"""
CSV = "id,path,ok\nA,photos/a.png,yes\nB,photos/b.png,yes\nC,photos/c.png,no\n"


@pytest.fixture
def table(project: Path) -> Path:
    (project / "p.csv").write_text(CSV)
    (project / "cards.yaml").write_text(TABLE)
    return project


def cells(ended: Ended) -> list[str]:
    return [cell["id"] for cell in json.loads(ended.out)["cells"]]


def test_rows_and_matrix_values_make_cells(runner: Runner, table: Path) -> None:
    assert cells(runner("plan", "cards.yaml", "--format", "json")) == ["A/20", "A/30", "B/20", "B/30"]


@pytest.mark.parametrize(
    ("select", "found"),
    [
        (["A"], ["A/20", "A/30"]),
        (["size=20"], ["A/20", "B/20"]),
        (["A,size=30"], ["A/30"]),
        (["A/20", "B/30"], ["A/20", "B/30"]),
        (["item.key=[B-Z]"], ["B/20", "B/30"]),
        (["*/30"], ["A/30", "B/30"]),
    ],
)
def test_cells_are_selected(runner: Runner, table: Path, select: list[str], found: list[str]) -> None:
    options = [part for text in select for part in ("--select", text)]
    assert cells(runner("plan", "cards.yaml", "--format", "json", *options)) == found


@pytest.mark.parametrize("content", ["A/20\nB/30\n", "\ufeffA/20\r\nB/30\r\n", "\nB/30\n\n A/20\nGONE/20"])
def test_cells_are_selected_by_a_list_in_a_file(runner: Runner, table: Path, content: str) -> None:
    (table / "redo.txt").write_bytes(content.encode())
    assert cells(runner("plan", "cards.yaml", "--format", "json", "--select", "@redo.txt")) == ["A/20", "B/30"]
    both = ("--select", "@redo.txt,size=20")
    assert cells(runner("plan", "cards.yaml", "--format", "json", *both)) == ["A/20"]


@pytest.mark.parametrize("content", [b"[A-Z]/*\n", b"size=20\n", b"failed\n"])
def test_a_line_of_a_list_is_an_id_and_no_pattern(runner: Runner, table: Path, content: bytes) -> None:
    (table / "redo.txt").write_bytes(content)
    assert "no cell is selected by @redo.txt" in runner("plan", "cards.yaml", "--select", "@redo.txt").err


@pytest.mark.parametrize(("content", "said"), [(b"\xff", "not UTF-8"), (None, "No such file")])
@pytest.mark.parametrize("option", ["--select", "--redraw"])
def test_a_list_that_cannot_be_read_is_said(
    runner: Runner, table: Path, option: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (table / "redo.txt").write_bytes(content)
    ended = runner("run", "cards.yaml", option, "@redo.txt")
    assert (ended.code, said in ended.err) == (2, True)


@pytest.mark.parametrize(
    ("select", "said"),
    [("Z", "the keys begin with: A, B"), ("finish=oak", "there are: item.key, size"), ("failed", "was never run")],
)
def test_a_selection_that_names_nothing_is_refused(runner: Runner, table: Path, select: str, said: str) -> None:
    ended = runner("plan", "cards.yaml", "--select", select)
    assert ended.code == 2
    assert said in ended.err


def test_a_project_adds_its_own_models_without_python(runner: Runner, project: Path) -> None:
    (project / "models").mkdir()
    (project / "models" / "fur.yaml").write_text(
        "id: studio/fur\nrevision: '3'\ntitle: Fur\nsource: the studio's price list\n"
        "price: { amount: 0.10, unit: megapixel, as_of: 2026-11-20 }\nproviders: [runflow]\n"
        "output_size: same-as:image\n"
        "parameters:\n  - { name: image, kind: image }\n"
        "wire: [{ form: urls, fields: { image: image_url } }]\n"
    )
    (project / "cards.yaml").write_text(
        HEAD + "inputs: { photo: { glob: photos/*.png } }\ndefaults: { provider: runflow }\n"
        "steps: [{ id: fur, uses: studio/fur, with: { image: '${{ item }}' } }]\n"
    )
    assert "studio/fur" in runner("models").out
    document = json.loads(runner("plan", "cards.yaml", "--format", "json").out)
    assert document["totals"]["payable"] == "0.00144"  # 3 × 0.10 × 80 × 60 / 1 000 000


def test_what_changed_since_a_git_ref_is_selected(runner: Runner, table: Path) -> None:
    git = ["git", "-C", str(table), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (["init", "-q"], ["add", "cards.yaml"], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *command], check=True)
    (table / "cards.yaml").write_text(TABLE.replace("[20, 30]", "[20, 31]"))
    assert cells(runner("plan", "cards.yaml", "--format", "json", "--select", "changed:HEAD")) == ["A/31", "B/31"]
    assert runner("plan", "cards.yaml", "--select", "changed:nowhere").code == 2


def test_missing_files_of_a_table_are_told_all_at_once_with_their_rows(runner: Runner, table: Path) -> None:
    (table / "p.csv").write_text(CSV.replace("photos/a", "photos/x").replace("photos/b", "photos/y"))
    found = json.loads(runner("check", "cards.yaml", "--format", "json").out)
    assert [(problem["path"], problem["line"], problem["column"], problem["code"]) for problem in found] == [
        ("p.csv", 2, 3, "missing-file"),
        ("p.csv", 3, 3, "missing-file"),
    ]


def test_a_mistyped_column_is_met_with_the_nearest(runner: Runner, table: Path) -> None:
    (table / "cards.yaml").write_text(TABLE.replace("row.path", "row.pth"))
    ended = runner("check", "cards.yaml")
    assert "cards.yaml:6:12:" in ended.err
    assert "there is no column 'pth'" in ended.err
    assert "did you mean 'path'?" in ended.err


CHECKED = HEAD + (
    "inputs: { photo: { glob: photos/*.png } }\n"
    "masks: { half: { shape: { rect: [0, 0, 50%, 100%] } } }\n"
    "steps:\n  - { id: card, uses: image/composite, with: { image: '${{ item }}', overlay: '${{ item }}' } }\n"
    "checks: [CHECK]\nGATE\n"
    "outputs: [{ from: card, path: 'out/${{ item.key }}.png' }]\n"
)


def checked(project: Path, check: str, gate: str = "x-none: 1") -> None:
    (project / "cards.yaml").write_text(CHECKED.replace("CHECK", check).replace("GATE", gate))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("check", "code", "written"),
    [
        ("{ on: card, type: outside_mask_unchanged, mask: half, max_changed: 0% }", 0, ["a.png", "b.png", "c.png"]),
        ("{ on: card, type: inside_mask_changed, mask: half, min_changed: 1% }", 4, []),
        (
            "{ on: card, type: inside_mask_changed, mask: half, min_changed: 1%, severity: warn }",
            0,
            ["a.png", "b.png", "c.png"],
        ),
        ("{ on: card, type: ssim, min: 0.99 }", 0, ["a.png", "b.png", "c.png"]),
        ("{ on: card, type: format, value: jpeg }", 4, []),
    ],
)
def test_checks_decide_about_outputs_and_exit_code(
    runner: Runner, project: Path, check: str, code: int, written: list[str]
) -> None:
    checked(project, check)
    ended = runner("run", "cards.yaml", "-q", "--format", "json")
    assert ended.code == code, ended.err
    assert sorted(path.name for path in project.glob("out/*")) == written
    found = json.loads(ended.out)["checks"]
    assert len(found) == 3
    assert {found["passed"] for found in found} == {
        ("changed" not in check and "jpeg" not in check) or "outside" in check
    }


@pytest.mark.slow
def test_quarantined_outputs_stand_aside(runner: Runner, project: Path) -> None:
    checked(project, "{ on: card, type: max_bytes, value: 10, on_fail: quarantine }")
    ended = runner("run", "cards.yaml", "-q")
    assert ended.code == 4
    assert sorted(path.name for path in (project / "quarantine" / "out").iterdir()) == ["a.png", "b.png", "c.png"]
    assert not (project / "out").exists()


@pytest.mark.slow
def test_the_gate_closes_after_the_canary_and_failed_cells_can_be_selected(runner: Runner, project: Path) -> None:
    for number in range(6):
        draw_photo(project / "photos" / f"n{number}.png", seed=50 + number)
    checked(project, "{ on: card, type: max_bytes, value: 10 }", "gate: { canary: 2, min_pass_rate: 90% }")
    ended = runner("run", "cards.yaml", "-q", "--format", "json")
    document = json.loads(ended.out)
    assert ended.code == 4
    assert len(document["checks"]) < 9
    assert "gate" in runner("show").out
    selected = runner("plan", "cards.yaml", "--select", "failed", "--format", "json")
    assert len(cells(selected)) >= 2


@pytest.mark.slow
def test_a_cell_is_drawn_again_on_request_only(runner: Runner, project: Path) -> None:
    (project / "cards.yaml").write_text(
        HEAD + "inputs: { photo: { glob: 'photos/[ab].png' }, ref: { file: photos/c.png } }\n"
        "masks: { hole: { shape: { rect: [20, 20, 30, 20] } } }\n"
        "steps:\n  - id: fill\n    uses: runflow/reference-inpaint\n"
        "    with: { image: '${{ item }}', mask: '${{ masks.hole }}', reference: '${{ inputs.ref }}' }\n"
        "outputs: [{ from: fill, path: 'out/${{ item.key }}.png' }]\n"
    )
    first = json.loads(runner("run", "cards.yaml", "-q", "--format", "json").out)
    drawn = json.loads(runner("run", "cards.yaml", "-q", "--format", "json", "--redraw", "a").out)
    again = json.loads(runner("run", "cards.yaml", "-q", "--format", "json").out)
    assert first["totals"]["succeeded"] == 2
    assert (drawn["totals"]["succeeded"], drawn["totals"]["reused"]) == (1, 1)
    assert again["totals"]["reused"] == 2
    assert {action["key"] for action in again["actions"]} == {action["key"] for action in drawn["actions"]}
    (project / "redo.txt").write_text("z\n")
    assert "there is no cell 'z'" in runner("run", "cards.yaml", "--redraw", "@redo.txt").err
    assert runner("run", "cards.yaml", "--redraw", "z").code == 2


@pytest.mark.slow
def test_masks_that_are_found_combined_and_made_by_steps_reach_result_and_report(runner: Runner, project: Path) -> None:
    pixels = np.full((60, 80, 3), 40, np.uint8)
    pixels[10:40, 20:60] = (200, 20, 20)
    Image.fromarray(pixels).save(project / "photo.png")
    (project / "cards.yaml").write_text(
        HEAD + "inputs: { photo: { file: photo.png }, over: { file: photos/a.png } }\n"
        "masks:\n  red: { color: { key: '#c81414', tolerance: 5 } }\n"
        "  left: { shape: { rect: [0, 0, 50%, 100%] } }\n"
        "  part: { subtract: [red, left] }\n  made: { from: steps.drawn }\n"
        "steps:\n"
        "  - { id: drawn, uses: image/mask, with: { image: '${{ inputs.photo }}', mask: '${{ masks.part }}' } }\n"
        "  - id: card\n    uses: image/composite\n"
        "    with: { image: '${{ inputs.photo }}', overlay: '${{ inputs.over }}', mask: '${{ masks.made }}' }\n"
        "checks: [{ on: card, type: outside_mask_unchanged, mask: made, max_changed: 0% }]\n"
        "outputs: [{ from: card, path: out/card.png }]\n"
    )
    ended = runner("run", "cards.yaml", "-q")
    assert ended.code == 0, ended.err
    with Image.open(project / "out" / "card.png") as card:
        changed = (np.asarray(card.convert("RGB")) != pixels).any(axis=2)
    assert changed[10:40, 40:60].mean() > 0.99
    assert changed.sum() == changed[10:40, 40:60].sum()
    pictures = {"photo", "over", "mask part", "mask made", "drawn", "card"}
    overlays = {"outline part", "outline made", "photo to drawn", "photo to card", "the whole chain"}
    drawn = list((project / "reports" / "cards" / "thumbs").glob("*.*g"))
    assert len(drawn) == 2 * len(pictures) + len(overlays)
