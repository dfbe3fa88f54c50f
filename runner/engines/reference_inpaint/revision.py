"""The revision of this engine; it enters the action key and changes whenever the output changes."""

REVISION = "2"
