"""The revision of this engine: part of the action key, changed whenever the output changes."""

REVISION: str = "2"
