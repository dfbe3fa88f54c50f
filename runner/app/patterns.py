"""File patterns of ``glob`` and ``exclude``."""

import re
from pathlib import Path

from runner.app.trees.tree import Tree


def matching_files(tree: Tree, folder: Path, pattern: str, exclude: list[str]) -> list[str]:
    """Find the files that a pattern matches, without those that are excluded; relative to the folder, sorted."""
    left_out = [_matcher(text) for text in exclude]
    return sorted(
        path for path in set(tree.matching(folder, pattern)) if not any(matches.fullmatch(path) for matches in left_out)
    )


def _matcher(pattern: str) -> re.Pattern[str]:
    """Translate a pattern of ``exclude``: one without '/' is of the name, in any folder."""
    if "/" not in pattern:
        pattern = f"**/{pattern}"
    pieces = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|.", pattern, re.DOTALL)
    return re.compile("".join(pieces.get(token, _literal(token)) for token in tokens))


def _literal(token: str) -> str:
    if len(token) > 2 and token.startswith("["):
        inside = token[1:-1].replace("\\", "\\\\")
        return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
    return re.escape(token)
