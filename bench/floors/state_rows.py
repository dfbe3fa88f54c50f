"""The least for recording actions: the rows that a run leaves, written again by bare sqlite3 in batches.

Usage: python state_rows.py STATE.db COPY.db BATCH

Each batch of rows is on the disk before the next begins.
"""

import sqlite3
import sys

_TABLES = ("events", "results")


def main(state: str, copy: str, batch: int) -> None:
    """Write the copy."""
    with sqlite3.connect(state) as given, sqlite3.connect(copy, isolation_level=None) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("PRAGMA synchronous = FULL")
        for table in _TABLES:
            (create,) = given.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
            made.execute(create)
            rows = given.execute(f"SELECT * FROM {table}")  # noqa: S608 - a constant
            marks = ", ".join("?" * len(rows.description))
            while some := rows.fetchmany(batch):
                made.execute("BEGIN IMMEDIATE")
                made.executemany(f"INSERT INTO {table} VALUES ({marks})", some)  # noqa: S608 - a constant
                made.execute("COMMIT")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
