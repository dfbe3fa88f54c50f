"""Text of other people in Markdown: it stays text, whatever it says."""

import re
from collections.abc import Iterable, Sequence

from runner.cli.render.layout import visible

MOST_CHARACTERS = 60_000
"""A comment on GitHub holds 65,536."""

MOST_CELL = 200
"""Characters of a name or a reason that are shown."""

_JOINER = "\N{WORD JOINER}"
_CLOSING = 80
"""Characters for the row that says what was left out."""


def text(raw: str) -> str:
    """Write text in one line that Markdown, HTML, mentions and links do nothing to."""
    plain = _shortened(raw).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    marked = re.sub(r"([\\`*_\[\]|~!$])", r"\\\1", plain)
    # A backslash does not keep a forge from linking these: what it looks for must not be there.
    return re.sub(r"(?<=[@#])|(?=://)|(?<=\bwww)(?=\.)|(?<=\bGH-)", _JOINER, marked, flags=re.IGNORECASE)


def code(raw: str) -> str:
    """Write a name as it is typed."""
    return f"`{_shortened(raw).replace('`', chr(39)).replace('|', chr(92) + '|')}`"


def table(head: str, rows: Iterable[str], room: int, last: Sequence[str] = ()) -> str:
    """Write rows below a head while there is room, then how many are left out.

    Args:
        head: Two lines: the names and the rule.
        rows: Each a line.
        room: Characters that all of it may have.
        last: Rows that stand at the end in any case.
    """
    columns = head.splitlines()[0].count("|") - 1
    every = list(rows)
    shown = fitting(every, room - len(head) - sum(map(len, last)) - _CLOSING)
    left_out = len(every) - len(shown)
    more = [f"| and {left_out:,} more {'|' * columns}"] if left_out else []
    return "\n".join([head, *shown, *more, *last])


def bullets(rows: Iterable[str], room: int) -> str:
    """Write a list while there is room, then how many are left out."""
    every = [f"- {row}" for row in rows]
    shown = fitting(every, room - _CLOSING)
    left_out = len(every) - len(shown)
    return "\n".join([*shown, *([f"- and {left_out:,} more"] if left_out else [])])


def folded(summary: str, parts: Iterable[str]) -> str:
    """Write what a reader opens; nothing where there is nothing in it."""
    inside = [part for part in parts if part]
    return "\n\n".join([f"<details><summary>{summary}</summary>", *inside, "</details>"]) if inside else ""


def fitting(rows: Sequence[str], room: int) -> list[str]:
    """Keep the first rows that have room, with a line break each."""
    shown: list[str] = []
    for row in rows:
        room -= len(row) + 1
        if room < 0:
            break
        shown.append(row)
    return shown


def _shortened(raw: str) -> str:
    shown = visible(raw)
    return shown if len(shown) <= MOST_CELL else f"{shown[: MOST_CELL - 1]}…"
