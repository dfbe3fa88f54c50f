"""Saved plans: applied exactly as they are written, once, and refused when anything that they saw has changed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from runner.app.plan_file import read_saved_plan, write_saved_plan
from runner.core.digest import digest_bytes
from runner.plan.document import plan_document
from tests.cli.conftest import Runner, draw_photo, kill_run

CARD = """\
id: shop/soften
revision: "1"
title: Soften
source: the shop's price list
price: { amount: 0.10, unit: request, as_of: 2026-11-20 }
providers: [runflow]
output_size: same-as:image
parameters:
  - { name: image, kind: image }
  - { name: mask, kind: mask }
wire: [{ form: urls, fields: { image: image_url, mask: mask_url } }]
"""

PAID = """\
version: 1
name: soft
inputs:
  photo: { glob: photos/*.png }
masks:
  part: { file: part.png }
steps:
  - id: soft
    uses: shop/soften
    provider: runflow
    with: { image: "${{ item }}", mask: "${{ masks.part }}" }
outputs:
  - { from: soft, path: "out/${{ item.key }}.png" }
"""


@pytest.fixture
def saved(runner: Runner, project: Path) -> Path:
    """A saved plan of a recipe that would be paid for."""
    (project / "models").mkdir()
    (project / "models" / "soften.yaml").write_text(CARD)
    draw_mask(project / "part.png", 20)
    (project / "soft.yaml").write_text(PAID)
    ended = runner("plan", "soft.yaml", "-o", "plan.json")
    assert ended.code == 0, ended.err
    return project / "plan.json"


def draw_mask(path: Path, column: int) -> None:
    import numpy as np
    from PIL import Image

    mask = np.zeros((60, 80), np.uint8)
    mask[10:40, column : column + 30] = 255
    Image.fromarray(mask).save(path)


def replaced(path: str, before: str, after: str) -> Callable[[Path], object]:
    def change(project: Path) -> None:
        text = (project / path).read_text()
        assert before in text
        (project / path).write_text(text.replace(before, after))

    return change


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "recipe": (replaced("soft.yaml", "name: soft", "name: softer"), "the recipe 'soft.yaml' changed"),
    "comment": (replaced("soft.yaml", "version: 1", "version: 1 # one"), "the recipe 'soft.yaml' changed"),
    "no recipe": (lambda project: (project / "soft.yaml").unlink(), "the recipe 'soft.yaml' is not there any more"),
    "photo": (lambda project: draw_photo(project / "photos" / "b.png", seed=9), "input 'photos/b.png' changed"),
    "lost photo": (lambda project: (project / "photos" / "b.png").unlink(), "input 'photos/b.png' cannot be read"),
    "new photo": (lambda project: draw_photo(project / "photos" / "d.png", seed=9), "cell 'd' is new"),
    "mask": (
        lambda project: draw_mask(project / "part.png", 30),
        "mask 'part', made from 'part.png', changed",
    ),
    "price": (
        replaced("models/soften.yaml", "0.10", "0.12"),
        "the price of 'shop/soften' was $0.10 per request, and is $0.12 per request",
    ),
    "card": (replaced("models/soften.yaml", "image_url", "photo_url"), "the card of 'shop/soften' changed"),
    "revision": (replaced("models/soften.yaml", 'revision: "1"', 'revision: "2"'), "the card of 'shop/soften' changed"),
    "no card": (lambda project: (project / "models" / "soften.yaml").unlink(), "there is no model 'shop/soften'"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_plan_that_saw_something_else_is_refused_and_still_shown(
    runner: Runner, project: Path, saved: Path, change: str
) -> None:
    make, reason = CHANGES[change]
    assert "state may be applied" in runner("show", saved).out
    make(project)
    refused = runner("run", saved, "--yes")
    assert (refused.code, refused.out) == (3, "")
    assert refused.err.startswith(f"error[plan-stale]: '{saved}' is out of date: {reason}")
    assert f"hint: make a new plan: runner plan soft.yaml -o {saved}" in refused.err
    shown = runner("show", saved)
    assert shown.code == 0
    assert f"is out of date: {reason}" in shown.out


@pytest.mark.parametrize(
    ("before", "after"), [('"0.30"', '"0.03"'), ('"photos/a.png"', '"photos/b.png"'), ('"sha256:', '"sha256:0')]
)
def test_a_plan_that_was_changed_by_hand_is_refused(runner: Runner, saved: Path, before: str, after: str) -> None:
    replaced("plan.json", before, after)(saved.parent)
    refused = runner("run", saved, "--yes")
    assert refused.code == 3
    assert refused.err.startswith(f"error[plan-edited]: '{saved}' was changed after it was made")
    shown = runner("show", saved)
    assert shown.code == 0
    assert "was changed after it was made" in shown.out


def test_a_plan_that_was_only_laid_out_anew_is_the_same_plan(runner: Runner, saved: Path) -> None:
    saved.write_text(json.dumps(json.loads(saved.read_text())))
    assert "state may be applied" in runner("show", saved).out


@pytest.mark.parametrize(
    "options", [("--select", "a"), ("--provider", "local"), ("--budget", "5 USD"), ("--redraw", "a")]
)
def test_a_plan_is_not_applied_as_another_one(runner: Runner, saved: Path, options: tuple[str, str]) -> None:
    refused = runner("run", saved, *options)
    assert refused.code == 2
    assert f"a saved plan is applied as it is written, without {options[0]}" in refused.err


def test_the_digest_is_printed_whole_for_approval(runner: Runner, project: Path, saved: Path) -> None:
    plan_id = json.loads(saved.read_text())["plan_id"]
    assert f"saved again.json: {plan_id}" in runner("plan", "soft.yaml", "-o", "again.json").err
    assert plan_id in runner("show", saved).out


def test_no_secret_stands_in_a_plan(
    runner: Runner, project: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "rf_live_0123456789abcdef0123456789abcdef"
    monkeypatch.setenv("RUNFLOW_API_KEY", secret)
    runner("plan", "soft.yaml", "-o", "again.json")
    assert secret not in (project / "again.json").read_text()
    assert json.loads((project / "again.json").read_text())["plan_id"] == json.loads(saved.read_text())["plan_id"]


CHECKED = """\
version: 1
name: checked
inputs: { photo: { glob: photos/*.png } }
matrix: { width: [20, 30] }
masks:
  part: { file: part.png, ops: [{ grow: 2 }, { feather: 1.5 }] }
  top: { shape: { rect: [0%, 0%, 33.3%, 50%] } }
  both: { union: [part, top], require: { area: [1%, 90%] } }
steps:
  - id: card
    uses: image/composite
    with: { image: "${{ item }}", overlay: "${{ item }}", mask: "${{ masks.both }}" }
    paste_back: part
  - id: small
    uses: image/resize
    with: { image: "${{ steps.card.image }}", width: "${{ matrix.width }}" }
checks:
  - { on: card, type: outside_mask_unchanged, mask: both, max_changed: 0.5% }
  - { on: card, type: color_in_mask, mask: part, target: "#336699", max_delta_e: 25.5, severity: warn }
  - { on: small, type: max_bytes, value: 90000 }
gate: { canary: 2, min_pass_rate: 90% }
outputs:
  - { from: small, path: "out/${{ item.key }}-${{ matrix.width }}.jpg", quality: 80 }
budget: { max: 5 USD, per_item: 1 USD }
"""


def test_a_plan_with_all_that_a_recipe_can_say_may_be_applied(runner: Runner, project: Path, saved: Path) -> None:
    (project / "checked.yaml").write_text(CHECKED)
    planned = runner("plan", "checked.yaml", "-o", "checked.json")
    assert planned.code == 0, planned.err
    shown = runner("show", "checked.json")
    assert "state may be applied\n" in shown.out
    some = runner("plan", "checked.yaml", "--select", "width=20", "-o", "some.json")
    assert some.code == 0, some.err
    assert "state may be applied\n" in runner("show", "some.json").out


def test_a_plan_of_selected_cells_does_not_mind_the_others(runner: Runner, project: Path, saved: Path) -> None:
    runner("plan", "soft.yaml", "--select", "a", "-o", "some.json")
    draw_photo(project / "photos" / "c.png", seed=9)
    draw_photo(project / "photos" / "d.png", seed=10)
    assert "state may be applied" in runner("show", "some.json").out


def test_a_picture_by_address_is_not_looked_for_to_show_a_plan(runner: Runner, project: Path, saved: Path) -> None:
    plan = read_saved_plan(saved)
    recipe = PAID.replace("inputs:", "inputs:\n  logo: { url: https://127.0.0.1:9/logo.png }")
    (project / "soft.yaml").write_text(recipe)
    named = replace(plan.plan, recipe=replace(plan.plan.recipe, digest=digest_bytes(recipe.encode())))
    write_saved_plan(saved, plan_document(named, created_at=plan.saved_at))
    shown = runner("show", saved)
    assert shown.code == 0
    assert "state may be applied as far as can be seen from here: 'https://127.0.0.1:9/logo.png' is not" in shown.out


@pytest.mark.slow
def test_a_plan_that_counts_on_a_free_result_that_is_gone_is_refused(runner: Runner, project: Path) -> None:
    assert runner("run", "cards.yaml", "-q").code == 0
    runner("plan", "cards.yaml", "-o", "plan.json")
    shutil.rmtree(project / ".runner" / "blobs")
    assert "the result of 'small' of 'a' is not in the store any more" in runner("show", "plan.json").out
    assert runner("run", "plan.json").code == 3


@pytest.mark.slow
def test_frozen_lists_what_a_plan_would_have_to_make(runner: Runner, project: Path) -> None:
    assert runner("run", "cards.yaml", "-q").code == 0
    draw_photo(project / "photos" / "d.png", seed=9)
    runner("plan", "cards.yaml", "-o", "plan.json")
    refused = runner("run", "plan.json", "--frozen")
    assert refused.code == 3
    assert "error[frozen-miss]: a result of step 'small' is not in 'cards.lock'" in refused.err


def test_nobody_is_asked_to_spend_for_a_plan_without_a_yes(runner: Runner, saved: Path) -> None:
    refused = runner("run", saved)
    assert refused.code == 3
    assert "there is no key for the provider 'runflow'" in refused.err


@pytest.mark.slow
def test_a_plan_is_applied_once(runner: Runner, project: Path) -> None:
    runner("plan", "cards.yaml", "-o", "plan.json")
    done = runner("run", "plan.json", "--format", "json")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert document["plan_id"] == json.loads(Path("plan.json").read_text())["plan_id"]
    assert sorted(path.name for path in (project / "out").iterdir()) == ["a.png", "b.png", "c.png"]
    again = runner("run", "plan.json")
    assert again.code == 3
    assert again.err == (
        f"error[plan-used]: 'plan.json' was applied already, in run {document['run_id']}\n"
        "hint: make a new plan: runner plan cards.yaml -o plan.json\n"
    )
    shown = runner("show", "plan.json")
    assert shown.code == 0
    assert f"state 'plan.json' was applied already, in run {document['run_id']}" in shown.out
    runner("plan", "cards.yaml", "-o", "plan.json")
    assert runner("run", "plan.json").code == 0  # a new plan, which has nothing left to do
    assert runner("run", "cards.yaml").code == 0


@pytest.mark.slow
def test_of_two_processes_that_apply_a_plan_one_wins(runner: Runner, project: Path) -> None:
    runner("plan", "cards.yaml", "-o", "plan.json")
    command = [sys.executable, "-m", "runner", "run", "plan.json", "-q"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate(timeout=240) for process in processes]
    assert sorted(process.returncode for process in processes) == [0, 3], told
    assert "applied already" in told[0][1] + told[1][1]
    assert len(json.loads(runner("runs", "--format", "json").out)) == 1


@pytest.mark.slow
def test_the_interrupted_run_of_a_plan_is_resumed_not_begun_again(runner: Runner, project: Path) -> None:
    for number in range(12):
        draw_photo(project / "photos" / f"n{number}.png", seed=100 + number, size=(1600, 1200))
    runner("plan", "cards.yaml", "-o", "plan.json")
    kill_run("plan.json", at="4/30")
    refused = runner("run", "plan.json")
    assert refused.code == 3
    assert "hint: runner resume " in refused.err
    resumed = runner("resume", "--format", "json", "-q")
    assert resumed.code == 0, resumed.err
    assert json.loads(resumed.out)["plan_id"] == json.loads(Path("plan.json").read_text())["plan_id"]
    assert len(Path("cards.lock").read_text().splitlines()) == 31


@pytest.mark.slow
def test_a_plan_is_applied_to_the_clone_that_one_works_in(
    runner: Runner, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner("plan", "cards.yaml", "-o", "plan.json")
    clone = project.parent / f"{project.name}-clone"
    shutil.copytree(project, clone, ignore=shutil.ignore_patterns(".runner"))
    monkeypatch.chdir(clone)
    assert runner("run", "plan.json", "-q").code == 0
    assert (clone / "out" / "a.png").is_file()
    assert not (project / "out").exists()
    monkeypatch.chdir(os.sep)
    assert runner("run", project / "plan.json", "-q").code == 0  # nothing is here: it is its own project that is meant
    assert (project / "out" / "a.png").is_file()
