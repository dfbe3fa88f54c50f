"""The tables of the server, as migrations: the n-th one leads from version n-1 to n."""

import sqlite3

from runner.core.errors import StoreError
from runner.server.assets import table as assets
from runner.server.batches import table as batches
from runner.server.callback_secrets import table as callback_secrets
from runner.server.callbacks import table as callbacks
from runner.server.orgs import table as orgs
from runner.server.runs import table as runs

_FIRST = (orgs, batches, runs, assets, callback_secrets, callbacks)

MIGRATIONS: tuple[str, ...] = ("".join(module.TABLE for module in _FIRST),)


def migrate(connection: sqlite3.Connection, name: str) -> None:
    """Bring the tables up to date.

    Args:
        connection: In no transaction.
        name: How messages call the database.

    Raises:
        StoreError: it was written by a newer version.
        sqlite3.DatabaseError: as SQLite says.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise StoreError(
            "newer-state",
            f"'{name}' was written by a newer edit-runner (format {version}, this one knows {len(MIGRATIONS)})",
            hint="update edit-runner, or name another folder with --data",
        )
    for number in range(version, len(MIGRATIONS)):
        connection.executescript(f"BEGIN; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;")
