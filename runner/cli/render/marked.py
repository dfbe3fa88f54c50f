"""Text of other people in Markdown."""

import re

from runner.cli.render.layout import visible

MOST_CHARACTERS = 60_000
"""A comment on GitHub holds 65,536."""

MOST_CELL = 200


def marked_text(text: str) -> str:
    """Write text that Markdown, HTML and mentions do nothing to, in one line."""
    short = visible(text)[:MOST_CELL].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = re.sub(r"([\\`*_\[\]|~#!])", r"\\\1", short)
    return escaped.replace("@", "@\N{WORD JOINER}")


def marked_code(text: str) -> str:
    """Write a name as it is typed."""
    return f"`{visible(text)[:MOST_CELL].replace('`', chr(39)).replace('|', chr(92) + '|')}`"
