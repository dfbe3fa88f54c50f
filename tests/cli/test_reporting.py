"""``runner report``: the page in every form, and what it stands on."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from runner.cli.main import run_command
from tests.cli.conftest import RECIPE, Runner, draw_photo, make_project
from tests.report.page_data import read_tables

pytestmark = pytest.mark.slow

TITLED = RECIPE + "report: { title: Cards for spring, checks: [max_bytes] }\n"
CHECKS = "checks:\n  - { on: card, type: same_size }\n  - { on: card, type: max_bytes, value: 10, severity: warn }\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a run."""
    project = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        make_project(project, patch)
        (project / "cards.yaml").write_text(RECIPE)
        assert run_command(["run", "cards.yaml", "-q"]) == 0
    return project


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that project, and the working directory in it."""
    copy = tmp_path / "project"
    shutil.copytree(made, copy)
    monkeypatch.chdir(copy)
    return copy


@pytest.fixture
def reported(project: Path) -> Path:
    """The folder of its report."""
    return project / "reports" / "cards"


def tables_of(page: Path) -> dict[str, list[dict[str, Any]]]:
    return read_tables(page.read_text(encoding="utf-8"))


def times(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (folder / "thumbs").iterdir() if path.suffix != ".json"}


def test_thumbnails_that_are_there_are_not_drawn_again(runner: Runner, reported: Path) -> None:
    before = times(reported)
    assert runner("report").code == 0
    assert times(reported) == before


def test_a_thumbnail_that_is_gone_is_drawn_and_what_no_cell_shows_is_removed(runner: Runner, reported: Path) -> None:
    names = set(times(reported))
    missing = reported / "thumbs" / min(names)
    missing.unlink()
    for name in ("0123456789abcdef.jpg", "0123456789abcdef-2x.png"):
        (reported / "thumbs" / name).write_bytes(b"of an earlier run")
    (reported / "thumbs" / "mine.jpg").write_bytes(b"somebody's own")
    assert runner("report").code == 0
    assert set(times(reported)) == names | {"mine.jpg"}


def test_damaged_figures_of_changes_are_measured_again(runner: Runner, reported: Path) -> None:
    figures = (reported / "thumbs" / "changes.json").read_bytes()
    (reported / "thumbs" / "changes.json").write_text("{")
    assert runner("report").code == 0
    assert (reported / "thumbs" / "changes.json").read_bytes() == figures


def test_the_pictures_in_full_size_stand_beside_the_page(runner: Runner, reported: Path) -> None:
    assert runner("report", "--full").code == 0
    pictures = tables_of(reported / "index.html")["pictures"]
    full = [str(one["full"]) for one in pictures if one["full"]]
    assert full
    assert all(url.startswith("./full/") for url in full)
    for url in full:
        with Image.open(reported / url) as picture:
            assert picture.format == "PNG"


def test_results_in_the_report_cannot_be_painted_over(runner: Runner, reported: Path, project: Path) -> None:
    assert runner("report", "--full").code == 0
    blobs = {path.stat().st_ino for path in (project / ".runner" / "blobs").rglob("*") if path.is_file()}
    shared = [path for path in (reported / "full").iterdir() if path.stat().st_ino in blobs]
    assert shared
    assert {path.stat().st_mode & 0o222 for path in shared} == {0}


def test_a_photo_that_was_changed_since_is_not_shown(runner: Runner, reported: Path, project: Path) -> None:
    draw_photo(project / "photos" / "a.png", seed=99)
    assert runner("report", "-o", "again", "--full").code == 0
    pictures = tables_of(project / "again/index.html")["pictures"]
    assert [one["large"] for one in pictures].count(None) == 1
    shown = [one["full"] for one in pictures if str(one["full"]).startswith("./full/")]
    assert sorted(f"./full/{path.name}" for path in (project / "again" / "full").iterdir()) == sorted(map(str, shown))
    assert len(shown) == 8  # two photos, and two results of each of the three


def test_a_single_file_holds_its_pictures_and_links_to_nothing(runner: Runner, reported: Path, project: Path) -> None:
    ended = runner("report", "--single-file", "-o", "alone")
    assert (ended.code, ended.out) == (0, "alone/index.html\n")
    assert [path.name for path in (project / "alone").iterdir()] == ["index.html"]
    page = (project / "alone" / "index.html").read_text(encoding="utf-8")
    urls = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert [url for url in urls if not url.startswith(("data:", "#"))] == []
    pictures = tables_of(project / "alone/index.html")["pictures"]
    assert {one["small"] for one in pictures} == {None}
    assert all(str(one["large"]).startswith("data:image/") for one in pictures)


def test_too_many_cells_for_a_single_file_are_refused_with_a_way_out(runner: Runner, project: Path) -> None:
    for number in range(61):
        draw_photo(project / "photos" / f"n{number}.png", seed=number)
    tool = "steps: [{ id: one, uses: image/resize, with: { image: '${{ item }}', width: 8 } }]"
    (project / "cards.yaml").write_text(f"version: 1\nname: c\ninputs: {{ p: {{ glob: 'photos/n*.png' }} }}\n{tool}\n")
    assert runner("run", "cards.yaml", "-q").code == 0
    ended = runner("report", "--single-file", "-o", "alone")
    assert ended.code == 2
    assert "a single file holds at most 60 cells, this run has 61" in ended.err
    assert "the folder can be sent as a whole" in ended.err
    assert not (project / "alone").exists()


def test_full_and_single_file_exclude_each_other(runner: Runner, reported: Path) -> None:
    assert runner("report", "--full", "--single-file").code == 2


def test_the_recipe_says_how_the_report_begins(runner: Runner, project: Path) -> None:
    (project / "cards.yaml").write_text(TITLED + CHECKS)
    assert runner("run", "cards.yaml", "-q").code == 0
    page = project / "reports" / "cards" / "index.html"
    text = page.read_text(encoding="utf-8")
    assert "<title>Cards for spring: succeeded</title>" in text
    assert '"first_checks":["max_bytes"]' in text
    tables = tables_of(page)
    shown = [tables["checks"][place]["type"] for place in tables["cells"][0]["checks"]]
    assert shown == ["max_bytes", "same_size"]


def test_an_unknown_check_in_report_is_a_mistake_in_the_recipe(runner: Runner, project: Path) -> None:
    (project / "cards.yaml").write_text(TITLED.replace("max_bytes", "max_byte"))
    ended = runner("check", "cards.yaml")
    assert ended.code == 1
    assert "did you mean 'max_bytes'?" in ended.err


def test_own_templates_take_the_place_of_ours(runner: Runner, reported: Path, project: Path) -> None:
    own = project / "look"
    own.mkdir()
    (own / "page.html.j2").write_text(
        '{% extends "base.html.j2" %}{% block footer %}<p>Studio Nord, {{ name }}</p>{% endblock %}'
    )
    (own / "style.css").write_text("h1 { color: teal }\n")
    (own / "script.js").write_text("document.title += ' – Nord';\n")
    assert runner("report", "--templates", "look").code == 0
    page = (reported / "index.html").read_text(encoding="utf-8")
    assert "<p>Studio Nord, cards</p>" in page
    assert "Made by edit-runner" not in page
    assert page.index("h1 { color: teal }") < page.index("</head>")
    assert len(re.findall(r"sha256-", page)) == page.count("<style>") + len(re.findall(r"<script>", page))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"page.html.j2": "{% extends 'base.html.j2' %}\n{% block top %}\n{{ nmae }}{% endblock %}"},
            ".j2:3: 'nmae'",
        ),
        ({"page.html.j2": "a\n{% block top %}"}, "page.html.j2:2: Unexpected end of template"),
        ({"page.html.j2": "{% extends 'base.html' %}"}, "page.html.j2:1: base.html"),
        ({"page.html.j2": "\n{{ ''.__class__.__mro__ }}"}, "page.html.j2:2: access to attribute '__class__'"),
        ({"page.html.j2": "{% for n in range(999999999) %}{% endfor %}"}, "page.html.j2:1: Range too big"),
        ({"page.html.j2": "{% include '../secret.j2' %}"}, "page.html.j2:1: ../secret.j2"),
        ({"page.html.j2": "{{ steps.append(1) }}"}, "page.html.j2:1: access to attribute 'append'"),
        ({"parts.html.j2": "{% macro need() %}{% endmacro %}"}, "has no attribute"),
        ({"style.css": "a\n</STYLE><script>alert(1)</script>"}, "style.css:2: '</style' would end the element"),
        ({"script.js": "'</script>'"}, "script.js:1: '</script' would end the element"),
        ({"page.html.j2": b"a\n\xff"}, "page.html.j2:2: not UTF-8"),
        ({"notes.txt": "a"}, "there is no template in 'look'"),
    ],
)
def test_a_template_that_makes_no_page_is_said_with_its_place(
    runner: Runner, reported: Path, project: Path, files: dict[str, str | bytes], said: str
) -> None:
    before = (reported / "index.html").read_bytes()
    (project / "secret.j2").write_text("secret")
    (project / "look").mkdir()
    for name, text in files.items():
        (project / "look" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    ended = runner("report", "--templates", "look")
    assert ended.code == 2
    assert said in ended.err
    assert (reported / "index.html").read_bytes() == before


def test_the_comment_says_what_changed_since_the_run_before(runner: Runner, reported: Path, project: Path) -> None:
    draw_photo(project / "photos" / "a.png", seed=99)
    (project / "photos" / "c.png").unlink()
    assert runner("run", "cards.yaml", "-q").code == 0
    comment = runner("report", "--format", "markdown").out
    assert comment.startswith("<!-- edit-runner run -->")
    for line in ["### cards: succeeded", "| `card` | ", "- another result: 1: `a`", "- not in this run: 1: `c`"]:
        assert line in comment
