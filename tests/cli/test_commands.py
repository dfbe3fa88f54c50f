"""Every command by its exit code and what it prints where."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import jsonschema
import pytest

from runner.app.schema import SCHEMAS, find_schema
from runner.cli.bug import without_secrets
from runner.cli.main import COMMANDS, run_command
from tests.cli.conftest import RECIPE, Runner, draw_photo


def test_every_command_is_a_module_with_help(runner: Runner) -> None:
    for name, summary in COMMANDS.items():
        assert isinstance(import_module(f"runner.cli.commands.{name}").command, click.Command)
        assert summary.endswith(".")
        assert runner(name, "--help").code == 0


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, runner.cli.main as m; m.run_command(['--help']); print([n for n in HEAVY if n in sys.modules])"
    heavy = "HEAVY = ['numpy', 'PIL', 'cv2', 'pydantic', 'jinja2', 'rich', 'yaml', 'httpx2', 'asyncio', 'cProfile']; "
    ended = subprocess.run([sys.executable, "-c", heavy + code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


NOT_FOR_CHECK = (
    *("asyncio", "httpx2", "jinja2", "numpy", "rich"),
    *("runner.core.event", "runner.store.store"),  # what only runs need
    *("runner.catalog.lock", "runner.catalog.lock_lines", "runner.recipe.manifest"),  # what only some recipes need
    *("runner.recipe.misfits", "runner.cli.render.diagnostics", "runner.cli.places"),  # what only mistakes need
)


def test_check_imports_nothing_that_a_small_recipe_without_mistakes_does_not_need(tmp_path: Path) -> None:
    assert run_command(["init", str(tmp_path)]) == 0
    code = (
        "import sys, runner.cli.main as m\n"
        f"print(m.run_command(['check', 'recipes/eyes.yaml'])); print([n for n in {NOT_FOR_CHECK} if n in sys.modules])"
    )
    new, seen = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
        for _ in range(2)
    )
    assert new.stdout.splitlines() == seen.stdout.splitlines() == ["0", "[]"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["chek"], 2, "did you mean 'check'?"),
        (["plan", "cards.yaml", "--frm", "json"], 2, "--frm"),
        (["plan", "nowhere.yaml"], 2, "error[no-such-file]: there is no recipe 'nowhere.yaml'"),
        (["plan", "photos"], 2, "cannot read 'photos'"),
        (["plan", "cards.yaml", "--provider", "lokal"], 2, "there is no provider 'lokal'"),
        (["plan", "cards.yaml", "--select", "x*"], 2, "the keys begin with: a, b, c"),
        (["plan", "cards.yaml", "--select", "failed"], 2, "'cards' was never run"),
        (["plan", "cards.yaml", "--select", "changed:HEAD"], 2, "is in no work tree of git"),
        (["plan", "cards.yaml", "--against", "HEAD"], 2, "is in no work tree of git"),
        (["plan", "cards.yaml", "--against", "-x"], 2, "'-x' is no git ref"),
        (["plan", "cards.yaml", "--explain", "z"], 2, "there is no cell 'z'"),
        (["run", "plan.json"], 2, "cannot read 'plan.json'"),
        (["run", "cards.yaml", "--budget", "much"], 2, "--budget must be an amount of money"),
        (["show", "x.json"], 2, "cannot read 'x.json'"),
        (["show", "cards.yaml"], 2, "nothing was run"),
        (["resume"], 2, "of no run is anything left to do"),
        (["models", "runflow/eye-colour"], 2, "did you mean 'runflow/eye-color'?"),
        (["schema", "recip"], 2, "did you mean 'recipe'?"),
        (["mask", "cards.yaml", "a", "midle", "-o", "m.png"], 2, "did you mean 'middle'?"),
        (["mask", "cards.yaml", "q", "middle", "-o", "m.png"], 2, "there is no cell 'q'"),
        (["doctor", "--provider", "x"], 2, "there is no provider 'x'"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_way_out(
    runner: Runner, project: Path, arguments: list[str], code: int, said: str
) -> None:
    ended = runner(*arguments)
    assert ended.code == code
    assert said in ended.err
    assert not ended.out


def test_check_is_silent_on_stdout_where_nothing_is_wrong(runner: Runner, project: Path) -> None:
    ended = runner("check", "cards.yaml")
    assert (ended.code, ended.out, ended.err) == (0, "", "no problem found\n")


def test_check_shows_the_line_and_a_caret(runner: Runner, project: Path) -> None:
    (project / "bad.yaml").write_text(RECIPE.replace("item.key", "item.kee"))
    ended = runner("check", "bad.yaml")
    assert ended.code == 1
    assert ended.err.startswith(
        "bad.yaml:15:39: error[unknown-name]: a picture has no 'kee'\n"
        '  15 |   - { from: card, path: "out/${{ item.kee }}.png" }\n'
        "                                             ^^^\n"
        "hint: did you mean 'key'?\n"
    )


def test_check_tells_mistakes_of_shape_names_models_and_files_together(runner: Runner, project: Path) -> None:
    text = RECIPE.replace("image/resize", "image/resise").replace("width", "widht").replace("ops:", "opps:")
    (project / "bad.yaml").write_text(text.replace("photo: {", "logo: { file: no.png }\n  photo: {"))
    found = json.loads(runner("check", "bad.yaml", "--format", "json").out)
    assert [(problem["line"], problem["code"]) for problem in found] == [
        (4, "missing-file"),
        (7, "unknown-key"),
        (10, "unknown-model"),
    ]


def test_a_mistyped_file_is_told_with_the_one_beside_it(runner: Runner, project: Path) -> None:
    (project / "photos" / "logo.png").write_bytes(b"")
    for name, hint in [
        ("photos/lgoo.png", "did you mean 'photos/logo.png'?"),
        ("elsewhere/logo.png", "paths are relative to the recipe's folder, '.'"),
    ]:
        (project / "bad.yaml").write_text(RECIPE.replace("photo: {", f"logo: {{ file: {name} }}\n  photo: {{"))
        assert f"hint: {hint}" in runner("check", "bad.yaml").err


def test_check_speaks_sarif_and_github(runner: Runner, project: Path) -> None:
    (project / "bad.yaml").write_text(RECIPE.replace("steps.small", "steps.smal"))
    sarif = json.loads(runner("check", "bad.yaml", "--format", "sarif").out)
    assert sarif["runs"][0]["results"][0]["ruleId"] == "unknown-name"
    assert runner("check", "bad.yaml", "--format", "github").out.startswith("::error file=bad.yaml,line=13")


def test_marks_count_from_the_folder_of_the_workflow(
    runner: Runner, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "recipes").mkdir()
    table = "photo: { csv: p.csv, image: '${{ row.path }}', key: '${{ row.path }}' }"
    (project / "recipes" / "bad.yaml").write_text(RECIPE.replace("photo: { glob: photos/*.png }", table))
    (project / "recipes" / "p.csv").write_text("path\nno.png\n")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.parent))
    place = f"{project.name}/recipes/p.csv"
    assert runner("check", "recipes/bad.yaml", "--format", "github").out.startswith(f"::error file={place},line=2,")
    assert runner("plan", "recipes/bad.yaml", "--format", "github").out.startswith(f"::error file={place},line=2,")
    sarif = json.loads(runner("check", project / "recipes" / "bad.yaml", "--format", "sarif").out)
    location = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == place


def test_a_schema_is_written_only_where_it_is_another(runner: Runner, project: Path) -> None:
    path = project / "schemas" / "recipe.schema.json"
    assert runner("schema", "recipe", "-o", path).err == f"wrote {path}\n"
    assert path.read_text() == runner("schema", "recipe").out
    assert runner("schema", "recipe", "-o", path).err == ""
    assert runner("schema", "recipe", "-o", project / "photos" / "a.png" / "x.json").code == 2


def test_plan_prints_json_that_its_schema_allows_and_nothing_else(runner: Runner, project: Path) -> None:
    ended = runner("plan", "cards.yaml", "--format", "json")
    document = json.loads(ended.out)
    assert ended.err == ""
    jsonschema.validate(document, find_schema("plan"))
    assert document["totals"]["cells"] == 3
    assert document["totals"]["actions"] == 6


def test_plan_writes_nothing_but_what_it_saw_of_files(runner: Runner, project: Path) -> None:
    before = {path for path in project.rglob("*") if ".runner" not in path.parts}
    assert runner("plan", "cards.yaml").code == 0
    assert {path for path in project.rglob("*") if ".runner" not in path.parts} == before
    assert {path.name.split("-")[0] for path in (project / ".runner").rglob("*")} <= {"state.db"}


def test_plan_says_by_its_exit_code_that_there_is_work(runner: Runner, project: Path) -> None:
    assert runner("plan", "cards.yaml", "--exit-code").code == 10
    assert runner("plan", "cards.yaml", "--exit-code", "--select", "a").code == 10


def test_a_saved_plan_can_be_shown(runner: Runner, project: Path) -> None:
    assert runner("plan", "cards.yaml", "-o", "plan.json").code == 0
    shown = runner("show", "plan.json")
    assert shown.code == 0
    assert shown.out.startswith("cards   3 cells")
    (project / "plan.json").write_text("{}")
    assert runner("show", "plan.json").code == 2


def test_plan_of_a_wrong_recipe_gives_json_diagnostics(runner: Runner, project: Path) -> None:
    (project / "bad.yaml").write_text("version: 1\n")
    ended = runner("plan", "bad.yaml", "--format", "json")
    assert ended.code == 1
    assert {problem["code"] for problem in json.loads(ended.out)["diagnostics"]} == {"missing-key"}


def test_hosted_runs_are_priced_and_refused_before_anything_is_spent(runner: Runner, project: Path) -> None:
    (project / "eyes.yaml").write_text(
        "version: 1\nname: eyes\ninputs: { p: { glob: photos/*.png } }\n"
        "steps:\n  - { id: e, uses: runflow/eye-color, with: { image: '${{ item }}', eye_color: green } }\n"
    )
    plan = runner("plan", "eyes.yaml", "--provider", "runflow")
    assert "$0.87" in plan.out
    assert runner("run", "eyes.yaml", "--provider", "runflow").code == 3
    refused = runner("run", "eyes.yaml", "--provider", "runflow", "--yes")
    assert refused.code == 3
    assert "there is no key for the provider 'runflow'" in refused.err
    over = runner("run", "eyes.yaml", "--provider", "runflow", "--yes", "--budget", "0.50 USD")
    assert over.code == 3
    assert "the worst case is $0.87, the budget $0.50" in over.err


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda photos: (photos / "a.png").write_bytes(b""), "empty-file"),
        (lambda photos: (photos / "a.png").write_text("hello"), "not-an-image"),
        (lambda photos: (photos / "a.jpg").symlink_to("/etc/hosts"), None),
        (lambda photos: (photos / "b.PNG").write_bytes((photos / "b.png").read_bytes()), None),
    ],
)
def test_a_picture_that_cannot_be_used_is_named(
    runner: Runner, project: Path, damage: "object", code: str | None
) -> None:
    assert callable(damage)
    damage(project / "photos")
    ended = runner("check", "cards.yaml")
    assert ended.code == (1 if code else 0)
    if code:
        assert f"cards.yaml:4:18: error[{code}]: 'photos/a.png'" in ended.err


def test_files_outside_the_project_are_refused_links_followed(runner: Runner, project: Path, tmp_path: Path) -> None:
    inner = project / "inner"
    inner.mkdir()
    (inner / "runner.toml").write_text("")
    (inner / "photos").mkdir()
    (inner / "photos" / "x.png").symlink_to(project / "photos" / "a.png")
    (inner / "cards.yaml").write_text(RECIPE)
    ended = runner("check", inner / "cards.yaml")
    assert ended.code == 1
    assert "error[outside-project]" in ended.err


def test_two_photos_of_one_stem_need_a_key(runner: Runner, project: Path) -> None:
    (project / "photos" / "more").mkdir()
    draw_photo(project / "photos" / "more" / "a.png", seed=9)
    (project / "cards.yaml").write_text(RECIPE.replace("photos/*.png", "photos/**/*.png"))
    ended = runner("check", "cards.yaml")
    assert "error[repeated-item]: 'photos/a.png' and 'photos/more/a.png' have one key, 'a'" in ended.err


@pytest.mark.parametrize(
    ("exclude", "cells"), [("b.png", 2), ("**/b.png", 2), ("photos/b.*", 2), ("photos/[ab].png", 1), ("[!ab].png", 2)]
)
def test_exclude_leaves_files_out(runner: Runner, project: Path, exclude: str, cells: int) -> None:
    (project / "cards.yaml").write_text(RECIPE.replace("photos/*.png }", f"photos/*.png, exclude: ['{exclude}'] }}"))
    document = json.loads(runner("plan", "cards.yaml", "--format", "json").out)
    assert document["totals"]["cells"] == cells


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_valid_and_printed(runner: Runner, name: str) -> None:
    schema = json.loads(runner("schema", name).out)
    jsonschema.Draft7Validator.check_schema(schema)


def test_models_are_listed_and_shown(runner: Runner, project: Path) -> None:
    assert "$0.55/request" in runner("models").out
    assert "eye_color" in runner("models", "runflow/eye-color").out
    cards = json.loads(runner("models", "--format", "json").out)
    for card in cards:
        jsonschema.validate(card, find_schema("model-card"))


def test_a_mask_is_drawn_over_its_photo(runner: Runner, project: Path) -> None:
    text = RECIPE.replace('"${{ steps.small.image }}"', '"${{ item }}"')
    (project / "cards.yaml").write_text(text)
    ended = runner("mask", "cards.yaml", "a", "middle", "-o", "m.png")
    assert ended.code == 0, ended.err
    assert (project / "m.png").read_bytes().startswith(b"\x89PNG")


def test_completion_scripts_are_printed(runner: Runner) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_RUNNER_COMPLETE" in runner("completion", shell).out


def test_doctor_says_what_is_there(runner: Runner, project: Path) -> None:
    ended = runner("doctor")
    assert "edit-runner" in ended.out
    assert "RUNFLOW_API_KEY" in ended.out


def test_init_refuses_to_overwrite_and_writes_nothing_then(runner: Runner, tmp_path: Path) -> None:
    pytest.importorskip("skimage", reason="the sample photos come with scikit-image")
    (tmp_path / "runner.toml").write_text("provider = 'runflow'\n")
    ended = runner("init", tmp_path)
    assert ended.code == 2
    assert "runner.toml" in ended.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runner.toml"]


def test_a_bug_report_carries_no_secret() -> None:
    text = without_secrets("GET https://x.io/a.png?sig=123 Authorization: Bearer-abc api_key=sk_1")
    assert "123" not in text
    assert "sk_1" not in text
    assert "Bearer-abc" not in text
