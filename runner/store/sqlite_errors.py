"""What SQLite's error codes mean to a person."""

import sqlite3

from runner.core.errors import StoreError

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_NOT_WRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


def is_busy(error: sqlite3.DatabaseError) -> bool:
    """Say whether waiting can help."""
    return _primary_code(error) in _BUSY


def to_store_error(error: sqlite3.DatabaseError, name: str) -> Exception:
    """Say what is wrong with the database ``name``; an error in our own SQL is given back as it is."""
    match _primary_code(error):
        case code if code in _BUSY:
            return StoreError("state-busy", f"'{name}' stayed locked for a minute", hint="try again", retryable=True)
        case code if code in _DAMAGED:
            hint = (
                f"move it away: mv '{name}' '{name}.bad'; results stay on the disk, but nothing refers to them any more"
            )
            return StoreError("damaged-state", f"'{name}' is damaged: {error}", hint=hint)
        case code if code in _NOT_WRITABLE:
            return not_writable(name, str(error))
        case sqlite3.SQLITE_FULL:
            return StoreError("disk-full", f"no space left for '{name}'", hint="make room, then runner resume")
        case sqlite3.SQLITE_IOERR:
            return StoreError("state-unreadable", f"the disk failed under '{name}': {error}", retryable=True)
        case _:
            return error


def not_writable(name: str, why: str) -> StoreError:
    """Say that the database or its folder is closed to us."""
    return StoreError(
        "state-not-writable", f"cannot write '{name}': {why}", hint="look at the permissions of its folder"
    )


def _primary_code(error: sqlite3.DatabaseError) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
