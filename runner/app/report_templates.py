"""Read the templates that people lay over ours."""

from pathlib import Path

from runner.core.errors import UsageError
from runner.report.html import USER_SCRIPT, USER_STYLE

_SUFFIX = ".j2"
_MOST_BYTES = 1_000_000
_ENDS = {USER_STYLE: "</style", USER_SCRIPT: "</script"}


def read_templates(folder: Path) -> dict[str, str]:
    """Read the files of a folder that a report is made with: ``*.j2``, ``style.css`` and ``script.js``, by their names.

    Raises:
        UsageError: there is no such folder (``no-templates``), or a file cannot be put into a page (``bad-template``).
    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == _SUFFIX or path.name in _ENDS)
    except OSError as error:
        raise UsageError("no-templates", f"cannot read the folder '{folder}': {error.strerror}") from error
    if not paths:
        hint = "a folder with page.html.j2, style.css or script.js; docs/report.md has an example"
        raise UsageError("no-templates", f"there is no template in '{folder}'", hint=hint)
    return {path.name: _read(path) for path in paths}


def _read(path: Path) -> str:
    try:
        content = path.read_bytes()
        text = content.decode()
    except OSError as error:
        raise UsageError("bad-template", f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError("bad-template", f"{path}:{line}: not UTF-8") from error
    if len(content) > _MOST_BYTES:
        raise UsageError("bad-template", f"{path}: larger than {_MOST_BYTES // 1_000_000} MB")
    end = _ENDS.get(path.name, "")
    if end and end in text.lower():
        line = text.lower().count("\n", 0, text.lower().index(end)) + 1
        raise UsageError("bad-template", f"{path}:{line}: '{end}' would end the element that holds this file")
    return text
