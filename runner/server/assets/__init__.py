"""Assets: files that clients upload once and name in their runs."""
