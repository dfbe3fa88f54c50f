"""A project: its root, settings and model cards."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from runner.app.trees.tree import DISK, Tree
from runner.catalog.catalog import Catalog, build_catalog
from runner.catalog.parse import parse_cards
from runner.core.diagnostic import Diagnostic
from runner.core.errors import ExitCode, UsageError
from runner.settings import Settings, find_root, read_settings


@dataclass(frozen=True, slots=True)
class Project:
    """What all recipes of a folder share.

    Attributes:
        root: Absolute, links followed.
    """

    root: Path
    settings: Settings
    catalog: Catalog


@dataclass(frozen=True, slots=True)
class Problems:
    """Why a command cannot go on: diagnostics, in file order.

    Attributes:
        exit_code: What the command ends with.
    """

    diagnostics: tuple[Diagnostic, ...]
    exit_code: ExitCode = ExitCode.FAILED


def open_project(place: Path) -> Project | Problems:
    """Find and read the project that a recipe, or a folder, belongs to.

    Raises:
        UsageError: a file of the project cannot be read.
    """
    return open_project_in(find_root(place), DISK)


def open_project_in(root: Path, tree: Tree) -> Project | Problems:
    """Read the project of a root from a tree of files.

    Raises:
        UsageError: a file of the project cannot be read.
    """
    settings = read_settings(root, tree.read)
    built_in = parse_cards(_built_in_cards())
    own = parse_cards(_own_cards(root, tree))
    problems = [*(settings if isinstance(settings, list) else ()), *built_in.diagnostics, *own.diagnostics]
    if isinstance(settings, list) or problems:
        return Problems(tuple(problems))
    return Project(root, settings, build_catalog([*built_in.cards, *own.cards]))


def _built_in_cards() -> dict[str, str]:
    folder = resources.files("runner.catalog") / "cards"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return {f"cards/{file.name}": file.read_text(encoding="utf-8") for file in files}


def _own_cards(root: Path, tree: Tree) -> dict[str, str]:
    folder = root / "models"
    return {f"models/{name}": _read_card(folder / name, tree) for name in sorted(tree.matching(folder, "*.y*ml"))}


def _read_card(path: Path, tree: Tree) -> str:
    try:
        return tree.read(path).decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError("unreadable-file", f"cannot read 'models/{path.name}': {reason}") from error
