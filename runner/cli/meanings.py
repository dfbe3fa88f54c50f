"""What codes of problems mean: the sentences of the catalogue, which stand in the package."""

import re
from importlib import resources
from pathlib import Path

_NAME = "diagnostics.md"
_SECTION = re.compile(r"^### `([a-z0-9-]+)`\n\n(.+?)(?=\n\n```|\n\n#|\Z)", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| ((?:`[a-z0-9-]+`(?:, )?)+) \| (.+) \|$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


def read_meanings() -> dict[str, str]:
    """Read what every code means, in Markdown."""
    text = _catalogue()
    meanings = {
        code: _LINK.sub(r"\1", row[2]) for row in _ROW.finditer(text) for code in re.findall("`([a-z0-9-]+)`", row[1])
    }
    return meanings | {found[1]: _LINK.sub(r"\1", found[2]) for found in _SECTION.finditer(text)}


def _catalogue() -> str:
    """In the package where it was built, in the documents where it is used from a checkout."""
    packaged = resources.files("runner.cli") / _NAME
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "docs" / _NAME).read_text(encoding="utf-8")
