"""An asset, as the database has it."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

import orjson

from runner.core.digest import Digest

State: TypeAlias = Literal["announced", "received", "confirmed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRow:
    """One asset.

    Attributes:
        name: The file name that its owner gave it.
        mime_type, size_bytes: As announced until it is confirmed, as found from then on.
        state: Only a confirmed asset can be read or used.
        digest: Of its blob, once its bytes are here.
        expires_at: When an upload that is not confirmed is forgotten.
    """

    id: str
    org_id: str
    name: str
    mime_type: str
    size_bytes: int
    source_type: Literal["upload", "inline"]
    state: State
    digest: Digest | None
    expires_at: str | None
    created_at: str
    updated_at: str

    def has_expired(self, now: str) -> bool:
        """Say whether it counts as forgotten."""
        return self.expires_at is not None and self.expires_at <= now


_COLUMNS = ", ".join(field.name for field in fields(AssetRow))


def insert_asset(connection: sqlite3.Connection, asset: AssetRow) -> None:
    """Write a new asset."""
    values = [getattr(asset, field.name) for field in fields(asset)]
    marks = ", ".join("?" for _ in values)
    connection.execute(f"INSERT INTO assets ({_COLUMNS}) VALUES ({marks})", values)  # noqa: S608 - our own names


def find_asset(connection: sqlite3.Connection, asset_id: str) -> AssetRow | None:
    """Find an asset in any state, whoever owns it; None where there is none."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM assets WHERE id = ?", (asset_id,)).fetchone()  # noqa: S608
    return None if row is None else AssetRow(**dict(row))


def usable_assets(connection: sqlite3.Connection, org_id: str, asset_ids: Iterable[str]) -> dict[str, AssetRow]:
    """Find those of an organization's assets that a run may use, by id."""
    asked = orjson.dumps(list(asset_ids)).decode()
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM assets"  # noqa: S608 - names of our own fields
        " WHERE org_id = ? AND state = 'confirmed' AND id IN (SELECT value FROM json_each(?))",
        (org_id, asked),
    )
    return {row["id"]: AssetRow(**dict(row)) for row in rows}


def note_received(connection: sqlite3.Connection, asset_id: str, digest: Digest, now: str) -> bool:
    """Note that the bytes of an announced asset are here; they may come again until it is confirmed.

    Returns:
        Whether it was so: False for an asset that is confirmed already, or gone.
    """
    changed = connection.execute(
        "UPDATE assets SET state = 'received', digest = ?, updated_at = ? WHERE id = ? AND state <> 'confirmed'",
        (digest, now, asset_id),
    )
    return changed.rowcount == 1


def confirm(connection: sqlite3.Connection, asset_id: str, digest: Digest, now: str) -> bool:
    """Make an asset usable for good.

    Returns:
        Whether it was so: False where other bytes than the expected ones have come since.
    """
    changed = connection.execute(
        "UPDATE assets SET state = 'confirmed', expires_at = NULL, updated_at = ? WHERE id = ? AND digest = ?",
        (now, asset_id, digest),
    )
    return changed.rowcount == 1


def forget_expired(connection: sqlite3.Connection, now: str) -> int:
    """Delete uploads that nobody confirmed in time; gives how many there were."""
    return connection.execute("DELETE FROM assets WHERE expires_at <= ?", (now,)).rowcount
