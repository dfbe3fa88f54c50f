"""The repository around the code: locks, schemas, documents and samples keep up with it."""

import ast
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from click import Context, Group
from packaging.requirements import Requirement

from docs.generate import SESSIONS, pages
from docs.sessions import normalize, replay
from runner.app.schema import SCHEMAS, find_schema
from runner.cli.main import cli
from runner.recipe.parse import parse_recipe
from runner.recipe.parsed import ParsedRecipe
from runner.settings import parse_settings
from runner.source.load import read_source
from runner.source.source import Source

_ROOT = Path(__file__).parent.parent
_LOCKS = ("requirements.lock", "requirements-local.lock", "requirements-server.lock", "requirements-dev.lock")
_PURE = ("core", "source", "recipe", "catalog", "images", "engines", "plan", "report")
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_SERVER = [text for text in _PROJECT["project"]["optional-dependencies"]["server"] if text != "edit-runner[local]"]


def _text(path: str) -> str:
    return (_ROOT / path).read_text(encoding="utf-8")


def _tracked() -> list[Path]:
    """List the files that git tracks or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=_ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [_ROOT / name for name in listed.split("\0") if name and (_ROOT / name).is_file()]


# Locks


@pytest.mark.parametrize("lock", _LOCKS)
def test_a_lock_holds_versions_and_hashes_and_no_address(lock: str) -> None:
    text = _text(lock).replace("\\\n", " ")
    unlocked = [
        line for line in text.splitlines() if not re.match(r"[a-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
    ]
    assert (unlocked, re.findall(r"://|--index|--find-links|file:", text)) == ([], [])


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", _PROJECT["project"]["dependencies"]),
        ("requirements-local.lock", _PROJECT["project"]["optional-dependencies"]["local"]),
        ("requirements-server.lock", _SERVER),
        ("requirements-dev.lock", _PROJECT["dependency-groups"]["dev"]),
    ],
)
def test_a_lock_satisfies_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    assert [text for text in wanted if not _is_locked(Requirement(text), _text(lock))] == []


def _is_locked(wanted: Requirement, lock: str) -> bool:
    versions: list[str] = re.findall(rf"^{re.escape(wanted.name.lower())}==(\S+)", lock, re.MULTILINE)
    return bool(versions) and all(wanted.specifier.contains(version, prereleases=True) for version in versions)


def test_every_dependency_has_its_reason_in_the_architecture() -> None:
    local = _PROJECT["project"]["optional-dependencies"]["local"]
    names = [Requirement(text).name for text in [*_PROJECT["project"]["dependencies"], *local, *_SERVER]]
    reasons = _text("ARCHITECTURE.md").split("Each dependency")[1]
    assert [name for name in names if name not in reasons.lower()] == []


# Documents


def test_there_is_one_schema_file_for_each_schema() -> None:
    assert {path.name for path in (_ROOT / "schemas").iterdir()} == {f"{name}.schema.json" for name in SCHEMAS}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_file_is_fresh(name: str) -> None:
    assert json.loads(_text(f"schemas/{name}.schema.json")) == find_schema(name)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_that_editors_read(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(find_schema(name))


def _commands(group: Group, path: str = "runner") -> Iterator[str]:
    context = Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield f"{path} {name}"
        if isinstance(command, Group):
            yield from _commands(command, f"{path} {name}")


def test_the_generated_pages_are_fresh() -> None:
    assert {path: _text(f"docs/{path}") for path in pages()} == pages()


def test_every_command_is_documented() -> None:
    reference = _text("docs/reference/commands.md")
    assert [command for command in _commands(cli) if f"## {command}\n" not in reference] == []


_DOCUMENTS = sorted(
    path.relative_to(_ROOT).as_posix()
    for path in [*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md"), *(_ROOT / "recipes").glob("*.md")]
)


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_every_command_in_a_document_exists(document: str) -> None:
    named = re.findall(r"(?:\$ |`|&& )runner ([a-z][a-z-]+)", _text(document))
    assert set(named) - set(cli.list_commands(Context(cli))) == set()


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_every_option_in_a_document_exists(document: str) -> None:
    typed = re.findall(r"(?:\$ |`)runner ([a-z]+)( [^`|&\n]*)", _text(document))
    named = {(command, option) for command, rest in typed for option in re.findall(r"(?<= )--[a-z][a-z-]*", rest)}
    assert {(command, option) for command, option in named if option not in _options(command)} == set()


def _options(name: str) -> set[str]:
    """List the long options of a command, those of its own commands included."""
    command = cli.get_command(Context(cli), name)
    assert command is not None
    inner = list(command.commands.values()) if isinstance(command, Group) else []
    parameters = [parameter for each in [command, *inner] for parameter in each.params]
    return {option for parameter in parameters for option in [*parameter.opts, *parameter.secondary_opts, "--help"]}


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_every_make_target_in_a_document_exists(document: str) -> None:
    named = re.findall(r"(?:\$ |`)make ([a-z]+)", _text(document))
    assert [target for target in named if not re.search(rf"^{target}:", _text("Makefile"), re.MULTILINE)] == []


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_every_file_that_a_document_links_to_exists(document: str) -> None:
    folder = (_ROOT / document).parent
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)", _text(document))
    assert [link for link in linked if not (folder / link).exists()] == []


def test_the_tutorial_shows_the_recipe_that_its_reader_gets() -> None:
    assert f"```yaml\n{_text('recipes/eyes.yaml')}```" in _text("docs/tutorial.md")


@pytest.mark.slow
@pytest.mark.parametrize("document", SESSIONS, ids=lambda path: path.name)
def test_the_sessions_in_a_document_are_what_happens(document: Path, tmp_path: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert normalize(replay(text, tmp_path)) == normalize(text)


def test_the_map_fits_on_three_hundred_lines() -> None:
    assert len(_text("ARCHITECTURE.md").splitlines()) <= 300


# Sources


def test_no_tracked_file_names_a_place_on_somebody_s_machine() -> None:
    places = re.compile(rb"(?<![\w.~-])/(?:work|home|root|Users|tmp)/[\w.]")
    assert [path.name for path in _tracked() if path.suffix != ".lock" and places.search(path.read_bytes())] == []


def test_no_photo_is_committed() -> None:
    pictures = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".avif", ".gif"}
    assert [path.name for path in _tracked() if path.suffix.lower() in pictures] == []


_READS = {
    "open",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "iterdir",
    "glob",
    "rglob",
    "now",
    "today",
    "print",
}
_ALLOWED = {
    ("runner/engines/eye_color/network.py", "pathlib"),
    ("runner/engines/eye_color/network.py", "read_bytes"),  # the network's weights, inside an installed package
    ("runner/engines/eye_color/network.py", "open"),  # os.devnull, for the native library's start-up lines
}


def test_pure_packages_call_nothing_that_reads_a_file_or_the_clock() -> None:
    found = {call for package in _PURE for path in (_ROOT / "runner" / package).rglob("*.py") for call in _reads(path)}
    assert found - _ALLOWED == set()


def _reads(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module="pathlib", names=names) if any(
                not name.name.startswith("Pure") for name in names
            ):
                yield path.relative_to(_ROOT).as_posix(), "pathlib"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _READS and not _is_pillow(node):
                yield path.relative_to(_ROOT).as_posix(), name


def _is_pillow(call: ast.Call) -> bool:
    """``Image.open`` reads what it is given: bytes."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="Image"), attr="open"):
            return True
    return False


_RECIPE_BLOCKS = [
    pytest.param(block, id=f"{document}-{index}")
    for document in _DOCUMENTS
    for index, block in enumerate(re.findall(r"```yaml\n((?:#.*\n)?version: 1\n.*?)```", _text(document), re.DOTALL))
]


@pytest.mark.parametrize("block", _RECIPE_BLOCKS)
def test_a_recipe_in_a_document_reads_without_a_diagnostic(block: str) -> None:
    source = read_source(block, "block.yaml")
    assert isinstance(source, Source)
    assert isinstance(parse_recipe(source), ParsedRecipe)


def test_the_settings_in_a_document_are_read_without_a_diagnostic() -> None:
    blocks = [
        block for document in _DOCUMENTS for block in re.findall(r"```toml\n(.*?)```", _text(document), re.DOTALL)
    ]
    assert blocks
    assert [problem for block in blocks if isinstance(problem := parse_settings(block, "runner.toml"), list)] == []
