"""The least for recording actions: the rows that a run leaves, written again by bare sqlite3 in batches.

Usage: python state_rows.py STATE.db COPY.db BATCH

Each batch of rows is on the disk before the next begins. Rows are written in the order in which they came about: in
that of their keys, results would go to the end of the file instead of all over it.
"""

import sqlite3
import sys

_TABLES = {"events": "number", "results": "made_at"}
"""What is written, and in which order."""


def main(state: str, copy: str, batch: int) -> None:
    """Write the copy."""
    with sqlite3.connect(state) as given, sqlite3.connect(copy, isolation_level=None) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("PRAGMA synchronous = FULL")
        for table, order in _TABLES.items():
            (create,) = given.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
            made.execute(create)
            rows = given.execute(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608 - constants
            marks = ", ".join("?" * len(rows.description))
            while some := rows.fetchmany(batch):
                made.execute("BEGIN IMMEDIATE")
                made.executemany(f"INSERT INTO {table} VALUES ({marks})", some)  # noqa: S608 - a constant
                made.execute("COMMIT")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
