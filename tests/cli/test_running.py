"""Batches carried out in full by local tools: results, reuse, failures, interruption, report."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image

from runner.app.schema import find_schema
from tests.cli.conftest import RECIPE, Runner, draw_photo, kill_run

pytestmark = pytest.mark.slow


def run(runner: Runner, *more: str) -> dict[str, object]:
    """Run the recipe; give its ``runner-run/1`` document."""
    ended = runner("run", "cards.yaml", "--format", "json", "-q", *more)
    assert ended.out, ended.err
    document: dict[str, object] = json.loads(ended.out)
    jsonschema.validate(document, find_schema("run"))
    assert document["exit_code"] == ended.code
    return document


def totals(document: dict[str, object]) -> dict[str, object]:
    found = document["totals"]
    assert isinstance(found, dict)
    return {name: found[name] for name in ("succeeded", "reused", "failed", "skipped")}


def test_a_batch_is_run_reported_and_reused(runner: Runner, project: Path) -> None:
    first = run(runner)
    assert totals(first) == {"succeeded": 6, "reused": 0, "failed": 0, "skipped": 0}
    written = {path.name: path.stat().st_mtime_ns for path in (project / "out").iterdir()}
    assert sorted(written) == ["a.png", "b.png", "c.png"]
    with Image.open(project / "out" / "a.png") as card:
        assert card.size == (40, 30)
    report = project / "reports" / "cards"
    assert (report / "index.html").is_file()
    assert json.loads((report / "run.json").read_text()) == first

    again = run(runner)
    assert totals(again) == {"succeeded": 0, "reused": 6, "failed": 0, "skipped": 0}
    assert {path.name: path.stat().st_mtime_ns for path in (project / "out").iterdir()} == written

    (project / "photos" / "b.png").rename(project / "photos" / "z.png")
    assert totals(run(runner))["reused"] == 6
    draw_photo(project / "photos" / "a.png", seed=77)
    assert totals(run(runner)) == {"succeeded": 2, "reused": 4, "failed": 0, "skipped": 0}
    assert runner("plan", "cards.yaml", "--exit-code").code == 0


def stamps(*files: Path) -> list[tuple[int, int]]:
    return [(file.stat().st_mtime_ns, file.stat().st_ino) for file in files]


def test_a_run_that_finds_all_done_leaves_report_and_lock_file_alone(runner: Runner, project: Path) -> None:
    report = project / "reports" / "cards"
    files = (report / "index.html", report / "run.json", report / "junit.xml", project / "cards.lock")
    assert runner("run", "cards.yaml").code == 0
    before = stamps(*files)

    again = runner("run", "cards.yaml")
    assert "6 reused" in again.out
    assert "as it was: nothing has changed" in again.out
    assert stamps(*files) == before

    (report / "run.json").unlink()
    third = runner("run", "cards.yaml")
    assert "as it was" not in third.out
    assert json.loads((report / "run.json").read_text())["totals"]["reused"] == 6


def test_a_run_that_finds_all_done_puts_back_an_output_that_is_gone(runner: Runner, project: Path) -> None:
    assert runner("run", "cards.yaml").code == 0
    (project / "out" / "b.png").unlink()
    again = runner("run", "cards.yaml")
    assert "1 written · 2 unchanged" in again.out
    assert (project / "out" / "b.png").is_file()


def test_outside_the_mask_pasted_pixels_are_those_of_the_photo(runner: Runner, project: Path) -> None:
    rng = np.random.default_rng(5)
    scene = rng.integers(0, 256, (90, 120, 3), np.uint8)
    mask = np.zeros((90, 120), np.uint8)
    mask[30:60, 40:80] = 255
    Image.fromarray(scene).save(project / "scene.png")
    Image.fromarray(mask).save(project / "mask.png")
    (project / "cards.yaml").write_text(
        "version: 1\nname: fill\n"
        "inputs: { photo: { file: scene.png }, ref: { file: photos/a.png } }\n"
        "masks: { hole: { file: mask.png, require: { size: same, binary: true } } }\n"
        "steps:\n"
        "  - id: fill\n    uses: runflow/reference-inpaint\n    paste_back: hole\n"
        '    with: { image: "${{ inputs.photo }}", mask: "${{ masks.hole }}", reference: "${{ inputs.ref }}" }\n'
        "outputs: [{ from: fill, path: out/filled.png }]\n"
    )
    assert run(runner)["state"] == "succeeded"
    with Image.open(project / "out" / "filled.png") as filled:
        pixels = np.asarray(filled.convert("RGB"))
    assert np.array_equal(pixels[mask == 0], scene[mask == 0])
    assert not np.array_equal(pixels[mask == 255], scene[mask == 255])


def test_a_damaged_photo_fails_alone_and_the_rest_goes_on(runner: Runner, project: Path) -> None:
    content = (project / "photos" / "b.png").read_bytes()
    (project / "photos" / "b.png").write_bytes(content[: len(content) // 2])
    document = run(runner)
    assert document["exit_code"] == 1
    assert totals(document) == {"succeeded": 4, "reused": 0, "failed": 1, "skipped": 1}
    assert sorted(path.name for path in (project / "out").iterdir()) == ["a.png", "c.png"]
    assert "photos/b.png" in (project / "reports" / "cards" / "index.html").read_text()


def test_a_killed_run_is_resumed_without_doing_finished_work_again(runner: Runner, project: Path) -> None:
    for number in range(12):
        draw_photo(project / "photos" / f"n{number}.png", seed=100 + number, size=(800, 600))
    (project / "cards.yaml").write_text(RECIPE.replace("width: 40", "width: 700"))
    kill_run("cards.yaml", at="4/30")
    ended = runner("resume", "--format", "json", "-q")
    document = json.loads(ended.out)
    assert ended.code == 0, ended.err
    assert document["state"] == "succeeded"
    attempts = {action["key"]: action["attempts"] for action in document["actions"]}
    assert len(attempts) == 30
    assert sum(count > 1 for count in attempts.values()) <= 1  # only what was in flight when it was killed
    assert len(list((project / "out").iterdir())) == 15
    assert runner("cache", "verify").code == 0


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGINT for a child on Windows")
def test_ctrl_c_stops_gently_and_can_be_resumed(runner: Runner, project: Path) -> None:
    for number in range(8):
        draw_photo(project / "photos" / f"n{number}.png", seed=100 + number, size=(800, 600))
    child = subprocess.Popen(
        [sys.executable, "-m", "runner", "run", "cards.yaml", "--jobs", "1"], stderr=subprocess.PIPE, text=True
    )
    assert child.stderr is not None
    child.stderr.readline()
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130, err
    assert "Traceback" not in err
    runs = json.loads(runner("runs", "--format", "json").out)
    assert runs[0]["state"] == "interrupted"
    assert runner("resume", "-q").code == 0
    assert runner("resume", "-q").code == 2


def test_the_cache_can_be_measured_cleaned_and_damage_is_found(runner: Runner, project: Path) -> None:
    run(runner)
    assert "6 blobs" in runner("cache", "stats").out
    blob = next(path for path in (project / ".runner" / "blobs").rglob("*") if path.is_file())
    blob.chmod(0o644)
    blob.write_bytes(b"damaged")
    verified = runner("cache", "verify")
    assert verified.code == 1
    assert blob.name in verified.out
    time.sleep(0.01)
    assert runner("cache", "gc", "--dry-run").code == 0


def test_a_report_is_written_again_and_a_run_is_shown(runner: Runner, project: Path) -> None:
    document = run(runner)
    assert runner("report", str(document["run_id"]), "-o", "again").code == 0
    assert (project / "again" / "index.html").is_file()
    assert "3 cells" in runner("show").out or "cells" in runner("show").out
    assert json.loads(runner("show", "--format", "json").out) == document
