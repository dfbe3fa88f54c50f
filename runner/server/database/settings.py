"""What the server remembers about itself."""

import secrets
import sqlite3

_SECRET_BYTES = 32


def signing_secret(connection: sqlite3.Connection) -> bytes:
    """Give the secret that file URLs are signed with; made when it is first asked for."""
    fresh = secrets.token_bytes(_SECRET_BYTES)
    connection.execute("INSERT OR IGNORE INTO settings (name, value) VALUES ('signing_secret', ?)", (fresh,))
    row = connection.execute("SELECT value FROM settings WHERE name = 'signing_secret'").fetchone()
    return bytes(row[0])
