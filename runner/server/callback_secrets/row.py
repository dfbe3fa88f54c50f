"""A callback secret, as the database has it."""

import secrets
import sqlite3
from dataclasses import dataclass, fields

from runner.server.ids import new_id

_RANDOM_BYTES = 32
_SHOWN_CHARACTERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRow:
    """One secret.

    Attributes:
        plain_secret: What callbacks are signed with; shown to its owner once.
        key_prefix: Its beginning, to tell it from others.
        is_current: Whether callbacks are signed with it; of one organization at most one is.
    """

    id: str
    org_id: str
    plain_secret: str
    key_prefix: str
    is_current: bool
    label: str | None
    last_used_at: str | None
    created_at: str
    updated_at: str


SECRET_COLUMNS = ", ".join(field.name for field in fields(SecretRow))


def create_secret(connection: sqlite3.Connection, org_id: str, label: str | None, now: str) -> SecretRow:
    """Make a secret; the first of an organization is its current one."""
    plain = f"whsec_{secrets.token_urlsafe(_RANDOM_BYTES)}"
    row = SecretRow(
        id=new_id(),
        org_id=org_id,
        plain_secret=plain,
        key_prefix=plain[:_SHOWN_CHARACTERS],
        is_current=current_secret(connection, org_id) is None,
        label=label,
        last_used_at=None,
        created_at=now,
        updated_at=now,
    )
    values = [getattr(row, field.name) for field in fields(row)]
    marks = ", ".join("?" for _ in values)
    connection.execute(f"INSERT INTO callback_secrets ({SECRET_COLUMNS}) VALUES ({marks})", values)  # noqa: S608 - own names
    return row


def current_secret(connection: sqlite3.Connection, org_id: str) -> SecretRow | None:
    """Find what an organization's callbacks are signed with; None where they are not."""
    return _one(connection, "org_id = ? AND is_current", org_id)


def find_secret(connection: sqlite3.Connection, org_id: str, secret_id: str) -> SecretRow | None:
    """Find a secret of an organization."""
    return _one(connection, "org_id = ? AND id = ?", org_id, secret_id)


def rename_secret(connection: sqlite3.Connection, secret_id: str, label: str | None, now: str) -> None:
    """Give a secret another label, or none."""
    connection.execute("UPDATE callback_secrets SET label = ?, updated_at = ? WHERE id = ?", (label, now, secret_id))


def make_current(connection: sqlite3.Connection, secret: SecretRow, now: str) -> None:
    """Sign with a secret from now on, and with no other one."""
    retire(connection, secret.org_id, now)
    connection.execute("UPDATE callback_secrets SET is_current = 1, updated_at = ? WHERE id = ?", (now, secret.id))


def retire(connection: sqlite3.Connection, org_id: str, now: str) -> None:
    """Sign with no secret from now on."""
    connection.execute(
        "UPDATE callback_secrets SET is_current = 0, updated_at = ? WHERE org_id = ? AND is_current", (now, org_id)
    )


def delete_secret(connection: sqlite3.Connection, secret_id: str) -> None:
    """Forget a secret."""
    connection.execute("DELETE FROM callback_secrets WHERE id = ?", (secret_id,))


def note_used(connection: sqlite3.Connection, secret_id: str, now: str) -> None:
    """Note that a callback was signed with a secret."""
    connection.execute("UPDATE callback_secrets SET last_used_at = ? WHERE id = ?", (now, secret_id))


def _one(connection: sqlite3.Connection, condition: str, *values: str) -> SecretRow | None:
    row = connection.execute(
        f"SELECT {SECRET_COLUMNS} FROM callback_secrets WHERE {condition}",  # noqa: S608 - conditions of this module
        values,
    ).fetchone()
    return None if row is None else secret_of(row)


def secret_of(row: sqlite3.Row) -> SecretRow:
    """Read a row that was asked for with ``SECRETSECRET_COLUMNS``."""
    return SecretRow(**{**dict(row), "is_current": bool(row["is_current"])})
