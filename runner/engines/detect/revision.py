"""The revision of what is found: part of what identifies such a mask, changed whenever one comes out differently."""

REVISION: str = "2"
