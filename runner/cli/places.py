"""Where files are for those who do not stand where the command does: relative to the repository."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from runner.core.diagnostic import Diagnostic
from runner.settings import find_root


def repository_folder() -> Path:
    """The folder that annotations and code scanning count from: that of the workflow, or else this one."""
    return Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()


def from_repository(path: Path) -> str:
    """Write a path as it is in the repository; one outside it stays absolute."""
    place, folder = Path(os.path.abspath(path)), repository_folder()  # noqa: PTH100 - links are not followed
    for whole in (place, place.parent.resolve() / place.name):
        if whole.is_relative_to(folder):
            return whole.relative_to(folder).as_posix()
    return place.as_posix()


def placed(diagnostics: Iterable[Diagnostic], recipe: Path) -> list[Diagnostic]:
    """Give diagnostics their paths in the repository.

    Args:
        diagnostics: Their paths are those that a person reads: as typed, or relative to the recipe or its project.
        recipe: What was checked, as the user named it.
    """
    folders = (Path(), recipe.parent, find_root(recipe))
    return [replace(each, path=from_repository(_found(Path(each.path), folders))) for each in diagnostics]


def _found(path: Path, folders: Iterable[Path]) -> Path:
    return next((folder / path for folder in folders if (folder / path).exists()), path)
