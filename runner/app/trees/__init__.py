"""The files of a project: as they lie there now, and as they were at a commit."""
