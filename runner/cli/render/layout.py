"""Text in columns: how wide it is on a terminal, cut, padded, and made harmless."""

import unicodedata
from collections.abc import Sequence
from typing import Literal

Align = Literal["left", "right"]


def visible(text: str) -> str:
    """Replace what would move the cursor or color the terminal: names and messages come from other people's files."""
    if text.isprintable():
        return text
    return "".join("\N{REPLACEMENT CHARACTER}" if _is_control(character) else character for character in text)


def width(text: str) -> int:
    """Count the terminal cells of a text: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def cut(text: str, most: int) -> str:
    """Shorten a text to so many cells, with '…' where something was left out."""
    if width(text) <= most:
        return text
    kept = ""
    for character in text:
        if width(kept) + _cells(character) > most - 1:
            break
        kept += character
    return kept + "…"


def pad(text: str, to: int, align: Align = "left") -> str:
    """Fill a text with spaces to so many cells."""
    space = " " * max(0, to - width(text))
    return text + space if align == "left" else space + text


def columns(rows: Sequence[Sequence[str]], aligns: Sequence[Align], gap: int = 3) -> list[str]:
    """Lay rows out in columns as wide as their widest text.

    Args:
        rows: Equally many texts in each.
        aligns: One per column.
        gap: Spaces between columns.
    """
    widths = [max((width(row[at]) for row in rows), default=0) for at in range(len(aligns))]
    return [
        (" " * gap).join(pad(text, to, align) for text, to, align in zip(row, widths, aligns, strict=True)).rstrip()
        for row in rows
    ]


def count(number: int, noun: str) -> str:
    """Write a number with its noun: ``1 cell``, ``1,200 cells``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
