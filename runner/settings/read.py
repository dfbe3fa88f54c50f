"""Where a project begins, and its ``runner.toml`` from disk."""

from collections.abc import Callable
from pathlib import Path

from runner.core.diagnostic import Diagnostic, Span
from runner.core.errors import UsageError
from runner.settings.model import Settings
from runner.settings.parse import parse_settings

FILE_NAME = "runner.toml"


def find_root(recipe_path: Path) -> Path:
    """Find the project root of a recipe: the nearest parent with ``runner.toml`` or ``.git``, else its folder.

    Args:
        recipe_path: A file, or a folder that then counts itself.

    Returns:
        The folder, absolute, links followed.
    """
    path = recipe_path.resolve()
    folder = path if path.is_dir() else path.parent
    around = (folder, *folder.parents)
    return next((place for place in around if (place / FILE_NAME).is_file() or (place / ".git").exists()), folder)


def read_settings(root: Path, read: Callable[[Path], bytes] = Path.read_bytes) -> Settings | list[Diagnostic]:
    """Read a project's ``runner.toml``; the defaults where it has none.

    Args:
        root: Of the project.
        read: Gives the bytes of a file; raises OSError.

    Raises:
        UsageError: the file is there and cannot be read.
    """
    path = root / FILE_NAME
    try:
        content = read(path)
    except FileNotFoundError:
        return parse_settings("", FILE_NAME)
    except OSError as error:
        raise UsageError("unreadable-file", f"cannot read '{FILE_NAME}' in '{root}': {error.strerror}") from error
    try:
        return parse_settings(content.decode(), FILE_NAME)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return [Diagnostic(path=FILE_NAME, span=Span(line, 1), code="not-utf-8", message="the file is not UTF-8")]
