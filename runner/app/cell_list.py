"""Lists of cells in files, as the report's verdicts are exported: ``@FILE``."""

from collections.abc import Iterable
from pathlib import Path

from runner.core.errors import UsageError

MARK = "@"


def read_cell_list(text: str) -> tuple[str, ...]:
    """Read the file behind ``@``: one cell's id a line, empty lines left out; it may have a byte order mark.

    Raises:
        UsageError: it cannot be read.
    """
    path = Path(text.removeprefix(MARK))
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as error:
        raise UsageError("unreadable-file", f"cannot read '{path}': {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError("unreadable-file", f"cannot read '{path}': not UTF-8") from error
    return tuple(line.strip() for line in lines if line.strip())


def with_lists(names: Iterable[str]) -> tuple[str, ...]:
    """Put the lines of a file where ``@FILE`` stands.

    Raises:
        UsageError: a file cannot be read.
    """
    return tuple(one for name in names for one in (read_cell_list(name) if name.startswith(MARK) else (name,)))
