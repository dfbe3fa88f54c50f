"""The database of the server: one SQLite file, one writer, a few readers."""
